import { BucketError } from '../../shared/objects/bucket.ts';
import type { ObjectState } from '../../shared/objects/bucket.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { CopyWorld } from '../../shared/copy/copy-world.ts';

/** What two equal ETags do not say: whether the bytes are still those that they were made of. */
export interface Scrubbed {
  readonly drift: boolean;
  /** That were read, of both sides. */
  readonly bytes: number;
}

export type ScrubAction =
  | { readonly do: 'copy'; readonly reason: 'bytes differ' | 'checksums differ'; readonly scrubbed: Scrubbed }
  | { readonly do: 'skip'; readonly reason: 'bytes compared' | 'checksums compared'; readonly scrubbed: Scrubbed }
  | {
      readonly do: 'cannot';
      readonly reason: 'source is damaged' | 'either side may be damaged';
      readonly scrubbed: Scrubbed;
    }
  | { readonly do: 'skip'; readonly reason: `not compared: ${string}` }
  /** One side changed, or was not read to its end: that is no verdict. */
  | { readonly do: 'look again'; readonly error?: unknown };

/**
 * Compares two sides that count as the same. First line that fits:
 *
 *     one side is in an archive                          not compared
 *     to be compared by their checksums                  see `byChecksums`
 *     the time of the invocation is nearly up            not compared
 *     one side changed, or broke off                     look again
 *     one side must not be read (KMS)                    not compared
 *     the bytes are equal                                bytes compared
 *     they differ, and the source's are not those that
 *     its ETag is a checksum of                          cannot: source is damaged
 *     they differ, the ETag is no checksum of the
 *     bytes, and the replica would be lost               cannot: either side may be damaged
 *     they differ                                        copy: bytes differ
 *
 * A damaged source must not replace what may be the last good copy. Where the ETag is no checksum of the bytes (KMS, several parts) nobody can tell which
 * side is damaged: the destination follows the source if it keeps what it had as a version. If it is not versioned, that is for a person to decide.
 */
export async function scrub(
  key: ObjectKey,
  {
    source,
    replica,
    by,
  }: { readonly source: ObjectState; readonly replica: ObjectState; readonly by: 'bytes' | 'checksums' },
  world: CopyWorld,
): Promise<ScrubAction> {
  if (source.archived || replica.archived) return notCompared('in an archive');
  if (by === 'checksums') return byChecksums(key, { source, replica }, world);
  if ((world.long?.timeLeft() ?? Infinity) < LEAST_TIME_MS) return notCompared('no time was left for it');
  try {
    const [ours, theirs] = await Promise.all([
      world.source.digest(key, { etag: source.etag, algorithm: 'sha256' }),
      world.destination.digest(key, { etag: replica.etag, algorithm: 'sha256' }),
    ]);
    if (ours === undefined || theirs === undefined) return { do: 'look again' };
    const bytes = source.size + replica.size;
    if (ours === theirs) return { do: 'skip', reason: 'bytes compared', scrubbed: { drift: false, bytes } };
    return await whenDifferent(key, { source, replica, bytes }, world);
  } catch (error) {
    // Both were just looked at, so it is the key that encrypts them, or a right to read, that is missing.
    if (error instanceof BucketError && error.code === 'status 403') return notCompared('it must not be read');
    return { do: 'look again', error };
  }
}

/** Less would hold up what else is in the batch, and not be enough for a large object. */
const LEAST_TIME_MS = 120_000;

function notCompared(why: string): ScrubAction {
  return { do: 'skip', reason: `not compared: ${why}` };
}

async function whenDifferent(
  key: ObjectKey,
  { source, replica, bytes }: { readonly source: ObjectState; readonly replica: ObjectState; readonly bytes: number },
  world: CopyWorld,
): Promise<ScrubAction> {
  const { etag, kms } = source;
  if (kms || etag.includes('-')) {
    const scrubbed = { drift: true, bytes };
    return isKeptAsVersion(replica)
      ? { do: 'copy', reason: 'bytes differ', scrubbed }
      : { do: 'cannot', reason: 'either side may be damaged', scrubbed };
  }
  const md5 = await world.source.digest(key, { etag, algorithm: 'md5' });
  if (md5 === undefined) return { do: 'look again' };
  const scrubbed = { drift: true, bytes: bytes + source.size };
  return md5 === etag
    ? { do: 'copy', reason: 'bytes differ', scrubbed }
    : { do: 'cannot', reason: 'source is damaged', scrubbed };
}

/** When it is overwritten. The version "null" may be one of a bucket whose versioning is suspended: there it is lost. */
function isKeptAsVersion({ versionId }: ObjectState): boolean {
  return versionId !== undefined && versionId !== 'null';
}

/** What S3 keeps of both: it says what the bytes were when they were written. Only checksums of whole objects, of one algorithm, can be compared. */
async function byChecksums(
  key: ObjectKey,
  { source, replica }: { readonly source: ObjectState; readonly replica: ObjectState },
  world: CopyWorld,
): Promise<ScrubAction> {
  try {
    const [ours, theirs] = await Promise.all([
      world.source.head(key, { checksum: true }),
      world.destination.head(key, { checksum: true }),
    ]);
    if (ours?.etag !== source.etag || theirs?.etag !== replica.etag) return { do: 'look again' };
    const [one, other] = [ours.checksum, theirs.checksum];
    if (one?.type !== 'FULL_OBJECT' || other?.type !== 'FULL_OBJECT' || one.algorithm !== other.algorithm)
      return notCompared('too large, and without checksums of the whole');
    return one.value === other.value
      ? { do: 'skip', reason: 'checksums compared', scrubbed: { drift: false, bytes: 0 } }
      : { do: 'copy', reason: 'checksums differ', scrubbed: { drift: true, bytes: 0 } };
  } catch (error) {
    if (error instanceof BucketError && error.code === 'status 403') return notCompared('it must not be read');
    return { do: 'look again', error };
  }
}
