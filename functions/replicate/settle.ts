import { once } from 'node:events';
import { forEachConcurrently } from '../../shared/for-each.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { converge } from './converge.ts';
import type { Outcome, World } from './attempt.ts';
import { decode } from './decode.ts';
import type { DatedHint } from './decode.ts';
import type { Inbox } from './inbox.ts';
import { ledgerRecord } from './ledger-record.ts';
import type { Message } from './read-batch.ts';

/** How a batch is worked through. */
export interface Settling {
  readonly sourceBucket: string;
  readonly world: World;
  /** Keys worked on at the same time. */
  readonly inFlight: number;
  readonly report: Report;
  /** Absent where the function has no queues of its own: then every message that is not settled just comes back. */
  readonly inbox: Inbox | undefined;
  /** Absent: there is time for all. */
  readonly time?: InvocationTime;
  /** When all keys are done, waits for what the ledger has not taken yet, and gives the keys whose versions and removals its history may lack. */
  readonly unrecorded?: (() => Promise<ReadonlySet<ObjectKey>>) | undefined;
}

/** How long an invocation has. */
export interface InvocationTime {
  /** Milliseconds until S3 is given up, and every request that is under way is ended. */
  readonly left: () => number;
  /** Aborted when keys are not waited for any more, whatever is still under way then. */
  readonly over: AbortSignal;
  /** Aborted when the answer must be given. */
  readonly end: AbortSignal;
}

/** Who is told what became of each key and of each message that could not be understood. */
export interface Report {
  key(hint: DatedHint, outcome: Outcome, milliseconds: number): void;
  /** The same of a copy that several invocations make together. */
  longCopy(hint: DatedHint, outcome: Outcome, milliseconds: number): void;
  /** The time was too short for some keys: all of them at once, as each that is told of by itself takes time as well. */
  outOfTime(left: LeftOver): void;
  notUnderstood(message: Message, why: string): void;
  /** S3 said SlowDown. */
  throttled(): void;
  /** The queue refused what was asked of it; the message comes back in its time. */
  inboxRefused(message: Message, error: unknown): void;
  /** Something could not be noted or read: the key is settled, or not, as if there were no ledger. What a lost record tells of versions and removals may be missing in the history. */
  ledgerFailed(key: ObjectKey, error: unknown, lost: 'note' | 'record' | 'record and history'): void;
  /** Some of what the destination's lifecycle does is not known here: what it expires is copied again. */
  rulesLeftOut(reasons: readonly string[]): void;
}

/** What an invocation had no time for. */
export interface LeftOver {
  /** Keys of which nothing was asked yet. */
  readonly notBegun: number;
  /** Keys that were still being worked on when the answer had to be given. */
  readonly underWay: number;
  /** Messages that come back because of these keys. */
  readonly messages: number;
  /** Of the changes that these keys are about, the oldest that is known. */
  readonly oldest: Date | undefined;
}

/**
 * Converges every key that the messages name, each key once however often it is named. A key that could hardly be settled in the time that is left is not begun,
 * and costs nothing: with thousands of them, the end of an invocation must not take longer than what is left for it.
 *
 * @returns the ids of the messages that must come back.
 */
export async function settle(messages: readonly Message[], settling: Settling): Promise<readonly string[]> {
  const entries = messages.map((message): Entry => ({ message, ending: 'settled' }));
  const work = new Map<ObjectKey, Work>();
  for (const entry of entries) readEntry(entry, { work, settling });
  await until(settling.time?.over, settleAll(work.values(), settling));
  leaveOver([...work.values()], settling);
  for (const key of (await settling.unrecorded?.()) ?? [])
    for (const entry of work.get(key)?.entries ?? []) if (entry.ending === 'settled') entry.ending = 'unrecorded';
  const handingBack = { limit: settling.inFlight, work: (entry: Entry) => handBack(entry, settling) };
  await until(settling.time?.end, forEachConcurrently(entries, handingBack));
  return entries.filter(({ ending }) => ending !== 'settled').map(({ message }) => message.id);
}

/**
 * A message and what becomes of it. `unrecorded`: the key is as it should be, but the history may not know what the message tells. `failed`: nothing that was asked of S3 is still under way, so it may come back soon.
 * `unclear`: a copy may yet land, so it comes back only after the whole visibility time-out, when that copy has landed or died.
 */
interface Entry {
  readonly message: Message;
  ending: 'settled' | 'not understood' | 'unrecorded' | 'failed' | 'unclear';
  why?: string;
}

/** One key, and every message that names it. */
interface Work {
  hint: DatedHint;
  readonly entries: Entry[];
  state: 'not begun' | 'under way' | 'done';
}

function readEntry(entry: Entry, { work, settling }: { work: Map<ObjectKey, Work>; settling: Settling }): void {
  const decoded = decode(entry.message.body, settling.sourceBucket);
  if (decoded.message === 'not understood') {
    entry.ending = 'not understood';
    entry.why = decoded.why;
    settling.report.notUnderstood(entry.message, decoded.why);
  }
  if (decoded.message !== 'hints') return;
  for (const hint of decoded.hints) {
    const known = work.get(hint.key);
    if (known === undefined) work.set(hint.key, { hint, entries: [entry], state: 'not begun' });
    else {
      known.hint = both(known.hint, hint);
      known.entries.push(entry);
    }
  }
}

