import { CANARY_PREFIX } from '../../../shared/names.ts';
import { compareKeys } from '../../../shared/objects/key-order.ts';
import { keyHash } from '../../../shared/listing/scrub-sample.ts';

/** An object of the destination, as a listing shows it. */
export interface Listed {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601, so that texts compare as times do. */
  readonly modified: string;
  readonly storageClass: string;
}

/** What a rehearsal may take. */
export interface Limits {
  /** How many objects are drawn by lot, beside the largest and the oldest. */
  readonly objects: number;
  /** Of all together. */
  readonly maxBytes: number;
  /** Decides the lot: the same seed draws the same keys. */
  readonly seed: string;
}

/** What is remembered of the objects seen so far: plain JSON, as large after a billion of them as after a few. */
export interface Candidates {
  readonly seen: { objects: number; bytes: number };
  /** Objects that are left out. */
  readonly leftOut: Record<LeftOut, number>;
  readonly lot: Listed[];
  readonly largest: Listed[];
  readonly oldest: Listed[];
}

/** `archived`: to read them takes hours, and has its price. `too large`: see `largestFor`. `key too long`: with the prefix of the rehearsal. */
export type LeftOut = 'archived' | 'too large' | 'key too long';

export function newCandidates(): Candidates {
  return {
    seen: { objects: 0, bytes: 0 },
    leftOut: { archived: 0, 'too large': 0, 'key too long': 0 },
    lot: [],
    largest: [],
    oldest: [],
  };
}

/** Takes one more object into account. In whatever order they come, the same ones are remembered. The canary is none: it is overwritten all the time. */
export function consider(candidates: Candidates, object: Listed, limits: Limits): void {
  const { seen, leftOut, lot, largest, oldest } = candidates;
  if (object.key.startsWith(CANARY_PREFIX)) return;
  seen.objects++;
  seen.bytes += object.size;
  const why = whyNot(object, limits);
  if (why !== undefined) {
    leftOut[why]++;
    return;
  }
  keepFirst(lot, object, { most: limits.objects, order: byLot(limits.seed) });
  keepFirst(largest, object, { most: EXTREMES, order: bySize });
  keepFirst(oldest, object, { most: EXTREMES, order: byAge });
}

/** So many of the largest, and of the oldest. */
export const EXTREMES = 10;

function whyNot({ key, size, storageClass }: Listed, limits: Limits): LeftOut | undefined {
  if (ARCHIVES.has(storageClass)) return 'archived';
  if (size > largestFor(limits)) return 'too large';
  return Buffer.byteLength(key) > LONGEST_KEY ? 'key too long' : undefined;
}

/**
 * Glacier Instant Retrieval is read like any other class. What Intelligent-Tiering has put into an archive no listing shows.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
 */
const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Bytes: of S3's 1,024 the prefix of a rehearsal takes some. */
const LONGEST_KEY = 1024 - 65;

/** Bytes of the largest object that is taken: one that takes up the limit alone would push out all others, and one invocation must read it. */
export function largestFor({ maxBytes }: Pick<Limits, 'maxBytes'>): number {
  return Math.min(Math.floor(maxBytes / 2), LARGEST_READ);
}

/** Read on both sides, two at a time, within the quarter of an hour that an invocation has. */
const LARGEST_READ = 10 * 1024 ** 3;

type Order = (one: Listed, other: Listed) => number;

function byLot(seed: string): Order {
  const start = keyHash(seed, 0);
  return (one, other) => keyHash(one.key, start) - keyHash(other.key, start) || byKey(one, other);
}

function bySize(one: Listed, other: Listed): number {
  return other.size - one.size || byKey(one, other);
}

function byAge(one: Listed, other: Listed): number {
  if (one.modified === other.modified) return byKey(one, other);
  return one.modified < other.modified ? -1 : 1;
}

function byKey(one: Listed, other: Listed): number {
  return compareKeys(one.key, other.key);
}

function keepFirst(
  list: Listed[],
  object: Listed,
  { most, order }: { readonly most: number; readonly order: Order },
): void {
  const last = list.at(-1);
  if (most === 0 || (list.length >= most && last !== undefined && order(object, last) >= 0)) return;
  const at = list.findLastIndex((other) => order(other, object) < 0) + 1;
  list.splice(at, 0, object);
  if (list.length > most) list.pop();
}

/** What is restored, in the order of keys, and how much that is. */
export interface Choice {
  readonly keys: readonly string[];
  /** Bytes. */
  readonly bytes: number;
}

/**
 * The largest within a half of the limit, the oldest within a quarter, and all that is left of it for those that were drawn. What does not fit makes room for
 * the next one.
 */
export function choose({ largest, oldest, lot }: Candidates, { maxBytes }: Pick<Limits, 'maxBytes'>): Choice {
  const chosen = new Map<string, number>();
  let bytes = 0;
  const take = (objects: readonly Listed[], most: number) => {
    let taken = 0;
    for (const { key, size } of objects) {
      if (chosen.has(key) || taken + size > most) continue;
      chosen.set(key, size);
      taken += size;
    }
    bytes += taken;
  };
  take(largest, maxBytes / 2);
  take(oldest, maxBytes / 4);
  take(lot, maxBytes - bytes);
  return { keys: [...chosen.keys()].toSorted(compareKeys), bytes };
}
