import { S3Error } from './s3-error.ts';
import type { StoredObject } from './stored-object.ts';
import type { Version } from './store.ts';

/** What must be true of the destination when a write is committed. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export interface WriteCondition {
  /** An ETag without quotes. */
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

/** What must be true of an object that is read. ETags without quotes, times in milliseconds since 1970. */
export interface ReadCondition {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: number;
  readonly ifUnmodifiedSince?: number;
}

/** @throws {S3Error} 412 if the condition fails; 404 where an object had to be there and is not, or is under a delete marker. */
export function checkWrite(condition: WriteCondition, current: Version | undefined): void {
  const present = current?.kind === 'object' ? current : undefined;
  if (condition.ifNoneMatch !== undefined && present) throw failed('If-None-Match');
  if (condition.ifMatch === undefined) return;
  if (!present) throw new S3Error('NoSuchKey');
  if (condition.ifMatch !== present.etag) throw failed('If-Match');
}

/** An unknown kind of condition must not pass for none. */
export function assertWritable(condition: WriteCondition): void {
  if (condition.ifNoneMatch !== undefined && condition.ifNoneMatch !== '*') {
    throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented');
  }
  if (condition.ifMatch !== undefined && condition.ifNoneMatch !== undefined) throw new S3Error('NotImplemented');
}

export function isConditional(condition: WriteCondition): boolean {
  return condition.ifMatch !== undefined || condition.ifNoneMatch !== undefined;
}

/** A copy answers 412 in every case. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export function checkSource(condition: ReadCondition, object: StoredObject): void {
  if (!matches(condition, object)) throw failed('x-amz-copy-source-If-Match');
  if (!isNews(condition, object)) throw failed('x-amz-copy-source-If-None-Match');
}

/** GET and HEAD tell a reader that already has the object so: 304. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export function checkRead(condition: ReadCondition, object: StoredObject): void {
  if (!matches(condition, object)) throw failed('If-Match');
  if (!isNews(condition, object)) throw new S3Error('NotModified', undefined, { etag: `"${object.etag}"` });
}

/** An ETag, if given, decides alone; the time is looked at only without one. */
function matches(condition: ReadCondition, object: StoredObject): boolean {
  if (condition.ifMatch !== undefined) return condition.ifMatch === '*' || condition.ifMatch === object.etag;
  return condition.ifUnmodifiedSince === undefined || seconds(object.modified) <= seconds(condition.ifUnmodifiedSince);
}

function isNews(condition: ReadCondition, object: StoredObject): boolean {
  if (condition.ifNoneMatch !== undefined)
    return condition.ifNoneMatch !== '*' && condition.ifNoneMatch !== object.etag;
  return condition.ifModifiedSince === undefined || seconds(object.modified) > seconds(condition.ifModifiedSince);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

function failed(condition: string): S3Error {
  return new S3Error(
    'PreconditionFailed',
    `At least one of the pre-conditions you specified did not hold: ${condition}`,
  );
}
