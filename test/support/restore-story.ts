import fc from 'fast-check';
import type { SourceEvent } from '../../shared/ledger/seen.ts';
import type { LedgerRecord } from '../../shared/ledger/ledger.ts';
import type { ListedVersion } from '../../shared/listing/listed-version.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';

/**
 * What happens to a key of a versioned source and its versioned destination. `delete` leaves a marker, `undo` removes what is newest for good, `purge` what
 * is oldest; `night`: the reconcile looks; `by hand`: somebody deletes the replica, which leaves a marker there.
 */
export interface Turn {
  readonly what: 'put' | 'delete' | 'undo' | 'purge' | 'night' | 'by hand';
  readonly content: string;
  /** Milliseconds after the one before. */
  readonly after: number;
  /** Milliseconds until its event is looked at; empty: it is lost; two: it comes twice. */
  readonly heard: readonly number[];
  /** The look that hears of it does its work, and ends before it is recorded. */
  readonly crash: boolean;
}

/** All in steps of 20 ms, of which looks take the second half: no copy is overtaken by a change. */
const STEP = 20;
const BEGINNING = Date.parse('2026-01-01T10:00:00.120Z');
const steps = (max: number) => fc.integer({ min: 1, max }).map((count) => count * STEP);

const turnsOf = (how: { readonly heard: fc.Arbitrary<readonly number[]>; readonly crash: fc.Arbitrary<boolean> }) =>
  fc.array(
    fc.record<Turn>({
      what: fc.constantFrom('put', 'put', 'put', 'delete', 'undo', 'purge', 'night', 'by hand'),
      content: fc.constantFrom('one', 'two', 'three'),
      after: fc.oneof(steps(75), steps(50_000)),
      ...how,
    }),
    { minLength: 1, maxLength: 14 },
  );

/** Events that are lost, late, and come twice; or attempts that are not recorded. Where both come together, more is lost than can be told. */
export const turns = fc.oneof(
  turnsOf({
    heard: fc.oneof(
      fc.constant([0]),
      fc.constant([]),
      fc.array(fc.oneof(fc.constant(0), steps(150), steps(100_000)), { minLength: 1, maxLength: 2 }),
    ),
    crash: fc.constant(false),
  }),
  turnsOf({ heard: fc.constant([0]), crash: fc.integer({ min: 0, max: 9 }).map((one) => one === 9) }),
);

/** What the source held from `since` on. */
export interface Held {
  readonly since: number;
  /** The number of the turn that made it so. */
  readonly turn: number;
  /** The version, and what is in it; `undefined`: nothing. */
  readonly id: string | undefined;
  readonly content: string | undefined;
  /** From then on the ledger can tell it; equal to `since` where it has the source's own time; `undefined`: never. */
  knownFrom: number | undefined;
  isMuddled: boolean;
}

export interface RestoreStory {
  /** In the order of the looks. */
  readonly records: readonly LedgerRecord[];
  readonly truth: readonly Held[];
  /** Newest first. */
  readonly versions: readonly ListedVersion[];
  /** Times in whose seconds nothing is certain: dates in whole seconds are all that is known of what came then. */
  readonly vague: readonly number[];
  /** Where a late or repeated event met a change of which none told. */
  readonly blurred: readonly { readonly from: number; readonly to: number }[];
}

type Kept = { readonly id: string; readonly etag: string; readonly at: number } | { readonly id: string };

