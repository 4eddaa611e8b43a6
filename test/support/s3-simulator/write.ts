import { createHash } from 'node:crypto';
import { assertWritable, checkWrite, isConditional, type WriteCondition } from './conditions.ts';
import type { Content } from './content.ts';
import { contentMd5 } from './content.ts';
import { S3Error } from './s3-error.ts';
import { bucketNamed, currentVersion, keyState, type BucketState, type Store, type Version } from './store.ts';
import type { Encryption, StoredObject } from './stored-object.ts';

/** The second half of an operation: evaluates the destination's condition and makes the change, at once. */
export type Commit<Result> = () => Result;

export interface Target {
  readonly bucket: string;
  readonly key: string;
  readonly expectedOwner?: string;
  readonly condition?: WriteCondition;
}

/** A new version, but for what S3 itself gives it. */
export type Draft = Omit<StoredObject, 'kind' | 'versionId' | 'modified' | 'etag'> & { readonly etag?: string };

/** Where a write comes from: remembers what had been written when it began. */
export interface PendingWrite {
  readonly target: Target;
  readonly condition: WriteCondition;
  readonly writesSeen: number;
}

/** @throws {S3Error} if the bucket is missing or somebody else's, or the key impossible. */
export function beginWrite(store: Store, target: Target): PendingWrite {
  const bucket = bucketNamed(store, target.bucket, target.expectedOwner);
  if (Buffer.byteLength(target.key) > 1024) throw new S3Error('KeyTooLongError');
  const condition = target.condition ?? {};
  assertWritable(condition);
  return { target, condition, writesSeen: bucket.keys.get(target.key)?.writes ?? 0 };
}

/** Evaluates the condition and adds the version. */
export function commitWrite(store: Store, pending: PendingWrite, draft: Draft): StoredObject {
  const bucket = admit(store, pending);
  const versionId = bucket.versioning === 'enabled' ? newVersionId(store) : 'null';
  const etag = draft.etag ?? etagOf(draft.content, draft.encryption, store);
  const object: StoredObject = { ...draft, kind: 'object', versionId, modified: store.now(), etag };
  addVersion(bucket, pending.target.key, object);
  return object;
}

/**
 * The bucket, if the condition of a write holds now.
 *
 * A write that was overtaken by another one of the same key may answer 409 as well as 412, whatever the ETags are by then.
 */
export function admit(store: Store, pending: PendingWrite): BucketState {
  const { target, condition } = pending;
  const bucket = bucketNamed(store, target.bucket, target.expectedOwner);
  const overtaken = (bucket.keys.get(target.key)?.writes ?? 0) !== pending.writesSeen;
  if (overtaken && isConditional(condition) && store.conflict() === 409)
    throw new S3Error('ConditionalRequestConflict');
  checkWrite(condition, currentVersion(bucket, target.key));
  return bucket;
}

/** In a bucket that is not versioned, or no longer, the version `null` is replaced; all others stay. */
export function addVersion(bucket: BucketState, key: string, version: Version): void {
  const state = keyState(bucket, key);
  state.versions = [...state.versions.filter(({ versionId }) => versionId !== version.versionId), version];
  state.writes += 1;
}

export function newVersionId(store: Store): string {
  return `v${String(store.next()).padStart(12, '0')}`;
}

/**
 * The MD5 of what was uploaded at once, unless a KMS or customer's key encrypts it: then it is something else for every write.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function etagOf(content: Content, encryption: Encryption, store: Store): string {
  const md5 = contentMd5(content);
  return encryption.type === 'AES256' ? md5 : createHash('md5').update(`${md5} ${store.next()}`).digest('hex');
}
