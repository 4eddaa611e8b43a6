import type { LedgerRecord } from './ledger.ts';
import type { ReplicaSeen, SourceEvent, SourceVersion, ReplicaVersion } from './seen.ts';

/**
 * One thing that is known of a key's past at one destination. Each is true for ever, whatever else is known: facts may be written twice, late, and in any
 * order.
 */
export type Fact = VersionFact | RemovalFact | ReturnFact;

/** This version of the replica was made from that state of the source. */
export interface VersionFact {
  readonly fact: 'version';
  readonly source: SourceVersion;
  /** Absent: a copy that takes long had not ended yet. */
  readonly replica?: ReplicaVersion;
  /** When S3 says that the source was written; of an upload in parts this is its end, whereas last-modified is its beginning. */
  readonly eventAt?: Date;
  /** Only where it was copied, not found. */
  readonly copiedAt?: Date;
  /** When it was found, if it was neither copied nor told of by an event. */
  readonly foundAt?: Date;
  /** Until this version came there was no object, since then. */
  readonly goneSince?: Date;
}

/** From then on the source had no object of that key. */
export interface RemovalFact {
  readonly fact: 'removed';
  readonly at: Date;
  /** It was only found to be gone then. */
  readonly found: boolean;
  /** What S3 told was that this version, or delete marker, is removed for good, and then the key was found to be gone: it was current, or had been covered. */
  readonly versionId?: string;
}

/** Then the source held this state, which is older than that: what had covered it, a newer version or a delete marker, had been removed. */
export interface ReturnFact {
  readonly fact: 'returned';
  readonly at: Date;
  readonly source: SourceVersion;
  readonly replica: ReplicaVersion;
  /** It was only found to be there again. */
  readonly found: boolean;
  readonly goneSince?: Date;
}

/** What the ledger knew of a key before, as it is written there. */
export interface Before {
  readonly removedAt?: string | undefined;
  readonly sourceLastModified?: string | undefined;
  readonly sourceVersion?: string | undefined;
}

/** What one attempt shows for certain, by itself. */
export function factsOf(record: LedgerRecord): readonly Fact[] {
  const { source, replica, copiedAt, lookedAt, overtaken = [], events = [] } = record;
  const made = overtaken.flatMap(({ at, ...made }) => versionFact({ ...made, copiedAt: at }, events));
  const removals = events.flatMap(({ what, at }): Fact[] =>
    what === 'removed' ? [{ fact: 'removed', at, found: false }] : [],
  );
  if (source === undefined) return [...made, ...removals, ...removalOfVersion(record)];
  const held = versionFact({ source, replica, copiedAt, lookedAt }, events);
  return [
    ...made,
    ...removals,
    // Without a replica it is only of use where one is still to come, from somebody who does not know of the event.
    ...held.filter(({ eventAt, ...fact }) => fact.replica ?? (record.outcome === 'handed-over' && eventAt)),
    ...returnsOf(record, held),
  ];
}

/** What an attempt shows beside what was known before: what no event has told. */
export function factsAfter(record: LedgerRecord, before: Before): readonly Fact[] {
  const { source, replica, removedAt, lookedAt, copiedAt, events = [] } = record;
  if (removedAt !== undefined) {
    const isKnown = before.removedAt !== undefined || events.some(({ what }) => what !== 'created');
    return isKnown ? [] : [{ fact: 'removed', at: removedAt, found: true }];
  }
  if (source === undefined || !hasVersion(replica)) return [];
  const goneSince = dateOf(before.removedAt);
  const gone = goneSince && { goneSince };
  const held = versionFact({ source, replica, copiedAt, lookedAt }, events);
  const returns = returnsOf(record, held);
  if (returns.length > 0) return gone ? returns.map((fact) => ({ ...fact, ...gone })) : [];
  const told = held.some(({ eventAt }) => eventAt !== undefined);
  // Also of one second: there the dates do not tell which came first, and a return that is none does no harm.
  const covered =
    goneSince ?? (before.sourceVersion === source.versionId ? undefined : dateOf(before.sourceLastModified));
  if (!told && covered && covered >= source.lastModified)
    return [{ fact: 'returned', at: lookedAt, source, replica, found: true, ...gone }];
  return gone ? held.map((fact) => ({ ...fact, ...gone })) : [];
}

/** Of several the last: while the others were removed, that one was still there. */
function removalOfVersion({ removedAt, events = [] }: LedgerRecord): readonly RemovalFact[] {
  const removals = events
    .filter(({ what }) => what !== 'created')
    .toSorted((one, other) => one.at.getTime() - other.at.getTime());
  const last = removals.at(-1);
  if (removedAt === undefined || last?.what !== 'version removed' || last.versionId === undefined) return [];
  return [{ fact: 'removed', at: last.at, found: false, versionId: last.versionId }];
}

function versionFact(
  {
    source,
    replica,
    copiedAt,
    lookedAt,
  }: {
    readonly source: SourceVersion;
    readonly replica: ReplicaSeen | undefined;
    readonly copiedAt: Date | undefined;
    readonly lookedAt?: Date;
  },
  events: readonly SourceEvent[],
): readonly VersionFact[] {
  const eventAt = events.filter((event) => isOf(event, source)).map(({ at }) => at)[0];
  if (replica !== undefined && !hasVersion(replica)) return [];
  if (source.lastModified === undefined && eventAt === undefined) return [];
  return [
    {
      fact: 'version',
      source,
      ...(hasVersion(replica) && { replica: { etag: replica.etag, versionId: replica.versionId } }),
      ...(eventAt && { eventAt }),
      ...(replica && copiedAt && { copiedAt }),
      ...(replica && lookedAt && !copiedAt && !eventAt && { foundAt: lookedAt }),
    },
  ];
}

/** Whether the event tells of the writing of this very state. */
function isOf({ what, at, versionId, etag }: SourceEvent, source: SourceVersion): boolean {
  if (what !== 'created') return false;
  if (isId(versionId) && isId(source.versionId)) return versionId === source.versionId;
  return etag === source.etag && (source.lastModified === undefined || at >= source.lastModified);
}

/** The source holds something that is older than a removal of which S3 told. */
function returnsOf(
  { source, replica, lookedAt, events = [] }: LedgerRecord,
  held: readonly VersionFact[],
): ReturnFact[] {
  if (source === undefined || !hasVersion(replica)) return [];
  // In its second it may also have been written after that: then it has not returned, but it was there.
  const written = held[0]?.eventAt ?? source.lastModified;
  const since = events.filter(({ what, at }) => what !== 'created' && at > written);
  const last = since.reduce<SourceEvent | undefined>(
    (one, other) => (one && one.at >= other.at ? one : other),
    undefined,
  );
  if (last === undefined) return [];
  // What creates a delete marker brings nothing back: somebody has removed that marker since.
  const found = last.what === 'removed';
  const { etag, versionId } = replica;
  return [{ fact: 'returned', at: found ? lookedAt : last.at, source, replica: { etag, versionId }, found }];
}

/** The id "null" is that of everything that is written while versioning is suspended: it tells nothing apart, and no such version stays. */
function hasVersion(replica: ReplicaSeen | undefined): replica is ReplicaVersion {
  return isId(replica?.versionId);
}

export function isId(versionId: string | undefined): versionId is string {
  return versionId !== undefined && versionId !== 'null';
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
