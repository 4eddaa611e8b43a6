import { assertNever } from '../../shared/assert-never.ts';
import { giveUp, resume } from '../../shared/copy/resume.ts';
import { forEachConcurrently } from '../../shared/for-each.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import { resultLine } from './key-line.ts';
import type { WaitingLine } from './key-line.ts';
import { openShare } from './open-share.ts';
import type { ShareWork } from './open-share.ts';
import { OutOfTime, reasonOf, restoreKey } from './restore-key.ts';
import type { Item, Requests, Result } from './restore-key.ts';
import { paths } from './run.ts';
import type { Run } from './run.ts';
import { secondsToLook } from './seconds-to-look.ts';
import { settingsOf } from './settings-of.ts';
import type { Share } from './share.ts';
import { countResult } from './tally.ts';
import type { World } from './world.ts';

/** How far a share is. To be gone on with after so many seconds. */
export interface Finishing {
  readonly done: boolean;
  readonly waitSeconds: number;
}

/**
 * Goes on with what has to wait: looks whether archived bytes are there, and copies a part of what takes longer than an invocation. Each pass goes through
 * all of it, file by file; what still has to wait is written down for the next one.
 */
export async function finishShare(world: World, run: Run, number: number): Promise<Finishing> {
  const work = await openShare(world, run, { name: paths.share(run, 'finish', number), isDone: isFinished });
  if (work === undefined) return DONE;
  const { share, keep, inTime } = work;
  let waitSeconds = Number.POSITIVE_INFINITY;
  while (inTime()) {
    const [name] = share.waiting;
    if (name === undefined) break;
    waitSeconds = Math.min(waitSeconds, await passFile(name, work));
  }
  await keep.keep();
  if (share.waiting.length > 0) return { done: false, waitSeconds: 0 };
  if (share.next.length === 0) return DONE;
  share.waiting.push(...share.next.splice(0));
  share.passes++;
  share.progress++;
  await keep.keep();
  // What an invocation before this one went through may have to wait for less; it does not for more than the archive.
  return { done: false, waitSeconds: Math.min(waitSeconds, secondsToLook(run.request.tier, share.passes)) };
}

const DONE: Finishing = { done: true, waitSeconds: 0 };

function isFinished({ waiting, next }: Share): boolean {
  return waiting.length === 0 && next.length === 0;
}

/** Copies at a time: each has many parts in flight, or waits for nothing but a look. */
const AT_A_TIME = 16;

/** @returns after how many seconds what still has to wait is to be gone through again. */
async function passFile(name: string, work: ShareWork): Promise<number> {
  const { world, share, keep, inTime, run } = work;
  const file = await world.files.read(name);
  if (file === undefined) throw new Error(`Cannot go on with "${name}": there is no such file`);
  const lines = file.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): WaitingLine => JSON.parse(line));
  const steps: (Stepped | undefined)[] = [];
  const stopped = await forEachConcurrently(lines.entries(), {
    limit: AT_A_TIME,
    work: async ([index, line]) => {
      if (!inTime()) throw new OutOfTime(objectKey(line.planned.key), undefined);
      steps[index] = await goOn(line, work);
    },
  }).then(
    () => false,
    (error: unknown) => {
      if (error instanceof OutOfTime) return true;
      throw error;
    },
  );
  // What was not come to stays for the next pass, which begins at once.
  let seconds = stopped ? 0 : Number.POSITIVE_INFINITY;
  for (const [index, line] of lines.entries()) {
    const step = steps[index] ?? { waits: line, seconds: 0, requests: NONE };
    share.tally.requests.reads += step.requests.reads;
    share.tally.requests.copies += step.requests.copies;
    if ('waits' in step) {
      seconds = Math.min(seconds, step.seconds);
      keep.add(share.next, paths.waiting(run), JSON.stringify(step.waits));
    } else {
      countResult(share.tally, line.planned.key, { ...step.result, requests: NONE });
      keep.add(share.keys, paths.keys(run), JSON.stringify(resultLine(line.planned, step.result)));
    }
  }
  share.waiting.splice(share.waiting.indexOf(name), 1);
  share.progress++;
  await keep.keepUp();
  return seconds;
}

