import { isId } from './history.ts';
import type { Fact, ReturnFact, VersionFact } from './history.ts';
import type { ReplicaVersion } from './seen.ts';
import type { ListedVersion } from '../listing/listed-version.ts';
import { sourceId } from './moment.ts';
import type { Now, Moment } from './moment.ts';
import { inOrder, withinItsSecond, seenIn } from './order-of-moments.ts';

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

/**
 * Which removals of a single version removed the key. A version that is removed for good may not have been the current one: a newer version may
 * have covered it, and the key is gone only when that one is removed, too. If no other moment says when that was, the time of this event stands in
 * for it, known by a look only.
 */
function removalsOfCurrent(moments: readonly Moment[]): readonly Moment[] {
  const kept: Moment[] = [];
  moments.forEach((moment, index) => {
    const { removedVersion } = moment;
    const last = kept.at(-1);
    if (removedVersion === undefined || last?.source?.versionId === removedVersion) kept.push(moment);
    // An unrecorded version may be the one that was removed.
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