/** Plays it as a model: each look copies what the source holds then, unless the replica is the same. */
export function restoreStory(all: readonly Turn[], key: ObjectKey): RestoreStory {
  const source: Kept[] = [];
  const truth: Held[] = [];
  const vague: number[] = [];
  const puts: Held[] = [];
  const blurred: { from: number; to: number }[] = [];
  let isGone = false;
  const replicas: ListedVersion[] = [];
  const records: LedgerRecord[] = [];
  const looks = new Map<number, { events: SourceEvent[]; crash: boolean }>();
  const own = new Map<SourceEvent, Held>();
  let now = BEGINNING;
  all.forEach((turn, n) => {
    const until = now + turn.after;
    lookUntil(until);
    now = until;
    if (turn.what === 'by hand') {
      if (replicas.at(-1)?.deleteMarker === false) replicas.push(entry({ versionId: `h${n}`, deleteMarker: true }));
      return;
    }
    if (turn.what === 'night') {
      looks.set(now, looks.get(now) ?? { events: [], crash: false });
      return;
    }
    const event = change(turn, n);
    if (event === undefined) return;
    const held = {
      since: now,
      turn: n,
      id: current()?.id,
      content: current()?.etag,
      knownFrom: undefined,
      isMuddled: false,
    };
    if (turn.what === 'put') puts.push(held);
    if (truth.length === 0 || truth.at(-1)?.id !== held.id) truth.push(held);
    own.set(event, truth.at(-1) ?? held);
    for (const after of turn.heard) {
      const look = looks.get(now + after) ?? { events: [], crash: false };
      looks.set(now + after, { events: [...look.events, event], crash: look.crash || turn.crash });
    }
  });
  lookUntil(Infinity);
  const top = replicas.length - 1;
  const versions = replicas.map((version, index) => ({ ...version, isLatest: index === top })).toReversed();
  for (const { since, knownFrom } of puts) if (since !== knownFrom) vague.push(since);
  return { records, truth, versions, vague, blurred };

  function change({ what, content }: Turn, n: number): SourceEvent | undefined {
    const at = new Date(now);
    if (what === 'put') {
      source.push({ id: `s${n}`, etag: content, at: now });
      return { at, what: 'created', versionId: `s${n}`, etag: content };
    }
    if (what === 'delete') {
      source.push({ id: `m${n}` });
      return { at, what: 'removed', versionId: `m${n}` };
    }
    const removed = what === 'undo' ? source.pop() : source.shift();
    return removed && { at, what: 'version removed', versionId: removed.id };
  }

  function current() {
    const last = source.at(-1);
    return last && 'etag' in last ? last : undefined;
  }

  function lookUntil(end: number): void {
    for (const [time, { events, crash }] of [...looks].toSorted(([one], [other]) => one - other)) {
      if (time >= end) break;
      looks.delete(time);
      now = time + STEP / 2;
      const record = look(events);
      if (crash) {
        vague.push(now);
        continue;
      }
      records.push(record);
      learn(record);
    }
  }

  function look(events: readonly SourceEvent[]): LedgerRecord {
    const removedAt = events.findLast(({ what }) => what !== 'created')?.at;
    const seen = current();
    const common = {
      key,
      reason: 'test',
      lookedAt: new Date(now),
      recordedAt: new Date(now + 5),
      ...(events.length > 0 && { events }),
    };
    if (seen === undefined) return { ...common, outcome: 'skipped', removedAt: removedAt ?? new Date(now + 5) };
    const top = replicas.at(-1);
    const isCopied = top === undefined || top.deleteMarker || top.etag !== seen.etag;
    if (isCopied) replicas.push(entry({ versionId: `r${replicas.length}`, etag: seen.etag, size: 1 }));
    return {
      ...common,
      outcome: isCopied ? 'copied' : 'same',
      source: { etag: seen.etag, versionId: seen.id, lastModified: inSeconds(seen.at), size: 1 },
      replica: { etag: seen.etag, versionId: replicas.at(-1)?.versionId },
      ...(isCopied && { copiedAt: new Date(now + 5) }),
    };
  }

  function learn({ events = [], recordedAt }: LedgerRecord): void {
    const held = truth.at(-1);
    for (const event of events) {
      const told = own.get(event);
      if (told === undefined || event.at.getTime() !== told.since) continue;
      // A delete marker is known whenever it is heard of; everything else is only known together with what was seen then.
      const isMarker = event.what === 'removed' && told.content === undefined;
      // Of a version that the ledger never heard of, it cannot tell that it was the current one.
      const isOfKnown = event.what !== 'version removed' || truth.at(-2)?.knownFrom !== undefined;
      if (isMarker || (told === held && isOfKnown)) told.knownFrom = told.since;
    }
    const wasGone = isGone;
    isGone = held?.content === undefined;
    if (held === undefined) return;
    const isWritten = source.at(-1)?.id === `s${held.turn}`;
    const isOwn = events.length === 0 || isWritten || events.some((event) => own.get(event) === held);
    // A look for an event of something else dates what it finds by that, and the ledger stays with it.
    if (!isOwn) {
      held.isMuddled = true;
      blurred.push({ from: Math.min(...events.map(({ at }) => at.getTime())), to: recordedAt.getTime() });
    }
    // That it is gone once more, after something of which it did not hear, the ledger does not see.
    if (held.isMuddled || (wasGone && isGone)) return;
    if (events.length === 0 || isWritten) held.knownFrom ??= recordedAt.getTime();
  }

  function entry(of: Partial<ListedVersion> & Pick<ListedVersion, 'versionId'>): ListedVersion {
    return { lastModified: inSeconds(now), isLatest: false, deleteMarker: false, etag: '', size: 0, ...of };
  }
}

function inSeconds(time: number): Date {
  return new Date(Math.floor(time / 1000) * 1000);
}
