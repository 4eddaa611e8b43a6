import { Buffer } from 'node:buffer';

/** The key of an object, as the object is called: not form-encoded, not URL-encoded, 1 to 1,024 bytes of UTF-8. */
export type ObjectKey = string & { readonly [brand]: never };
declare const brand: unique symbol;

/**
 * Takes a string for a key.
 *
 * @throws {RangeError} if no object can have that key.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export function objectKey(text: string): ObjectKey {
  if (isObjectKey(text)) return text;
  throw new RangeError(`Cannot take ${show(text)} for a key: ${whyNoKey(text)}`);
}

/**
 * The key of an S3 event, which S3 sends form-encoded (`red flower.jpg` arrives as `red+flower.jpg`).
 *
 * @throws {RangeError} if the text is not valid form encoding of a key.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function decodeEventKey(encoded: string): ObjectKey {
  return objectKey(decodeForm(encoded));
}

/** Whether every one of these texts can be the key of an object. */
export function areObjectKeys(texts: readonly string[]): texts is readonly ObjectKey[] {
  return texts.every(isObjectKey);
}

/**
 * The value of the header `x-amz-copy-source`: the SDK sends it as given, so it is encoded here, segment by segment. Without a version: the
 * current one.
 */
export function copySource(bucket: string, key: ObjectKey, versionId?: string): string {
  const path = `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  return versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(versionId)}`;
}

const MAX_BYTES = 1024;

/** Whether the key of an object can have so many bytes. */
export function canBeKey(bytes: number): boolean {
  return bytes > 0 && bytes <= MAX_BYTES;
}

function isObjectKey(text: string): text is ObjectKey {
  return whyNoKey(text) === undefined;
}

function whyNoKey(text: string): string | undefined {
  if (text === '') return 'a key has at least one character';
  if (!text.isWellFormed()) return 'it contains half of a surrogate pair, which UTF-8 cannot hold';
  const bytes = Buffer.byteLength(text);
  return bytes > MAX_BYTES ? `it has ${bytes} bytes, S3 allows ${MAX_BYTES}` : undefined;
}

/** @throws {RangeError} */
export function decodeForm(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch (cause) {
    throw new RangeError(`Cannot decode the key ${show(encoded)}: it is not valid form encoding`, { cause });
  }
}

/** Short enough for a log line, and readable whatever it contains. */
function show(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
