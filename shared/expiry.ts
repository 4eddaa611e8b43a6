import type { Note } from './objects/note.ts';

/** A rule by which the lifecycle of a bucket expires current objects. */
export interface ExpiryRule {
  /** Of the keys that it is about; `''`: of all. */
  readonly prefix: string;
  /** So many days after an object was written; or from that date on, whenever it was written. */
  readonly after: { readonly days: number } | { readonly date: Date };
  /** Bytes; the object must have more, or fewer. */
  readonly largerThan?: number | undefined;
  readonly smallerThan?: number | undefined;
}

/**
 * What was written until then has expired by now; `undefined` if nothing has. The days end at midnight UTC.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html (how S3 counts the days)
 */
export function expiredUpTo(
  rules: readonly ExpiryRule[],
  { now, ...object }: Expirable & { readonly now: number },
): Date | undefined {
  const ends = rules.filter((rule) => isAbout(rule, object)).flatMap((rule) => endOf(rule, now));
  return ends.length === 0 ? undefined : new Date(Math.max(...ends));
}

interface Expirable {
  readonly key: string;
  /** Bytes; absent: every rule of the key counts. */
  readonly size?: number;
}

function isAbout({ prefix, largerThan = -1, smallerThan = Infinity }: ExpiryRule, { key, size }: Expirable): boolean {
  return key.startsWith(prefix) && (size === undefined || (size > largerThan && size < smallerThan));
}

/** A date that has come does not end the rule: S3 goes on to expire what is written after it, at the next midnight. */
function endOf({ after }: ExpiryRule, now: number): number[] {
  const midnight = now - (now % DAY_MS);
  if ('days' in after) return [midnight - after.days * DAY_MS];
  return after.date.getTime() <= now ? [midnight] : [];
}

const DAY_MS = 86_400_000;

/**
 * Whether a replica that is not there was made of this very state of the source, and so long ago that it has expired since: it was written until
 * `upTo`. Without a note of that it counts as never made.
 */
export function isExpired(
  source: { readonly etag: string; readonly lastModified: Date },
  { note, upTo }: { readonly note: Note | undefined; readonly upTo: Date | undefined },
): boolean {
  if (upTo === undefined || note?.replicaFrom === undefined || note.sourceLastModified === undefined) return false;
  const [seen, noted] = [source.lastModified, note.sourceLastModified].map((date) => Math.floor(date.getTime() / 1000));
  // Not "no older": when a version of the source is removed, an older state of the same bytes may come back with another description.
  return note.sourceETag === source.etag && seen === noted && note.replicaFrom <= upTo;
}
