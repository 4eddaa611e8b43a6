import { forEachConcurrently } from '../../shared/for-each.ts';
import type { ObjectKey } from '../../shared/object-key.ts';
import { converge } from './converge.ts';
import type { Outcome, World } from './converge.ts';
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
}

/** Who is told what became of each key and of each message that could not be understood. */
export interface Report {
  key(hint: DatedHint, outcome: Outcome, milliseconds: number): void;
  /** The same of a copy that several invocations make together. */
  longCopy(hint: DatedHint, outcome: Outcome, milliseconds: number): void;
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

/**
 * Converges every key that the messages name, each key once however often it is named.
 *
 * @returns the ids of the messages that must come back.
 */
export async function settle(messages: readonly Message[], settling: Settling): Promise<readonly string[]> {
  const entries = messages.map((message): Entry => ({ message, ending: 'settled' }));
  const work = new Map<ObjectKey, Work>();
  for (const entry of entries) readEntry(entry, { work, settling });
  await forEachConcurrently(work.values(), {
    limit: settling.inFlight,
    work: ({ hint, entries }) => settleKey(hint, { entries, settling }),
  });
  await forEachConcurrently(entries, { limit: settling.inFlight, work: (entry) => handBack(entry, settling) });
  return entries.filter(({ ending }) => ending !== 'settled').map(({ message }) => message.id);
}

/**
 * A message and what becomes of it. `failed`: nothing that was asked of S3 is still under way, so it may come back soon.
 * `unclear`: a copy may yet land, so it comes back only after the whole visibility time-out, when that copy has landed or died.
 */
interface Entry {
  readonly message: Message;
  ending: 'settled' | 'not understood' | 'failed' | 'unclear';
  why?: string;
}

/** One key, and every message that names it. */
interface Work {
  hint: DatedHint;
  readonly entries: Entry[];
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
    if (known === undefined) work.set(hint.key, { hint, entries: [entry] });
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

async function settleKey(
  hint: DatedHint,
  { entries, settling }: { readonly entries: readonly Entry[]; readonly settling: Settling },
): Promise<void> {
  const began = performance.now();
  const outcome = await converge(hint, settling.world);
  settling.report.key(hint, outcome, Math.round(performance.now() - began));
  await settling.world.ledger?.record(ledgerRecord(hint, outcome, settling.world.now()));
  for (const entry of entries) {
    if (outcome.unclear) entry.ending = 'unclear';
    else if (outcome.outcome === 'failed' && entry.ending === 'settled') entry.ending = 'failed';
  }
}

async function handBack(entry: Entry, { inbox, report }: Settling): Promise<void> {
  if (inbox === undefined) return;
  try {
    if (entry.ending === 'failed') await inbox.comeBackSooner(entry.message);
    if (entry.ending !== 'not understood') return;
    await inbox.toFailed(entry.message, entry.why ?? '');
    entry.ending = 'settled';
  } catch (error) {
    report.inboxRefused(entry.message, error);
  }
}
