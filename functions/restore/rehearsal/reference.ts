import type { ObjectState } from '../../../shared/objects/bucket.ts';

/** What a restored object is compared with: the bytes of the live source; the checksum that was recorded of them; the bytes of the replica itself. */
export type Reference = 'source' | 'record' | 'replica';

/**
 * With what a restored object is compared, the best proof first. What is gone, or must not be read, leaves the next one to count.
 *
 *     the source now                                        compared with
 *     gone, or in an archive                                record, replica
 *     the state that the ledger says the replica is of      source, record, replica
 *     another one than the ledger says                      record, replica: it has changed since
 *     of unknown kinship, with another ETag, and not        record, replica: it has changed since
 *       older than the replica
 *     of unknown kinship otherwise                          source, record, replica: nobody but the replicator should have written it
 *
 * The record is the ETag of the replica, which S3 made of the bytes as it took them, where that is an MD5: neither of KMS nor of several parts.
 *
 * @param sourceETag of the state that the replica was made from, where the ledger knows it.
 */
export function referencesFor({
  source,
  replica,
  sourceETag,
}: {
  readonly source: ObjectState | undefined;
  readonly replica: ObjectState | undefined;
  readonly sourceETag: string | undefined;
}): readonly Reference[] {
  const own: Reference[] = replica === undefined ? [] : isMd5(replica) ? ['record', 'replica'] : ['replica'];
  if (source === undefined || source.archived) return own;
  return hasChanged({ source, replica, sourceETag }) ? own : ['source', ...own];
}

function hasChanged({
  source,
  replica,
  sourceETag,
}: {
  readonly source: ObjectState;
  readonly replica: ObjectState | undefined;
  readonly sourceETag: string | undefined;
}): boolean {
  if (sourceETag !== undefined) return source.etag !== sourceETag;
  if (replica === undefined) return true;
  return source.etag !== replica.etag && source.lastModified >= replica.lastModified;
}

function isMd5({ etag, kms }: ObjectState): boolean {
  return !kms && /^[0-9a-f]{32}$/.test(etag);
}