/** Of several hints for one key the newest has the best guess, and the oldest tells how far behind this destination is. */
function both(one: DatedHint, other: DatedHint): DatedHint {
  const [older, newer] = timeOf(other) < timeOf(one) ? [other, one] : [one, other];
  const { changedAt, removedAt } = older;
  const events = [...(older.events ?? []), ...(newer.events ?? [])];
  const compare = newer.compare ?? older.compare;
  return {
    ...(removedAt && { removedAt }),
    ...newer,
    ...(changedAt && { changedAt }),
    ...(events.length > 0 && { events }),
    ...(compare && { compare }),
  };
}

function timeOf({ changedAt }: DatedHint): number {
  return changedAt?.getTime() ?? 0;
}

/** Waits for it, but not for longer than that. What is still under way then can write nothing any more: its requests were ended before. */
async function until(end: AbortSignal | undefined, work: Promise<void>): Promise<void> {
  if (end === undefined) return await work;
  const done = new AbortController();
  const ended = end.aborted ? Promise.resolve() : once(end, 'abort', { signal: done.signal });
  try {
    await Promise.race([work, ended]);
  } finally {
    done.abort();
    await Promise.allSettled([ended]);
  }
}

async function settleAll(works: Iterable<Work>, settling: Settling): Promise<void> {
  const { time, inFlight: limit } = settling;
  const mostForOne = (time?.left() ?? Infinity) * MOST_OF_THE_TIME;
  let [done, milliseconds] = [0, 0];
  const hasTime = () => {
    const usual = done === 0 ? 0 : (USUALLY_ENOUGH * milliseconds) / done;
    return time === undefined || time.left() > Math.min(usual, mostForOne);
  };
  await forEachConcurrently(inWhile(works, hasTime), {
    limit,
    work: async (work) => {
      const before = time?.left() ?? 0;
      await settleKey(work, settling);
      milliseconds += before - (time?.left() ?? 0);
      done++;
    },
  });
}

/** A copy that is cut off keeps its message away for the whole visibility time-out, so none is begun in a time in which half of the others would not have ended. */
const USUALLY_ENOUGH = 1.5;
/** Of the invocation's time: a key that has taken long must not keep all others waiting. */
const MOST_OF_THE_TIME = 0.5;

function* inWhile<T>(items: Iterable<T>, more: () => boolean): Generator<T> {
  for (const item of items) {
    if (!more()) return;
    yield item;
  }
}

async function settleKey(work: Work, { world, report, time }: Settling): Promise<void> {
  const { hint, entries } = work;
  work.state = 'under way';
  const began = performance.now();
  const outcome = await converge(hint, world);
  // Told of already, as one that is still under way.
  if (time?.over.aborted === true) return;
  report.key(hint, outcome, Math.round(performance.now() - began));
  for (const entry of entries) {
    if (outcome.unclear) entry.ending = 'unclear';
    else if (outcome.outcome === 'failed' && entry.ending === 'settled') entry.ending = 'failed';
  }
  work.state = 'done';
  // Of what was only cut off nothing is known that a later attempt would not find.
  const cutOff =
    outcome.outcome === 'failed' && outcome.overtaken === undefined && time !== undefined && time.left() <= 0;
  if (!cutOff) await world.ledger?.record(ledgerRecord(hint, outcome, world.now()));
}

/** Why a message whose objects are as they should be is put aside all the same. */
export const UNRECORDED =
  'The history did not take what this message tells in time; the objects that it names are as they should be';

/** What was not begun has failed for certain; of what is still under way a copy may yet land. */
function leaveOver(works: readonly Work[], { report }: Settling): void {
  const notBegun = works.filter(({ state }) => state === 'not begun');
  const underWay = works.filter(({ state }) => state === 'under way');
  if (notBegun.length + underWay.length === 0) return;
  const entries = new Set<Entry>();
  let oldest: Date | undefined;
  for (const work of [...notBegun, ...underWay]) {
    for (const entry of work.entries) {
      entries.add(entry);
      if (work.state === 'under way') entry.ending = 'unclear';
      else if (entry.ending === 'settled') entry.ending = 'failed';
    }
    const { changedAt } = work.hint;
    if (changedAt !== undefined && (oldest === undefined || changedAt < oldest)) oldest = changedAt;
  }
  report.outOfTime({ notBegun: notBegun.length, underWay: underWay.length, messages: entries.size, oldest });
}

async function handBack(entry: Entry, { inbox, report }: Settling): Promise<void> {
  if (inbox === undefined) {
    // As it always was where there is no queue to put it aside.
    if (entry.ending === 'unrecorded') entry.ending = 'settled';
    return;
  }
  try {
    if (entry.ending === 'failed') await inbox.comeBackSooner(entry.message);
    if (entry.ending !== 'not understood' && entry.ending !== 'unrecorded') return;
    await inbox.toFailed(entry.message, entry.ending === 'unrecorded' ? UNRECORDED : (entry.why ?? ''));
    entry.ending = 'settled';
  } catch (error) {
    report.inboxRefused(entry.message, error);
  }
}
