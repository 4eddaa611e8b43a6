import { checkRead, type ReadCondition } from './conditions.ts';
import { S3Error } from './s3-error.ts';
import { bucketNamed, currentVersion, type BucketState, type Store } from './store.ts';
import { isArchived, type StoredObject } from './stored-object.ts';

/**
 * The object that a HEAD tells of.
 *
 * @throws {S3Error} 404, also under a delete marker; 403 instead where the caller may not list; 400 for a customer's key.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export function headObject(store: Store, read: Read): StoredObject {
  const object = findObject(bucketNamed(store, read.bucket, read.expectedOwner), read);
  if (object.encryption.type === 'SSE-C') throw new S3Error('InvalidRequest', NEEDS_CUSTOMER_KEY);
  checkRead(read.condition ?? {}, object);
  return object;
}

/** The object that a GET returns: as a HEAD, but the bytes of an archived one are out of reach. */
export function getObject(store: Store, read: Read): StoredObject {
  const object = headObject(store, read);
  assertNotArchived(object);
  return object;
}

export interface Read {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly expectedOwner?: string;
  readonly condition?: ReadCondition;
}

/** @throws {S3Error} if there is no such object to be read; the caller of a GET and of a copy get the same answers. */
export function findObject(bucket: BucketState, { key, versionId }: Pick<Read, 'key' | 'versionId'>): StoredObject {
  const version =
    versionId === undefined
      ? currentVersion(bucket, key)
      : bucket.keys.get(key)?.versions.find((candidate) => candidate.versionId === versionId);
  if (version?.kind === 'object') return version;
  if (!bucket.mayList) throw new S3Error('AccessDenied');
  if (version === undefined) throw new S3Error(versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion');
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  throw new S3Error(versionId === undefined ? 'NoSuchKey' : 'MethodNotAllowed', undefined, headers);
}

/** @throws {S3Error} 403 InvalidObjectState */
export function assertNotArchived(object: StoredObject): void {
  if (isArchived(object)) throw new S3Error('InvalidObjectState');
}

export const NEEDS_CUSTOMER_KEY =
  'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.';
