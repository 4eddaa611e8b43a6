import { randomUUID } from 'node:crypto';
import type { Bucket } from '../../shared/objects/bucket.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { NewObject } from './ground.ts';

/** An ETag that no object here has. */
export const ANOTHER = '0cc175b9c0f1b6a831c399e269772661';

export const FULL: NewObject = {
  content: 'hello',
  contentType: 'text/html; charset=utf-8',
  contentEncoding: 'identity',
  contentLanguage: 'de',
  contentDisposition: 'attachment; filename="a.html"',
  cacheControl: 'max-age=60',
  expires: new Date('2033-12-01T16:00:00Z'),
  metadata: { camera: 'x100', note: 'a b' },
};

export const ODD_NAMES = [
  'red flower.jpg',
  'a+b',
  '%2B',
  '100%',
  'trailing/',
  '/leading',
  'a//b',
  '日本語/🪣',
  'e\u0301',
  '<&>"\'',
  'a?b=c#d&e;f,g:h@i!$()*~',
  'back\\slash',
];

export function anyKey(): ObjectKey {
  return objectKey(`contract/${randomUUID()}`);
}

export async function etagOf(bucket: Bucket, key: ObjectKey): Promise<string> {
  const state = await bucket.head(key);
  if (state === undefined) throw new Error(`There is no "${key}" in "${bucket.name}"`);
  return state.etag;
}

/** Names that a plain JavaScript object has already, or takes for its own, among others. S3 keeps all names in lower case. */
export const ODD_METADATA: Readonly<Record<string, string>> = Object.fromEntries([
  ['__proto__', 'its own'],
  ['constructor', 'c'],
  ['hasownproperty', 'h'],
  ['tostring', 't'],
  ['valueof', 'v'],
  ['length', '0'],
  ['0', 'a number'],
  ['a.b-c_d', 'with marks'],
  ['empty', ''],
  ['long', 'x'.repeat(1_000)],
  ['utf-8', '=?UTF-8?B?8J+qow==?='],
  ['with-commas', 'a, b,,c'],
]);
