import { isId } from './history.ts';
import type { Fact, ReturnFact, VersionFact } from './history.ts';
import type { ReplicaVersion, SourceVersion } from './seen.ts';
import type { ListedVersion } from '../listing/listed-version.ts';

/** What the ledger's item says of a key as it is now, for what no fact says. */
export interface Now {
  readonly source?: SourceVersion;
  /** Made from that source. */
  readonly replica?: { readonly etag: string; readonly versionId?: string | undefined };
  readonly removedAt?: Date;
}

/** From `since` on this was so, until the next moment. */
export interface Moment {
  readonly since: Date;
  /**
   * How that time is known: S3 told of the change; by the last-modified date of the source, in whole seconds; it was only found to be so then; by
   * the last-modified date of the replica, which is when it was copied.
   */
  readonly knownBy: 'event' | 'last-modified' | 'look' | 'replica';
  /** `unrecorded`: a version of the replica of which nobody knows what it was made from. */
  readonly what: 'written' | 'removed' | 'returned' | 'unrecorded';
  readonly source?: SourceVersion;
  readonly replica?: ReplicaVersion;
  readonly copiedAt?: Date;
  /** When it was found, if it was neither copied nor told of by an event. */
  readonly foundAt?: Date;
  /** Of a removal: the version, or delete marker, that was removed for good, after which nothing was left. */
  readonly removedVersion?: string;
  /** The replica as the destination has it; absent where it is gone, or nothing is held. */
  readonly listed?: ListedVersion;
  /** Only the ledger's item tells of it: there is no fact of the version. */
  readonly fromItem?: true;
}

/**
 * What the source held when, oldest first, as well as it is known: from the facts of one key, the versions that the destination has, and the
 * ledger's item. Nothing is in it twice, in whatever order the facts come.
 */
export function timeline({
  facts,
  listed,
  now = {},
}: {
  readonly facts: readonly Fact[];
  readonly listed: readonly ListedVersion[];
  readonly now?: Now;
}): readonly Moment[] {
  const versions = listed.filter(({ deleteMarker }) => !deleteMarker);
  const byId = new Map(versions.map((version) => [version.versionId, version]));
  const events = eventsOf(facts);
  const moments = [
    ...facts.flatMap((fact) => momentsOf(fact, { byId, events, facts })),
    ...momentsNow(now, { facts, versions }),
  ];
  const known = new Set(moments.map(({ replica }) => replica?.versionId));
  const unrecorded = versions
    .filter(({ versionId }) => !known.has(versionId))
    .map((version): Moment => ({
      since: version.lastModified,
      knownBy: 'replica',
      what: 'unrecorded',
      replica: { etag: version.etag, versionId: version.versionId },
      listed: version,
    }));
  const all = [...moments, ...unrecorded];
  const seen = seenIn(all);
  const dated = all.map((moment) => withinItsSecond(moment, seen));
  return withoutRepetition(removalsOfCurrent(dated.toSorted(inOrder(seen))));
}

type ById = ReadonlyMap<string, ListedVersion>;

function momentsOf(
  fact: Fact,
  {
    byId,
    events,
    facts,
  }: { readonly byId: ById; readonly events: ReadonlyMap<string, Date>; readonly facts: readonly Fact[] },
): readonly Moment[] {
  if (fact.fact === 'removed') {
    const { at, found, versionId } = fact;
    const removed = { since: at, knownBy: found ? 'look' : 'event', what: 'removed' } as const;
    return [{ ...removed, ...(versionId !== undefined && { removedVersion: versionId }) }];
  }
  const { source, replica, goneSince } = fact;
  if (replica === undefined) return [];
  const version = byId.get(replica.versionId);
  const held = { source, replica, ...(version && { listed: version }) };
  const before: Moment[] = goneSince ? [{ since: goneSince, knownBy: 'look', what: 'removed' }] : [];
  const written = events.get(sourceId(source));
  if (fact.fact === 'returned') {
    // Before it was written it cannot have returned: an older version was removed while this one was on its way.
    if (written !== undefined && fact.at < written) return before;
    if (written === undefined && isWrittenSince(fact, facts)) return before;
    return [...before, { ...held, since: fact.at, knownBy: fact.found ? 'look' : 'event', what: 'returned' }];
  }
  const since = written ?? source.lastModified;
  if (since === undefined) return before;
  const { copiedAt, foundAt } = fact;
  const moment = {
    ...held,
    since,
    what: 'written' as const,
    ...(copiedAt && { copiedAt }),
    ...(foundAt && { foundAt }),
  };
  return [...before, { ...moment, knownBy: written ? 'event' : 'last-modified' }];
}

/**
 * Whether a state that seems to be older than a removal was in truth written after it, in the same second: another one was written in between, and seen
 * before this one was seen at all.
 */
