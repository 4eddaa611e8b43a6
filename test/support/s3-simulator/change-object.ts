import { findObject } from './read-object.ts';
import { S3Error } from './s3-error.ts';
import { bucketNamed, keyState, type Store } from './store.ts';
import type { StoredObject, Tag } from './stored-object.ts';

/**
 * Changes what S3 changes in place, without a new version, ETag or time: tags, archive and restore, encryption.
 *
 * @throws {S3Error} if there is no such object.
 */
export function changeObject(store: Store, which: Which, change: InPlace): StoredObject {
  const bucket = bucketNamed(store, which.bucket, which.expectedOwner);
  const before = findObject(bucket, which);
  const after = { ...before, ...change };
  const state = keyState(bucket, which.key);
  state.versions = state.versions.map((version) => (version === before ? after : version));
  return after;
}

export interface Which {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly expectedOwner?: string;
}

type InPlace = Partial<Pick<StoredObject, 'tags' | 'storageClass' | 'archiveStatus' | 'restore' | 'encryption'>>;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export function assertTags(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > 10) throw new S3Error('BadRequest', 'Object tags cannot be greater than 10');
  for (const { key, value } of tags) {
    if (key === '' || key.length > 128) throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid');
    if (value.length > 256) throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid');
  }
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  return tags;
}
