import * as v from 'valibot';
import { newRun, paths, requestSchema } from './run.ts';
import type { Run } from './run.ts';
import type { World } from './world.ts';

export interface Execution {
  /** ARN. */
  readonly arn: string;
  readonly startedAt: string;
}

/** What the state machine does first. */
export type Beginning =
  | { readonly status: 'run'; readonly run: Run }
  /** Another run is under way. */
  | { readonly status: 'wait'; readonly waitSeconds: number }
  | { readonly status: 'skip'; readonly because: string };

/** Which run is under way, in the reports bucket: changed on condition only, so that of two executions one wins. */
export interface Lock {
  /** Absent when none is. */
  readonly run?: Run;
  /** ARN. The execution that has left the run to that which `run` names: perhaps this one runs still, and that one does not yet. */
  readonly before?: string;
}

/**
 * Begins a run if no other is under way. If one is, a scheduled run is left out, as the next night has another; one that somebody
 * asked for waits; the longer, the more seldom it asks, as an execution has room for 25,000 events. A run whose execution has ended without giving the lock back, by a crash, does not hold up others.
 *
 * @throws {TypeError} if the input of the execution is not understood.
 */
export async function begin(
  world: World,
  { execution, input, pass }: { readonly execution: Execution; readonly input: unknown; readonly pass: number },
): Promise<Beginning> {
  const request = readRequest(input);
  const { files } = world;
  const file = await files.read(paths.lock);
  const { run: other, before }: Lock = file === undefined ? {} : JSON.parse(file.text);
  // Begun before, and asked again.
  if (other?.execution === execution.arn && other.pass === pass) return { status: 'run', run: other };
  const startedAt = pass === 1 ? execution.startedAt : new Date(world.now()).toISOString();
  const run = newRun({ execution: execution.arn, startedAt, pass, request });
  if (other !== undefined && other.execution !== execution.arn && (await isUnderWay(world, [before, other.execution])))
    return busy(world, { run, other, since: execution.startedAt });
  const mine: Lock = { run };
  const taken = await files.write(
    paths.lock,
    JSON.stringify(mine),
    file === undefined ? 'absent' : { etag: file.etag },
  );
  if (taken === undefined) return { status: 'wait', waitSeconds: 1 };
  world.log.info('run', { run });
  return { status: 'run', run };
}

/** Lets the next run begin, unless it has begun already. */
export async function end({ files }: World, { execution }: Pick<Run, 'execution'>): Promise<void> {
  const file = await files.read(paths.lock);
  if (file === undefined) return;
  const lock: Lock = JSON.parse(file.text);
  if (lock.run?.execution === execution) await files.write(paths.lock, JSON.stringify({}), { etag: file.etag });
}

/** The earlier one is asked first: the later one is started before it ends. */
async function isUnderWay(world: World, executions: readonly (string | undefined)[]): Promise<boolean> {
  for (const execution of executions) {
    if (execution !== undefined && (await world.isRunning(execution))) return true;
  }
  return false;
}

async function busy(
  world: World,
  { run, other, since }: { readonly run: Run; readonly other: Run; readonly since: string },
): Promise<Beginning> {
  if (run.request.trigger !== 'schedule')
    return { status: 'wait', waitSeconds: world.now() - Date.parse(since) < 10 * 60_000 ? 30 : 300 };
  const because = `The run ${other.id} is still under way, so that the scheduled run ${run.id} was left out`;
  world.log.warn('skipped', { run, because });
  await world.tell(
    'A nightly reconcile was left out',
    `${because}. A schedule may start a run twice; then nothing is missing. If it happens every night, raise "parallelism" or the time between runs.`,
  );
  return { status: 'skip', because };
}

function readRequest(input: unknown) {
  const read = v.safeParse(requestSchema, input);
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new TypeError(`Cannot understand the input of the execution: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}