const NONE: Requests = { reads: 0, copies: 0 };

type Settled = Extract<Result, { bytes: number }>;
type Stepped = { readonly requests: Requests } & (
  { readonly result: Settled } | { readonly waits: WaitingLine; readonly seconds: number }
);

async function goOn(line: WaitingLine, work: ShareWork): Promise<Stepped> {
  const { copy } = line;
  return copy === undefined ? lookAgain(line, work) : goOnCopying(line, copy, work);
}

/** Whatever it was that kept the key waiting. */
async function lookAgain(line: WaitingLine, { world, opened, order, share }: ShareWork): Promise<Stepped> {
  const { planned, archived } = line;
  const { version: versionId, storageClass, etag } = planned;
  const now = world.now();
  // Each request has its price. What was fetched is there for days, but not for ever.
  const asked = archived !== undefined && now - Date.parse(archived.asked) < ASK_AGAIN_MS;
  const item: Item = { key: objectKey(planned.key), versionId, storageClass, etag, asked };
  const result = await restoreKey(item, order, { ...world, opened });
  const { requests } = result;
  if (result.outcome === 'long') return { waits: { planned, copy: result.copy }, seconds: 0, requests };
  if (result.outcome === 'later') {
    const failures = (line.failures ?? 0) + 1;
    if (failures >= MOST_FAILURES) return { result: failed(result.reason), requests };
    return { waits: { ...line, failures }, seconds: AFTER_FAILURE_S, requests };
  }
  if (result.outcome !== 'archived') return { result, requests };
  const since = archived?.since ?? new Date(now).toISOString();
  if (now - Date.parse(since) > LONGEST_WAIT_MS)
    return { result: failed('the archive has not given it back within 7 days'), requests };
  const waits = { planned, archived: { since, asked: asked ? archived.asked : new Date(now).toISOString() } };
  return { waits, seconds: secondsToLook(order.tier, share.passes), requests };
}

const DAY_MS = 86_400_000;
/** Bulk takes two days at most. */
const ASK_AGAIN_MS = 3 * DAY_MS;
export const LONGEST_WAIT_MS = 7 * DAY_MS;

async function goOnCopying(
  line: WaitingLine,
  copy: NonNullable<WaitingLine['copy']>,
  work: ShareWork,
): Promise<Stepped> {
  const { planned } = line;
  const { world, opened, order } = work;
  const { key } = copy;
  const requests = { reads: 3, copies: 0 };
  try {
    const version = await opened.version(planned.version).head(key);
    // A version that is gone is nothing to copy, however it was encrypted: `resume` finds that out.
    const { resumed } = await resume(
      copy,
      opened.copying(planned.version, settingsOf(order, version ?? { kms: false })),
    );
    switch (resumed.status) {
      case 'done':
        return {
          result: { outcome: 'restored', reason: 'in several invocations', bytes: planned.size ?? 0, requests },
          requests,
        };
      case 'again':
        return { waits: { planned, copy: resumed.state }, seconds: 0, requests };
      case 'unclear':
        return { waits: { planned, copy: resumed.state }, seconds: AFTER_FAILURE_S, requests };
      case 'look again':
        return await lookAgain({ planned }, work);
      default:
        return assertNever(resumed);
    }
  } catch (error) {
    if (error instanceof OutOfTime || !work.inTime()) throw new OutOfTime(key, error);
    const failures = (line.failures ?? 0) + 1;
    if (failures < MOST_FAILURES) return { waits: { ...line, failures }, seconds: AFTER_FAILURE_S, requests };
    // Else the bucket's lifecycle ends it.
    await giveUp(copy, opened.copying(planned.version, {})).catch((cause: unknown) =>
      world.log.warn('upload left', { key, cause: String(cause) }),
    );
    return { result: failed(reasonOf(error)), requests };
  }
}

/** In a row, with a pause after each. */
const MOST_FAILURES = 5;
const AFTER_FAILURE_S = 60;

function failed(reason: string): Settled {
  return { outcome: 'failed', reason, bytes: 0, requests: NONE };
}
