import type { ObjectState, PartState } from '../objects/bucket.ts';
import { S3_LIMITS } from '../objects/s3-limits.ts';

/** Whether one request makes a replica that can be compared with its source, or the parts matter. */
export function copiedByOneRequest({ etag, size, kms }: Pick<ObjectState, 'etag' | 'size' | 'kms'>): boolean {
  // An ETag of KMS is of no use on the other side, in however many parts the object is copied.
  return size <= S3_LIMITS.singleCopy && (kms || partsIn(etag) === undefined);
}

/** How many parts an object was put together from: its ETag ends in `-N`. `undefined`: it was put in one piece. */
export function partsIn(etag: string): number | undefined {
  const [, count] = etag.split('-');
  return count === undefined ? undefined : Number(count);
}

/**
 * The sizes of the parts of the source, if all but the last are as large as the first, as nearly every uploader makes them.
 *
 * @returns `undefined` if they cannot be.
 */
export function evenParts(size: number, { size: first, count }: PartState): readonly number[] | undefined {
  const last = size - first * (count - 1);
  if (last < 0 || last > first || (last === 0 && count > 1)) return undefined;
  return [...Array.from({ length: count - 1 }, () => first), last];
}

/** Sizes of parts for an object of which we know no parts: as few as need be, of whole MiB. */
export function chosenParts(size: number): readonly number[] {
  return cut(size, Math.max(64 * MIB, Math.ceil(size / S3_LIMITS.parts / MIB) * MIB));
}

/** Parts of that size (bytes), and one for the rest; `undefined` if they would be more than S3 takes. */
export function partsOfSize(size: number, part: number): readonly number[] | undefined {
  return size > part * S3_LIMITS.parts ? undefined : cut(size, part);
}

function cut(size: number, part: number): readonly number[] {
  const count = Math.max(1, Math.ceil(size / part));
  return [...Array.from({ length: count - 1 }, () => part), size - part * (count - 1)];
}

/** Parts copied at a time. Each may be gigabytes, which S3 moves by itself. */
export const PARTS_IN_FLIGHT = 16;

const MIB = 1024 ** 2;
