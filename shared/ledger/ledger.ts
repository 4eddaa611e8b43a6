import type { ObjectKey } from '../objects/object-key.ts';
import type { SourceSeen, ReplicaSeen, Overtaken, SourceEvent } from './seen.ts';
import type { Note } from '../objects/note.ts';

/**
 * The memory of one destination: for each key what became of it, and which replica was made from which source.
 *
 * A record of what was done, never a reason not to do it: whoever loses it, or reads an old one, copies once more at worst.
 */
export interface Ledger {
  /** Whether what it is told of versions and removals is kept in a history, too. */
  readonly keepsHistory?: boolean;
  /**
   * Notes how a key was left. A record that is older than the one that is there changes nothing, but counts as an attempt. What it tells of
   * versions and removals is noted in any case. The same record may be sent again.
   *
   * @param patience milliseconds; one second, if not said.
   * @throws if there is no answer in that time: it may have been noted all the same.
   */
  record(record: LedgerRecord, patience?: number): Promise<void>;
  /**
   * The replica that was made last, and from what.
   *
   * @throws if it cannot be read in time.
   */
  note(key: ObjectKey): Promise<Note | undefined>;
}

/** The ledger as the sweep reads it: many keys at a time, to explain what two listings cannot. */
export interface LedgerReader {
  /** What is known of these keys; those that are not known are left out. @throws if it cannot be read. */
  entries(keys: readonly ObjectKey[]): Promise<ReadonlyMap<ObjectKey, LedgerEntry>>;
}

/** Some attributes of an item (see `changesOf`), as they are written there. */
export interface LedgerEntry {
  readonly outcome: string;
  readonly reason: string;
  readonly recordedAt: string;
  readonly sourceETag?: string;
  readonly sourceLastModified?: string;
  readonly replicaETag?: string;
  readonly replicaMadeFrom?: string;
  readonly replicaMadeFromDate?: string;
  readonly replicaDate?: string;
}

/** The attributes of an item from which `noteOf` knows it. */
export const NOTED = [
  'outcome',
  'recordedAt',
  'sourceLastModified',
  'replicaETag',
  'replicaMadeFrom',
  'replicaMadeFromDate',
  'replicaDate',
] as const satisfies readonly (keyof LedgerEntry)[];

/**
 * What an item notes of the replica; `undefined` if it knows of none.
 *
 * An item that was written before dates of replicas were has none. If what was recorded last was a copy, or that both are the same, the replica is as old as that at least.
 */
export function noteOf(item: Partial<LedgerEntry>): Note | undefined {
  const { replicaETag, replicaMadeFrom: sourceETag, outcome } = item;
  if (replicaETag === undefined || sourceETag === undefined) return undefined;
  const settled = outcome === 'copied' || outcome === 'same';
  const modified = item.replicaMadeFromDate ?? (settled ? item.sourceLastModified : undefined);
  const from = item.replicaDate ?? (settled ? item.recordedAt : undefined);
  return {
    sourceETag,
    replicaETag,
    ...(modified !== undefined && { sourceLastModified: new Date(modified) }),
    ...(from !== undefined && { replicaFrom: new Date(from) }),
  };
}

/** How a key was left by one attempt. */
export interface LedgerRecord {
  readonly key: ObjectKey;
  readonly outcome: 'copied' | 'same' | 'skipped' | 'cannot' | 'handed-over' | 'deleted' | 'failed';
  readonly reason: string;
  /** Just before the source was last looked at; if no look succeeded, when the attempt began. */
  readonly lookedAt: Date;
  readonly recordedAt: Date;
  /** When S3 says the key changed, if an event said it. */
  readonly eventAt?: Date;
  /** The source as that look saw it; absent where it saw nothing. */
  readonly source?: SourceSeen;
  /** Where the source is gone: since when, as well as is known. */
  readonly removedAt?: Date;
  /** Only where it is known to hold what the source held. */
  readonly replica?: ReplicaSeen;
  /** Where it is not there any more as it has expired: what is known of it. */
  readonly expired?: Note;
  /** When this attempt made that replica, if it did. */
  readonly copiedAt?: Date;
  /** What else this attempt made, and replaced by that replica. */
  readonly overtaken?: readonly Overtaken[];
  /** What S3 said of the key. */
  readonly events?: readonly SourceEvent[];
}

/**
 * Of two records of one key, the one with the greater rank is the newer one; texts compare as DynamoDB compares them, by bytes.
 *
 * What was seen later counts: by the time of the look, not by the time of the record (a slow failure must not hide the copy that
 * overtook it), and not by the source's last-modified date (which goes back when a version is deleted, and of an upload in parts
 * is the date of its beginning). In the same millisecond what was settled counts more than what was not; the rest only makes
 * every order end alike.
 */
export function rankOf({ lookedAt, outcome, source }: LedgerRecord): string {
  const settled = outcome === 'failed' || outcome === 'handed-over' ? 0 : 1;
  return [lookedAt.toISOString(), settled, source?.lastModified.toISOString(), source?.etag].join(' ').trimEnd();
}

/** What a record does to the item of its key, if it is the newer one. */
export interface Changes {
  readonly set: Readonly<Record<string, string | number>>;
  /** Set where the item has no such attribute. */
  readonly setOnce: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/**
 * The attributes of an item:
 *
 *     key                                               the key itself
 *     outcome, reason, recordedAt, eventAt              of the newest record
 *     rank                                              see `rankOf`; begins with the time of the look
 *     sourceETag, sourceVersion, sourceLastModified, size   the source when it was last seen; they stay when it is gone
 *     removedAt                                         only while the source is gone: since when
 *     replicaETag, replicaVersion, replicaMadeFrom      the replica, and the ETag of the source that it was made from
 *     replicaDate, replicaMadeFromDate                  the last-modified dates of the two (see `ReplicaSeen`)
 *     attempts                                          how many records there were
 *     trouble                                           the outcome, only while it is `failed` or `cannot`
 *
 * Times are ISO 8601 in UTC, sizes bytes. What is known of the replica outlives failures: it changes only with the replica.
 */
export function changesOf(record: LedgerRecord): Changes {
  const { outcome, reason, recordedAt, eventAt, source, removedAt, replica, expired } = record;
  const wanted = {
    outcome,
    reason: reason.slice(0, LONGEST_REASON).toWellFormed(),
    rank: rankOf(record),
    recordedAt: recordedAt.toISOString(),
    eventAt: eventAt?.toISOString(),
    trouble: outcome === 'failed' || outcome === 'cannot' ? outcome : undefined,
    ...(source && {
      sourceETag: source.etag,
      sourceVersion: source.versionId,
      sourceLastModified: source.lastModified.toISOString(),
      size: source.size,
      removedAt: undefined,
    }),
    ...(source &&
      replica && {
        replicaETag: replica.etag,
        replicaVersion: replica.versionId,
        replicaMadeFrom: source.etag,
        replicaMadeFromDate: source.lastModified.toISOString(),
        replicaDate: replica.lastModified?.toISOString(),
      }),
    ...(expired && {
      replicaMadeFromDate: expired.sourceLastModified?.toISOString(),
      replicaDate: expired.replicaFrom?.toISOString(),
    }),
  };
  const set: Record<string, string | number> = {};
  const remove: string[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) remove.push(name);
    else set[name] = value;
  }
  // The first time counts: of a key that is gone, old versions may expire a year later, with an event for each.
  return { set, setOnce: removedAt === undefined ? {} : { removedAt: removedAt.toISOString() }, remove };
}

/** Characters. An item of up to 1 kB is written for the price of one unit. */
const LONGEST_REASON = 300;
