import { contentChecksum, contentOf, type Content } from './content.ts';
import type { ChecksumAlgorithm } from './checksum.ts';
import { S3Error } from './s3-error.ts';
import { bucketNamed, type Store } from './store.ts';
import { PLAIN, type Attributes, type StoredObject } from './stored-object.ts';
import { beginWrite, commitWrite, type Commit, type Target } from './write.ts';

/** Begins to write an object. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export function beginPut(store: Store, put: Put): Commit<StoredObject> {
  const bucket = bucketNamed(store, put.bucket, put.expectedOwner);
  const pending = beginWrite(store, put);
  const content = typeof put.content === 'string' ? contentOf(put.content) : put.content;
  if (content.size > MAX_SINGLE) throw new S3Error('EntityTooLarge');
  const algorithm = put.checksum?.algorithm ?? 'CRC64NVME';
  if (put.checksum?.value !== undefined && put.checksum.value !== contentChecksum(content, algorithm)) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  const attributes = { ...PLAIN, encryption: bucket.encryption, ...put.attributes };
  return () => commitWrite(store, pending, { ...attributes, content, checksum: { algorithm } });
}

/** Writes an object at once. */
export function putObject(store: Store, put: Put): StoredObject {
  return beginPut(store, put)();
}

export interface Put extends Target {
  readonly content: Content | string;
  readonly attributes?: Partial<Attributes>;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value?: string };
}

/** "5 GB" in S3's words. */
export const MAX_SINGLE = 5_368_709_120;
