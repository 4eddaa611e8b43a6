import { sourceId } from './moment.ts';
import type { Moment } from './moment.ts';

/** Of one time: what was removed, then what came; then in the order of the copies. */
export function inOrder({ covered }: Seen): (one: Moment, other: Moment) => number {
  const ranksOf = (moment: Moment) => [
    moment.since.getTime(),
    // Of one removal what is known best.
    moment.what !== 'removed' ? 2 : moment.knownBy === 'event' ? 0 : 1,
    moment.what === 'written' && moment.source && covered.has(sourceId(moment.source)) ? 0 : 1,
    seenAt(moment)?.getTime() ?? 0,
  ];
  return (one, other) => {
    const [first, second] = [ranksOf(one), ranksOf(other)];
    const at = first.findIndex((rank, index) => rank !== second[index]);
    return at < 0 ? 0 : (first[at] ?? 0) - (second[at] ?? 0);
  };
}

/** A last-modified date has no fractions of a second: what is known to have been before it in the same second stays before it. */
export function withinItsSecond(moment: Moment, { first, covered, told }: Seen): Moment {
  const { since, knownBy, source } = moment;
  if (knownBy !== 'last-modified' || source === undefined) return moment;
  const id = sourceId(source);
  if (covered.has(id)) return moment;
  const copied = first.get(id) ?? Infinity;
  const before = (told.get(secondOf(since)) ?? [])
    .filter((other) => other.since > since)
    .filter((other) => other.source === undefined || sourceId(other.source) !== id)
    // It had happened before it was copied, whatever the copy's date says, which has no fractions of a second either.
    .filter((other) => Math.max((other.copiedAt ?? other.since).getTime(), other.since.getTime()) < copied)
    .map((other) => other.since.getTime());
  return before.length === 0 ? moment : { ...moment, since: new Date(Math.max(...before)) };
}

export function seenIn(moments: readonly Moment[]): Seen {
  const first = new Map<string, number>();
  for (const { source, copiedAt, foundAt } of moments) {
    const at = (copiedAt ?? foundAt)?.getTime();
    if (source === undefined || at === undefined) continue;
    const id = sourceId(source);
    first.set(id, Math.min(at, first.get(id) ?? at));
  }
  const covered = new Set<string>();
  for (const { what, since, source } of moments)
    if (what === 'returned' && source) {
      const id = sourceId(source);
      if ((first.get(id) ?? Infinity) >= since.getTime()) covered.add(id);
    }
  const exact = moments.filter(({ knownBy }) => knownBy === 'event' || knownBy === 'look');
  return { first, covered, told: Map.groupBy(exact, ({ since }) => secondOf(since)) };
}

interface Seen {
  /** By `sourceId`: when it was copied or found first. What came back is copied once more. */
  readonly first: ReadonlyMap<string, number>;
  /** The states that were seen first when they came back: each had been written before what covered it until then, whatever their dates say. */
  readonly covered: ReadonlySet<string>;
  /** By the second: what an event or a look told of. */
  readonly told: ReadonlyMap<number, readonly Moment[]>;
}

function secondOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function seenAt({ copiedAt, foundAt, listed }: Moment): Date | undefined {
  return copiedAt ?? foundAt ?? listed?.lastModified;
}
