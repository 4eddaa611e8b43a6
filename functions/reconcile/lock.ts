import type { Files } from '../../shared/runs/files.ts';
import type { Plan } from './run-plan.ts';
import { paths } from './run.ts';
import type { Run } from './run.ts';

/**
 * Which runs are under way, in one file of the reports bucket, changed on condition only: of two executions that want the same
 * destination one wins, whatever the others do meanwhile.
 */
export interface Lock {
  readonly runs?: readonly Held[];
  /** As an older version wrote it: one run for all destinations. */
  readonly run?: Run;
  readonly before?: string;
}

/** A run, and with it the destinations that no other run may repair. */
export interface Held {
  readonly run: Run;
  /** ARN. The execution that has left the run to that which `run` names: perhaps this one runs still, and that one does not yet. */
  readonly before?: string;
}

/** Pure. */
export function heldIn({ runs, run, before }: Lock): readonly Held[] {
  if (runs !== undefined) return runs;
  return run === undefined ? [] : [{ run, ...(before !== undefined && { before }) }];
}

export async function readLock(files: Files): Promise<{
  readonly held: readonly Held[];
  /** Of what was read. */
  readonly condition: 'absent' | { readonly etag: string };
}> {
  const file = await files.read(paths.lock);
  if (file === undefined) return { held: [], condition: 'absent' };
  const lock: Lock = JSON.parse(file.text);
  return { held: heldIn(lock), condition: { etag: file.etag } };
}

/** @returns whether it was written: not, if another execution has changed the file since it was read. */
export async function writeLock(
  files: Files,
  { held, condition }: { readonly held: readonly Held[]; readonly condition: 'absent' | { readonly etag: string } },
): Promise<boolean> {
  const lock: Lock = { runs: held };
  return (await files.write(paths.lock, JSON.stringify(lock), condition)) !== undefined;
}

/**
 * Changes the lock, again if others have changed it meanwhile.
 *
 * @param change `undefined`: nothing to change.
 * @returns whether it is as wanted now.
 */
export async function changeLock(
  files: Files,
  change: (held: readonly Held[]) => readonly Held[] | undefined,
): Promise<boolean> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { held, condition } = await readLock(files);
    const changed = change(held);
    if (changed === undefined || (await writeLock(files, { held: changed, condition }))) return true;
  }
  return false;
}

const MOST_TRIES = 20;

export function isWholeRun({ request }: Pick<Run, 'request'>): boolean {
  return request.destination === undefined;
}

/**
 * Whether a run repairs a destination. A run over all of them does so, but for those that it left out; once it is planned, those of its plan: what was
 * deployed since is none of its.
 *
 * @param plan of that run, if it is written.
 */
export function holds({ request, leftOut = [] }: Run, plan: Plan | undefined, bucket: string): boolean {
  if (request.destination !== undefined) return request.destination === bucket;
  if (leftOut.some((one) => one.bucket === bucket)) return false;
  return plan === undefined || plan.destinations.length === 0 || plan.destinations.some((one) => one.bucket === bucket);
}