function isWrittenSince({ source, at }: ReturnFact, facts: readonly Fact[]): boolean {
  const { lastModified } = source;
  if (lastModified === undefined || at.getTime() > endOfSecond(lastModified)) return false;
  const id = sourceId(source);
  const versions = facts.filter((fact) => fact.fact === 'version');
  const seen = Math.min(
    ...versions.filter((fact) => sourceId(fact.source) === id).map((fact) => seenFirst(fact)?.getTime() ?? Infinity),
  );
  return versions.some(
    (fact) =>
      fact.eventAt !== undefined &&
      fact.eventAt > at &&
      fact.eventAt.getTime() <= endOfSecond(lastModified) &&
      (seenFirst(fact) ?? fact.eventAt).getTime() < seen,
  );
}

function seenFirst({ copiedAt, foundAt }: VersionFact): Date | undefined {
  return copiedAt ?? foundAt;
}

/** S3 tells a last-modified date without fractions of a second. */
function endOfSecond(date: Date): number {
  return date.getTime() + 999;
}

/** Of a copy that takes long, the event and the replica are told of by different facts. */
function eventsOf(facts: readonly Fact[]): ReadonlyMap<string, Date> {
  const events = new Map<string, Date>();
  for (const fact of facts)
    if (fact.fact === 'version' && fact.eventAt !== undefined) {
      const id = sourceId(fact.source);
      const before = events.get(id);
      if (before === undefined || fact.eventAt < before) events.set(id, fact.eventAt);
    }
  return events;
}

/** Tells states of the source apart, also where it keeps no versions. */
export function sourceId({ versionId, etag, lastModified }: SourceVersion): string {
  return isId(versionId) ? versionId : `${etag} ${lastModified?.toISOString()}`;
}

/** What only the ledger's item knows: its facts were lost, or the destination keeps no versions. */
function momentsNow(
  { source, replica, removedAt }: Now,
  { facts, versions }: { readonly facts: readonly Fact[]; readonly versions: readonly ListedVersion[] },
): readonly Moment[] {
  const removed: Moment[] = removedAt ? [{ since: removedAt, knownBy: 'look', what: 'removed' }] : [];
  const version = versions.find(({ versionId, etag, isLatest }) =>
    isId(replica?.versionId) ? versionId === replica?.versionId : isLatest && etag === replica?.etag,
  );
  if (source?.lastModified === undefined || version === undefined) return removed;
  const isKnown = facts.some((fact) => fact.fact !== 'removed' && fact.replica?.versionId === version.versionId);
  if (isKnown) return removed;
  const { versionId, etag, lastModified } = version;
  return [
    {
      since: source.lastModified,
      knownBy: 'last-modified',
      what: 'written',
      source,
      replica: { versionId, etag },
      copiedAt: lastModified,
      listed: version,
      fromItem: true,
    },
    ...removed,
  ];
}

interface Seen {
  /** By `sourceId`: when it was copied or found first. What came back is copied once more. */
  readonly first: ReadonlyMap<string, number>;
  /** The states that were seen first when they came back: each had been written before what covered it until then, whatever their dates say. */
  readonly covered: ReadonlySet<string>;
  /** By the second: what an event or a look told of. */
  readonly told: ReadonlyMap<number, readonly Moment[]>;
}

function seenIn(moments: readonly Moment[]): Seen {
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

function secondOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** A last-modified date has no fractions of a second: what is known to have been before it in the same second stays before it. */
function withinItsSecond(moment: Moment, { first, covered, told }: Seen): Moment {
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

function seenAt({ copiedAt, foundAt, listed }: Moment): Date | undefined {
  return copiedAt ?? foundAt ?? listed?.lastModified;
}

/** Of one time: what was removed, then what came; then in the order of the copies. */
function inOrder({ covered }: Seen): (one: Moment, other: Moment) => number {
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

/**
 * A version that is removed for good may have been covered by another one, and the key found to be gone only after that one was removed, too. Where
 * nothing else tells of that, the time of the event is as good as any.
 */
function removalsOfCurrent(moments: readonly Moment[]): readonly Moment[] {
  const kept: Moment[] = [];
  moments.forEach((moment, index) => {
    const { removedVersion } = moment;
    const last = kept.at(-1);
    if (removedVersion === undefined || last?.source?.versionId === removedVersion) kept.push(moment);
    // What was made from nobody knows what may be the very one.
    else if (last?.what === 'unrecorded' || moments[index + 1]?.what !== 'removed')
      kept.push({ ...moment, knownBy: 'look' });
  });
  return kept;
}

/** Many an event tells what was so already: an old version was removed for good, or the removal was found before it was told of. */
function withoutRepetition(moments: readonly Moment[]): readonly Moment[] {
  const told: Moment[] = [];
  for (const moment of moments) if (!isSame(told.at(-1), moment)) told.push(moment);
  return told;
}

function isSame(before: Moment | undefined, { what, source, replica }: Moment): boolean {
  if (before === undefined || what === 'removed' || before.what === 'removed') return before?.what === what;
  if (before.source === undefined || source === undefined) return false;
  return (
    sourceId(before.source) === sourceId(source) && (what === 'returned' || isSameReplica(before.replica, replica))
  );
}

function isSameReplica(one: ReplicaVersion | undefined, other: ReplicaVersion | undefined): boolean {
  return one?.versionId === other?.versionId;
}
