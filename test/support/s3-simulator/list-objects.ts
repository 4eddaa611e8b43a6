import { compareUtf8 } from './key-order.ts';
import { S3Error } from './s3-error.ts';
import { bucketNamed, currentVersion, keysAfter, type Store } from './store.ts';
import type { StoredObject } from './stored-object.ts';

/** One page of a listing. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjects(store: Store, list: List): Page {
  const bucket = bucketNamed(store, list.bucket, list.expectedOwner);
  if (!bucket.mayList) throw new S3Error('AccessDenied');
  const { prefix = '', delimiter = '' } = list;
  const room = Math.min(list.maxKeys ?? 1000, 1000, store.pageSize());
  const after = list.token === undefined ? (list.startAfter ?? '') : openToken(list.token);
  const objects: Listed[] = [];
  const commonPrefixes: string[] = [];
  let last = after;
  for (const key of keysAfter(bucket, floor(after, prefix))) {
    if (!key.startsWith(prefix)) {
      if (compareUtf8(key, prefix) > 0) break;
      continue;
    }
    const object = currentVersion(bucket, key);
    if (object?.kind !== 'object') continue;
    const group = groupOf(key, prefix, delimiter);
    if (group !== undefined && (group === commonPrefixes.at(-1) || group === after)) continue;
    if (objects.length + commonPrefixes.length === room) {
      return { objects, commonPrefixes, ...(room > 0 && { nextToken: sealToken(last) }) };
    }
    if (group === undefined) objects.push({ key, object });
    else commonPrefixes.push(group);
    last = group ?? key;
  }
  return { objects, commonPrefixes };
}

export interface List {
  readonly bucket: string;
  readonly expectedOwner?: string;
  readonly prefix?: string;
  readonly delimiter?: string;
  /** Ignored where a token is given. */
  readonly startAfter?: string;
  readonly token?: string;
  readonly maxKeys?: number;
}

export interface Page {
  readonly objects: readonly Listed[];
  readonly commonPrefixes: readonly string[];
  /** Present if there is more: `IsTruncated`. */
  readonly nextToken?: string;
}

export interface Listed {
  readonly key: string;
  readonly object: StoredObject;
}

/** What all keys are listed under that have the delimiter behind the prefix. */
export function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** Nothing before the prefix can match, so that a listing of few keys does not walk through all. */
function floor(after: string, prefix: string): string {
  const before = prefix.slice(0, -1);
  return compareUtf8(after, before) < 0 ? before : after;
}

/** Opaque, so that nobody takes it for a key. */
function sealToken(key: string): string {
  return Buffer.from(`1${key}`).toString('base64');
}

function openToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('1')) throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
  return text.slice(1);
}
