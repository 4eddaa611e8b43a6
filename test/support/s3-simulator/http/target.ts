import { S3Error } from '../s3-error.ts';
import { checksumAlgorithm } from '../checksum.ts';
import type { CopySource } from '../copy-object.ts';
import type { BucketState, Store } from '../store.ts';
import { readCondition, writeCondition } from './object-headers.ts';
import type { S3Request } from './request.ts';

/** Bucket, key and expected owner of a request to an object. */
export function targetOf(request: S3Request): ObjectTarget {
  const { bucket, key } = request;
  if (bucket === undefined || key === undefined) throw new S3Error('InvalidArgument');
  const versionId = request.query.get('versionId');
  return { bucket, key, ...ownerOf(request), ...(versionId !== null && { versionId }) };
}

export interface ObjectTarget {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly expectedOwner?: string;
}

export function writeTarget(
  request: S3Request,
): ObjectTarget & { readonly condition: ReturnType<typeof writeCondition> } {
  return { ...targetOf(request), condition: writeCondition(request.headers) };
}

export function bucketTarget(request: S3Request): { readonly bucket: string; readonly expectedOwner?: string } {
  if (request.bucket === undefined) throw new S3Error('InvalidArgument');
  return { bucket: request.bucket, ...ownerOf(request) };
}

/** True if objects of the bucket have version ids that S3 shows. */
export function isVersioned(store: Store, name: string): boolean {
  const bucket: BucketState | undefined = store.buckets.get(name);
  return bucket !== undefined && bucket.versioning !== 'off';
}

/**
 * The header is URL-encoded, and form-encoded at that: a plus sign that is not encoded is read as a space.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export function copySourceOf({ headers }: S3Request): CopySource {
  const [path = '', versionId] = (headers['x-amz-copy-source'] ?? '').split('?versionId=');
  const decoded = decode(Buffer.from(path, 'latin1').toString().replaceAll('+', ' ')).replace(/^\//, '');
  const slash = decoded.indexOf('/');
  if (slash < 1 || slash === decoded.length - 1) throw invalidSource();
  const expectedOwner = headers['x-amz-source-expected-bucket-owner'];
  return {
    bucket: decoded.slice(0, slash),
    key: decoded.slice(slash + 1),
    condition: readCondition(headers, 'x-amz-copy-source-'),
    ...(versionId !== undefined && { versionId }),
    ...(expectedOwner !== undefined && { expectedOwner }),
  };
}

export function requestedAlgorithm(request: S3Request): ReturnType<typeof checksumAlgorithm> {
  const name = request.headers['x-amz-checksum-algorithm'];
  if (name === undefined) return undefined;
  const algorithm = checksumAlgorithm(name);
  if (!algorithm) throw new S3Error('NotImplemented', `The simulator does not know the checksum algorithm ${name}`);
  return algorithm;
}

function ownerOf(request: S3Request): { readonly expectedOwner?: string } {
  const expectedOwner = request.headers['x-amz-expected-bucket-owner'];
  return expectedOwner === undefined ? {} : { expectedOwner };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidSource();
  }
}

function invalidSource(): S3Error {
  return new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
}
