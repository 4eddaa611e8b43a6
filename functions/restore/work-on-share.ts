import { forEachConcurrently } from '../../shared/for-each.ts';
import { compareKeys } from '../../shared/objects/key-order.ts';
import { CANARY_KEY } from '../../shared/names.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { Restoration, Wanted } from './decide-restore.ts';
import { leftLine, plannedLine, resultLine, waitingLine } from './key-line.ts';
import { openShare } from './open-share.ts';
import type { ShareWork } from './open-share.ts';
import { planKeys, planRange } from './plan-range.ts';
import { wantedBy } from './request.ts';
import { OutOfTime, restoreKey } from './restore-key.ts';
import type { Result } from './restore-key.ts';
import { paths } from './run.ts';
import type { Run } from './run.ts';
import { isComplete } from './share.ts';
import type { Part } from './share.ts';
import { countPlanned, countResult } from './tally.ts';
import type { World } from './world.ts';

/**
 * Goes on with a share until all its keys are dealt with, or the invocation nears its end. What became of keys and the cursor behind them are kept
 * together: a share that is cut off anywhere and gone on with comes to the same.
 *
 * @returns whether it is done.
 * @throws if the listing or the ledger fails; what is done until then is kept.
 */
export async function restoreShare(world: World, run: Run, number: number): Promise<boolean> {
  const work = await openShare(world, run, { name: paths.share(run, 'restore', number), isDone: isComplete });
  if (work === undefined) return true;
  const { share, keep } = work;
  try {
    const open = share.parts.filter(({ done }) => !done);
    // A share of one large range has all of the worker for itself.
    const inFlight = Math.ceil(world.settings.inFlight / Math.min(open.length, PARTS_AT_A_TIME));
    await forEachConcurrently(open, {
      limit: PARTS_AT_A_TIME,
      work: (part) => workOnPart(part, { ...work, inFlight }),
    });
  } catch (error) {
    share.failure = error instanceof Error ? error.message : String(error);
    await keep.keep();
    throw error;
  }
  await keep.keep();
  return isComplete(share);
}

/** Listings that are read at a time. */
const PARTS_AT_A_TIME = 4;
/** Keys whose results are put into the share together. */
const BATCH = 256;

interface PartWork extends ShareWork {
  /** Keys worked on at the same time. */
  readonly inFlight: number;
}

async function workOnPart(part: Part, work: PartWork): Promise<void> {
  let batch: Restoration[] = [];
  for await (const planned of plan(part, work)) {
    batch.push(planned);
    if (batch.length < BATCH) continue;
    if (!(await settle(batch, { part, work }))) return;
    batch = [];
  }
  if (!(await settle(batch, { part, work }))) return;
  part.done = true;
  work.share.progress++;
}

/** What is left of a part. */
function plan({ of, cursor }: Part, { world, run, opened }: ShareWork): AsyncIterable<Restoration> {
  const { listing, history } = opened;
  const planning = { listing, ...(history && { history }), concurrency: world.settings.planned };
  const wanted = wantedIn(of, run);
  if ('range' in of)
    return withoutCanary(planRange({ ...of.range, ...(cursor !== undefined && { after: cursor }) }, planning, wanted));
  const keys = 'key' in of ? [of.key] : keysIn(of.keyFile, { world, cursor });
  return planKeys(keys, planning, wanted);
}

function wantedIn(of: Part['of'], run: Run): Wanted {
  const { secondAt } = run.request;
  const isSecond = 'keyFile' in of && of.keyFile === paths.keyFile(run, 1);
  return secondAt !== undefined && isSecond ? { undelete: false, at: new Date(secondAt) } : wantedBy(run.request);
}

/** It is ours, not the user's: an old one in the source would look as if the next did not arrive. Asked for by its name it comes back, too. */
async function* withoutCanary(plan: AsyncIterable<Restoration>): AsyncGenerator<Restoration> {
  for await (const planned of plan) if (planned.key !== CANARY_KEY) yield planned;
}

async function* keysIn(
  name: string,
  { world, cursor }: { readonly world: World; readonly cursor: ObjectKey | undefined },
): AsyncGenerator<ObjectKey> {
  const file = await world.files.read(name);
  if (file === undefined) throw new Error(`Cannot read the keys in "${name}": there is no such file`);
  for (const line of file.text.split('\n')) {
    if (line === '') continue;
    const key = objectKey(String(JSON.parse(line)));
    if (cursor === undefined || compareKeys(key, cursor) > 0) yield key;
  }
}

/** @returns whether there was time for all of them. */
async function settle(
  batch: readonly Restoration[],
  { part, work }: { readonly part: Part; readonly work: PartWork },
): Promise<boolean> {
  const { world, run, opened, order, inTime, keep, share, inFlight } = work;
  const results: (Result | 'left' | undefined)[] = [];
  const outOfTime = await forEachConcurrently(batch.entries(), {
    limit: inFlight,
    work: async ([index, planned]) => {
      if (!inTime()) throw new OutOfTime(planned.key, undefined);
      results[index] =
        planned.do === 'leave'
          ? 'left'
          : await restoreKey(itemOf(planned, wantedIn(part.of, run)), order, { ...world, opened });
    },
  }).then(
    () => false,
    (error: unknown) => {
      if (error instanceof OutOfTime) return true;
      throw error;
    },
  );
  // From here to the cursor nothing is waited for. What lies behind the first that is missing is looked at again.
  for (const [index, planned] of batch.entries()) {
    const result = results[index];
    if (result === undefined) break;
    put(planned, result, { work, of: part.of });
    part.cursor = planned.key;
  }
  share.progress++;
  await keep.keepUp();
  return !outOfTime;
}

function itemOf(planned: Extract<Restoration, { do: 'restore' }>, { at }: Wanted) {
  const { version: versionId, storageClass, etag } = plannedLine(planned, at?.toISOString());
  return { key: planned.key, versionId, storageClass, etag };
}

function put(
  planned: Restoration,
  result: Result | 'left',
  { work: { share, keep, run, world }, of }: { readonly work: ShareWork; readonly of: Part['of'] },
): void {
  const { tally, keys, waiting } = share;
  countPlanned(tally, planned);
  if (planned.do === 'leave' || result === 'left') {
    const line = planned.do === 'leave' ? leftLine(planned, { named: !('range' in of) }) : undefined;
    if (line !== undefined) keep.add(keys, paths.keys(run), JSON.stringify(line));
    return;
  }
  countResult(tally, planned.key, result);
  const line = plannedLine(planned, wantedIn(of, run).at?.toISOString());
  const waits = waitingLine(line, result, new Date(world.now()));
  if (waits !== undefined) keep.add(waiting, paths.waiting(run), JSON.stringify(waits));
  if ('bytes' in result) keep.add(keys, paths.keys(run), JSON.stringify(resultLine(line, result)));
}
