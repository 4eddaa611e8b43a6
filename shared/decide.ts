import { isDeepStrictEqual } from 'node:util';
import type { ObjectState } from './objects/bucket.ts';
import { isExpired } from './expiry.ts';
import type { Note } from './objects/note.ts';
import { S3_LIMITS } from './objects/s3-limits.ts';

/** The reason to leave out what the lifecycle of the destination has expired. The ledger has it, too. */
export const EXPIRED = 'expired by retention';

/** What is to be done about one key. */
export type Action =
  | { readonly do: 'copy'; readonly reason: 'absent' | 'content differs' | 'description differs' }
  | { readonly do: 'skip'; readonly reason: 'same' | 'source is gone' | typeof EXPIRED }
  | { readonly do: 'cannot'; readonly reason: 'archived' | 'too large' };

/**
 * Compares the two sides of one key as they are now. First row that fits:
 *
 *     source          replica                            action
 *     gone            any                                skip: source is gone
 *     any             same content, same description     skip: same
     any             none; it was made of this very
                     state, and has expired since       skip: expired by retention
 *     archived        any                                cannot: archived
 *     over 48.8 TiB   any                                cannot: too large
 *     present         none, or a delete marker           copy: absent
 *     present         another size, or another ETag
 *                     that neither a note nor equal full
 *                     checksums explain                  copy: content differs
 *     present         same content only                  copy: description differs
 *
 * A delete marker on the destination counts as "none": the destination follows the source. The storage class is not compared,
 * because the destination chooses it.
 *
 * What was never copied is copied, however old it is.
 */
export function decide(
  source: ObjectState | undefined,
  replica: ObjectState | undefined,
  { note, expiredUpTo }: Known = {},
): Action {
  if (source === undefined) return { do: 'skip', reason: 'source is gone' };
  const difference = differenceBetween(source, replica, note);
  if (difference === undefined) return { do: 'skip', reason: 'same' };
  if (difference === 'absent' && isExpired(source, { note, upTo: expiredUpTo })) return { do: 'skip', reason: EXPIRED };
  if (source.archived) return { do: 'cannot', reason: 'archived' };
  if (source.size > S3_LIMITS.largestObject) return { do: 'cannot', reason: 'too large' };
  return { do: 'copy', reason: difference };
}

export interface Known {
  /**
   * What the ledger knows of the replica. It counts if it is about these two ETags, and no others; of a replica that is not there, if it is about
   * this very state of the source.
   */
  readonly note?: Note | undefined;
  /** What was written until then has been expired by the retention of the destination; absent: nothing has. */
  readonly expiredUpTo?: Date | undefined;
}

function differenceBetween(source: ObjectState, replica: ObjectState | undefined, note: Note | undefined) {
  if (replica === undefined) return 'absent';
  if (!sameContent(source, replica, note)) return 'content differs';
  return isDeepStrictEqual(source.description, replica.description) ? undefined : 'description differs';
}

/**
 * Different ETags of equal contents come of other part boundaries, and of KMS. Then a checksum of the whole object decides, or
 * the note that this replica was made from this source.
 */
function sameContent(source: ObjectState, replica: ObjectState, note: Note | undefined): boolean {
  if (source.size !== replica.size) return false;
  if (source.etag === replica.etag) return true;
  if (note?.sourceETag === source.etag && note.replicaETag === replica.etag) return true;
  const [ours, theirs] = [source.checksum, replica.checksum];
  if (ours?.type !== 'FULL_OBJECT' || theirs?.type !== 'FULL_OBJECT') return false;
  return ours.algorithm === theirs.algorithm && ours.value === theirs.value;
}

/**
 * Whether the two differ by what two HEADs say, but perhaps not in truth: then it is worth asking for more. The ETags of two
 * objects that were put in one piece are checksums themselves.
 */
export function mayBeTheSame(source: ObjectState, replica: ObjectState | undefined): replica is ObjectState {
  if (replica === undefined || source.size !== replica.size || source.etag === replica.etag) return false;
  return [source, replica].some(({ kms, etag }) => kms || etag.includes('-'));
}
