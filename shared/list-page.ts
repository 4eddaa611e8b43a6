import { Buffer } from 'node:buffer';
import { decodeForm } from './object-key.ts';

/** One answer to ListObjectsV2 in columns: number i of each of the first five belongs to one object. */
export interface ListPage {
  /** Decoded. */
  readonly keys: readonly string[];
  /** Without quotes. */
  readonly etags: readonly string[];
  /** Bytes. */
  readonly sizes: readonly number[];
  /** ISO 8601 in UTC with milliseconds. */
  readonly modified: readonly string[];
  /** As S3 names them. */
  readonly storageClasses: readonly string[];
  /** Decoded. */
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  readonly nextContinuationToken: string | undefined;
  /** `url` if S3 had encoded keys and prefixes, and they could be decoded. */
  readonly encodingType: string | undefined;
}

/**
 * Reads the body of an answer to ListObjectsV2. Elements may come in any order, unknown ones are passed over.
 *
 * It works on bytes, not on the text of the page, since every piece of a text keeps the whole of it in memory: whoever
 * notes one key of each page would hold all pages.
 *
 * @throws {SyntaxError} if there is anything that it cannot read; never is an object left out.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#API_ListObjectsV2_ResponseSyntax
 */
export function listPage(body: Uint8Array): ListPage {
  const xml = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const cursor: Cursor = { xml, view, at: 0, start: 0, end: 0, kinds: 0, leaf: false };
  const draft: Draft = {
    keys: [],
    etags: [],
    sizes: [],
    modified: [],
    storageClasses: [],
    commonPrefixes: [],
    isTruncated: undefined,
    nextContinuationToken: undefined,
    encodingType: undefined,
    encoded: false,
  };
  if (nextChild(cursor, NO_NAME, ROOT) !== 0) throw unreadable(cursor, 'it does not begin with <ListBucketResult>');
  readRoot(cursor, draft);
  cursor.leaf = false;
  if (nextChild(cursor, NO_NAME, ROOT) !== END) throw unreadable(cursor, 'there is something behind its end');
  return finished(cursor, draft);
}

/** Whether an answer is an error, though it came as a success. */
export function isErrorBody(body: Uint8Array): boolean {
  const xml = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 1024));
  return /^\uFEFF?\s*(?:<\?[^>]*>\s*)*<Error[\s>/]/.test(xml.toString());
}

/** Where the reading is. One object for a whole page: results are left in it, so that none has to be made. */
interface Cursor {
  readonly xml: Buffer;
  readonly view: DataView;
  at: number;
  /** The text that was read last: from, to, and which `KINDS` of bytes are in it. */
  start: number;
  end: number;
  kinds: number;
  /** The start tag that was read last has its end in it: `<Prefix/>`. */
  leaf: boolean;
}

type Draft = {
  -readonly [K in keyof ListPage]: ListPage[K] extends readonly (infer T)[] ? T[] : ListPage[K] | undefined;
} & {
  /** Whether anything in a key or a prefix needs to be decoded. */
  encoded: boolean;
};

const names = (...all: readonly string[]): readonly Uint8Array[] => all.map((name) => Buffer.from(name));
const NO_NAME = Buffer.alloc(0);
const ROOT = names('ListBucketResult');
const [ROOT_NAME = NO_NAME] = ROOT;
const IN_ROOT = names('Contents', 'CommonPrefixes', 'IsTruncated', 'NextContinuationToken', 'EncodingType');
const [CONTENTS = NO_NAME, COMMON_PREFIXES = NO_NAME, IS_TRUNCATED = NO_NAME, TOKEN = NO_NAME, ENCODING = NO_NAME] =
  IN_ROOT;
const IN_CONTENTS = names('Key', 'LastModified', 'ETag', 'Size', 'StorageClass');
const [KEY = NO_NAME, LAST_MODIFIED = NO_NAME, ETAG = NO_NAME, SIZE = NO_NAME, STORAGE_CLASS = NO_NAME] = IN_CONTENTS;
const IN_COMMON_PREFIXES = names('Prefix');
const [PREFIX = NO_NAME] = IN_COMMON_PREFIXES;
/** What `nextChild` tells beside an index. */
const UNKNOWN = -1;
const END = -2;

function readRoot(cursor: Cursor, draft: Draft): void {
  if (cursor.leaf) return;
  let model: Model | undefined;
  for (;;) {
    if (model !== undefined && readLike(model, cursor, draft)) continue;
    const { at } = cursor;
    switch (nextChild(cursor, ROOT_NAME, IN_ROOT)) {
      case 0:
        model = readContents(cursor, draft, at);
        break;
      case 1:
        readCommonPrefixes(cursor, draft);
        break;
      case 2:
        once(cursor, draft.isTruncated, 'IsTruncated');
        readText(cursor, IS_TRUNCATED);
        draft.isTruncated = truth(cursor);
        break;
      case 3:
        once(cursor, draft.nextContinuationToken, 'NextContinuationToken');
        readText(cursor, TOKEN);
        draft.nextContinuationToken = textOf(cursor).trim();
        break;
      case 4:
        once(cursor, draft.encodingType, 'EncodingType');
        readText(cursor, ENCODING);
        draft.encodingType = textOf(cursor).trim();
        break;
      case END:
        return;
      default:
        passOver(cursor);
    }
  }
}

/** An entry. @returns it as a model for the next ones, if it can be one. `before`: where the cursor was before its start tag. */
function readContents(cursor: Cursor, draft: Draft, before: number): Model | undefined {
  // Without attributes, and right behind what was read before.
  const plain = cursor.at - before === CONTENTS.length + 2;
  const model = { ...NO_MODEL, start: before };
  let key: string | undefined;
  let modified: string | undefined;
  let etag: string | undefined;
  let size: number | undefined;
  let storageClass: string | undefined;
  if (!cursor.leaf) {
    for (let child = UNKNOWN; child !== END;) {
      child = nextChild(cursor, CONTENTS, IN_CONTENTS);
      switch (child) {
        case 0:
          once(cursor, key, 'Key');
          readText(cursor, KEY);
          key = textOf(cursor);
          if ((cursor.kinds & ENCODED) !== 0) draft.encoded = true;
          model.key = cursor.start;
          model.keyEnd = cursor.end;
          break;
        case 1:
          once(cursor, modified, 'LastModified');
          readText(cursor, LAST_MODIFIED);
          modified = timeOf(cursor);
          if (isIso(cursor.xml, cursor)) model.modified = cursor.start;
          break;
        case 2:
          once(cursor, etag, 'ETag');
          readText(cursor, ETAG);
          etag = etagOf(cursor);
          if (cursor.kinds === ENTITY && isInQuot(cursor.xml, cursor.start, cursor.end)) {
            model.etag = cursor.start + QUOT.length;
            model.etagEnd = cursor.end - QUOT.length;
          }
          break;
        case 3:
          once(cursor, size, 'Size');
          readText(cursor, SIZE);
          size = numberOf(cursor);
          model.size = cursor.start;
          model.sizeEnd = digitsEnd(cursor.xml, cursor.start) === cursor.end ? cursor.end : 0;
          break;
        case 4:
          once(cursor, storageClass, 'StorageClass');
          readText(cursor, STORAGE_CLASS);
          storageClass = sameOr(cursor, draft.storageClasses.at(-1));
          break;
        case END:
          break;
        default:
          passOver(cursor);
      }
    }
  }
  if (key === undefined || modified === undefined || etag === undefined || size === undefined) {
    throw unreadable(cursor, 'an entry lacks its Key, LastModified, ETag or Size');
  }
  draft.keys.push(key);
  draft.modified.push(modified);
  draft.etags.push(etag);
  draft.sizes.push(size);
  // S3 leaves the class out of some answers where it is the ordinary one.
  draft.storageClasses.push(storageClass ?? 'STANDARD');
  model.end = cursor.at;
  return plain && isInOrder(model) ? model : undefined;
}

/**
 * Where an entry that was read begins and ends, and the values in it. In a listing, what is between the values is the same in nearly all
 * entries, byte by byte. Where it is, it means the same, and only the values have to be read.
 */
interface Model {
  start: number;
  key: number;
  keyEnd: number;
  modified: number;
  /** Without the quotes. */
  etag: number;
  etagEnd: number;
  size: number;
  sizeEnd: number;
  end: number;
}

const NO_MODEL: Model = { start: 0, key: 0, keyEnd: 0, modified: 0, etag: 0, etagEnd: 0, size: 0, sizeEnd: 0, end: 0 };

/** In S3's order. */
function isInOrder({ start, key, keyEnd, modified, etag, etagEnd, size, sizeEnd, end }: Model): boolean {
  return (
    start < key &&
    keyEnd < modified &&
    modified + ISO.length < etag &&
    etagEnd < size &&
    size < sizeEnd &&
    sizeEnd < end
  );
}

/** Reads an entry that is like the model. @returns whether it is; otherwise nothing has happened. */
function readLike(model: Model, cursor: Cursor, draft: Draft): boolean {
  const { xml, view, at } = cursor;
  const key = behindSame(view, model.start, model.key, at);
  if (key < 0) return false;
  let kinds = 0;
  let keyEnd = key;
  for (; keyEnd < xml.length; keyEnd++) {
    const byte = xml[keyEnd] ?? LESS;
    if (byte === LESS) break;
    kinds |= KINDS[byte] ?? 0;
  }
  if ((kinds & ~ENCODED) !== 0) return false;
  const modified = behindSame(view, model.keyEnd, model.modified, keyEnd);
  const modifiedEnd = modified + ISO.length;
  if (modified < 0 || !isIso(xml, { start: modified, end: modifiedEnd })) return false;
  const etag = behindSame(view, model.modified + ISO.length, model.etag, modifiedEnd);
  if (etag < 0) return false;
  let etagEnd = etag;
  while (etagEnd < xml.length && PLAIN[xml[etagEnd] ?? LESS] === 1) etagEnd++;
  const size = behindSame(view, model.etagEnd, model.size, etagEnd);
  if (size < 0) return false;
  const sizeEnd = digitsEnd(xml, size);
  const end = behindSame(view, model.sizeEnd, model.end, sizeEnd);
  if (end < 0 || sizeEnd === size || sizeEnd - size > MOST_DIGITS) return false;
  if (kinds !== 0) draft.encoded = true;
  draft.keys.push(xml.toString('latin1', key, keyEnd));
  draft.modified.push(xml.toString('latin1', modified, modifiedEnd));
  draft.etags.push(xml.toString('latin1', etag, etagEnd));
  draft.sizes.push(numberAt(xml, size, sizeEnd));
  draft.storageClasses.push(draft.storageClasses.at(-1) ?? 'STANDARD');
  cursor.at = end;
  return true;
}

/** Whether the bytes from `start` to `end` stand at `at` as well. @returns what is behind them there, otherwise -1. */
function behindSame(view: DataView, start: number, end: number, at: number): number {
  const behind = at + end - start;
  if (behind > view.byteLength) return -1;
  let one = start;
  let other = at;
  for (; one + 4 <= end; one += 4, other += 4) if (view.getInt32(one) !== view.getInt32(other)) return -1;
  for (; one < end; one++, other++) if (view.getInt8(one) !== view.getInt8(other)) return -1;
  return behind;
}

function digitsEnd(xml: Buffer, start: number): number {
  let at = start;
  for (; at < xml.length; at++) {
    const byte = xml[at] ?? LESS;
    if (byte < ZERO || byte > NINE) break;
  }
  return at;
}

/** Digits. */
function numberAt(xml: Buffer, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) number = number * 10 + (xml[at] ?? ZERO) - ZERO;
  return number;
}

function readCommonPrefixes(cursor: Cursor, draft: Draft): void {
  if (cursor.leaf) return;
  for (;;) {
    const child = nextChild(cursor, COMMON_PREFIXES, IN_COMMON_PREFIXES);
    if (child === END) return;
    if (child === UNKNOWN) passOver(cursor);
    else {
      readText(cursor, PREFIX);
      draft.commonPrefixes.push(textOf(cursor));
      if ((cursor.kinds & ENCODED) !== 0) draft.encoded = true;
    }
  }
}

/** Keys can be decoded only at the end: S3 may say how they are encoded behind them. */
function finished(cursor: Cursor, { encoded, isTruncated, ...draft }: Draft): ListPage {
  if (isTruncated === undefined) throw unreadable(cursor, 'it does not say whether it IsTruncated');
  const { keys, commonPrefixes, encodingType, nextContinuationToken } = draft;
  const rest = { isTruncated, encodingType, nextContinuationToken };
  if (!encoded || encodingType !== 'url') return { ...draft, ...rest };
  return { ...draft, ...rest, keys: keys.map(decoded), commonPrefixes: commonPrefixes.map(decoded) };
}

function decoded(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeForm(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read the answer as a listing: ${String(cause)}`, { cause });
  }
}

/**
 * Moves behind the next start tag and tells which of the names it has; at the end tag of the parent behind that. What is beside
 * elements may be white space and comments. The parent of the root has no name, and ends with the page.
 */
function nextChild(cursor: Cursor, parent: Uint8Array, known: readonly Uint8Array[]): number {
  const { xml } = cursor;
  let { at } = cursor;
  for (;;) {
    if (xml[at] !== LESS) {
      cursor.at = at;
      at = behindSpace(cursor);
      if (at === xml.length && parent === NO_NAME) return END;
    }
    const next = xml[at + 1];
    if (next !== BANG && next !== QUESTION) break;
    at = behindAside(cursor, at);
  }
  if (xml[at + 1] === SLASH) {
    cursor.at = at;
    readEndTag(cursor, parent);
    return END;
  }
  cursor.at = at + 1;
  for (let index = 0; index < known.length; index++) {
    const name = known[index];
    if (name !== undefined && isNameAt(xml, at + 1, name)) {
      cursor.at = at + 1 + name.length;
      readTagEnd(cursor);
      return index;
    }
  }
  return UNKNOWN;
}

function isNameAt(xml: Buffer, at: number, name: Uint8Array): boolean {
  if (xml[at] !== name[0]) return false;
  for (let index = 1; index < name.length; index++) if (xml[at + index] !== name[index]) return false;
  return endsName(xml[at + name.length]);
}

function endsName(byte: number | undefined): boolean {
  return byte === GREATER || byte === SLASH || byte === undefined || byte <= SPACE;
}

/** White space, and at the very beginning a byte order mark. */
function behindSpace(cursor: Cursor): number {
  const { xml } = cursor;
  let { at } = cursor;
  if (at === 0 && xml[0] === 0xef && xml[1] === 0xbb && xml[2] === 0xbf) at = 3;
  while (at < xml.length && SPACES.has(xml[at])) at++;
  cursor.at = at;
  if (at < xml.length && xml[at] !== LESS) throw unreadable(cursor, 'there is text beside elements');
  return at;
}

/** Behind a comment, or a processing instruction. */
function behindAside(cursor: Cursor, at: number): number {
  const { xml } = cursor;
  cursor.at = at;
  const comment = xml[at + 1] === BANG;
  if (comment && xml.toString('latin1', at, at + 4) !== '<!--')
    throw unreadable(cursor, 'it has a declaration or CDATA');
  const end = comment ? '-->' : '?>';
  const found = xml.indexOf(end, at + 2 + (comment ? 2 : 0));
  if (found < 0) throw unreadable(cursor, 'it is cut off');
  return found + end.length;
}

/** Behind attributes, at the end of a start tag. */
function readTagEnd(cursor: Cursor): void {
  const { xml } = cursor;
  cursor.leaf = false;
  if (xml[cursor.at] === GREATER) {
    cursor.at++;
    return;
  }
  for (let at = cursor.at; at < xml.length; at++) {
    const byte = xml[at];
    if (byte === QUOTE || byte === APOSTROPHE) {
      at = xml.indexOf(byte, at + 1);
      if (at < 0) break;
    } else if (byte === GREATER) {
      cursor.leaf = xml[at - 1] === SLASH;
      cursor.at = at + 1;
      return;
    } else if (byte === LESS) break;
  }
  throw unreadable(cursor, 'a tag has no end');
}

/** `</name>`, possibly with white space before the `>`. The name is what `named` holds from `start` to `end`. */
function readEndTag(cursor: Cursor, named: Uint8Array, start = 0, end = named.length): void {
  const { xml } = cursor;
  let { at } = cursor;
  if (start === end || xml[at] !== LESS || xml[at + 1] !== SLASH) throw notEnded(cursor, named, start, end);
  at += 2;
  for (let index = start; index < end; index++) {
    if (xml[at++] !== named[index]) throw notEnded(cursor, named, start, end);
  }
  while (xml[at] !== GREATER) {
    if (!SPACES.has(xml[at])) throw notEnded(cursor, named, start, end);
    at++;
  }
  cursor.at = at + 1;
}

function notEnded(cursor: Cursor, named: Uint8Array, start: number, end: number): SyntaxError {
  return unreadable(cursor, `</${Buffer.from(named.subarray(start, end)).toString()}> is missing`);
}

/** The text of the element whose start tag was just read, up to and with its end tag. */
function readText(cursor: Cursor, name: Uint8Array): void {
  const { xml } = cursor;
  let { at } = cursor;
  let kinds = 0;
  cursor.start = at;
  if (!cursor.leaf) {
    for (; at < xml.length; at++) {
      const byte = xml[at] ?? LESS;
      if (byte === LESS) break;
      kinds |= KINDS[byte] ?? 0;
    }
    cursor.at = at;
    readEndTag(cursor, name);
  }
  cursor.end = at;
  cursor.kinds = kinds;
}

/** An element whose start tag has been begun, whatever is in it. */
function passOver(cursor: Cursor): void {
  const { xml } = cursor;
  const start = cursor.at;
  let end = start;
  while (!endsName(xml[end])) end++;
  if (end === start) throw unreadable(cursor, 'a tag has no name');
  cursor.at = end;
  readTagEnd(cursor);
  if (cursor.leaf) return;
  for (;;) {
    let { at } = cursor;
    while (at < xml.length && xml[at] !== LESS) at++;
    cursor.at = at;
    const next = xml[at + 1];
    if (next === undefined) throw unreadable(cursor, 'it is cut off');
    if (next === SLASH) {
      readEndTag(cursor, xml, start, end);
      return;
    }
    if (next === BANG || next === QUESTION) cursor.at = behindAside(cursor, at);
    else {
      cursor.at = at + 1;
      passOver(cursor);
    }
  }
}

function textOf({ xml, start, end, kinds }: Cursor): string {
  if ((kinds & ~ENCODED) === 0) return xml.toString('latin1', start, end);
  return withoutEntities(xml.toString('utf8', start, end));
}

/** Mostly as in the entry before: then no text has to be made. */
function sameOr(cursor: Cursor, before: string | undefined): string {
  const { xml, start, end } = cursor;
  if (before !== undefined && before.length === end - start) {
    let index = 0;
    while (index < before.length && before.charCodeAt(index) === xml[start + index]) index++;
    if (index === before.length) return before;
  }
  return textOf(cursor).trim();
}

/** `&quot;…&quot;` or `"…"`. */
function etagOf(cursor: Cursor): string {
  const { xml, start, end } = cursor;
  if (cursor.kinds === ENTITY && isInQuot(xml, start, end)) return xml.toString('latin1', start + 6, end - 6);
  return textOf(cursor).trim().replaceAll('"', '');
}

function isInQuot(xml: Buffer, start: number, end: number): boolean {
  if (end - start < 12) return false;
  for (let index = 0; index < 6; index++) {
    if (xml[start + index] !== QUOT[index] || xml[end - 6 + index] !== QUOT[index]) return false;
  }
  for (let at = start + 6; at < end - 6; at++) if (xml[at] === AMPERSAND) return false;
  return true;
}

function numberOf(cursor: Cursor): number {
  const { xml, start, end } = cursor;
  if (start < end && end - start <= MOST_DIGITS && digitsEnd(xml, start) === end) return numberAt(xml, start, end);
  const text = textOf(cursor).trim();
  if (!/^\d{1,15}$/.test(text)) throw unreadable(cursor, `"${text}" is not a size`);
  return Number(text);
}

/** `2026-11-21T10:00:00.000Z` is taken as it is. */
function timeOf(cursor: Cursor): string {
  const text = textOf(cursor);
  if (isIso(cursor.xml, cursor)) return text;
  const time = ANY_TIME.test(text.trim()) ? new Date(text.trim()) : undefined;
  if (time === undefined || Number.isNaN(time.valueOf())) throw unreadable(cursor, `"${text}" is not a time`);
  return time.toISOString();
}

function isIso(xml: Buffer, { start, end }: { readonly start: number; readonly end: number }): boolean {
  if (end - start !== ISO.length) return false;
  for (let index = 0; index < ISO.length; index++) {
    const byte = xml[start + index] ?? 0;
    const form = ISO[index];
    if (form === ZERO ? byte < ZERO || byte > NINE : byte !== form) return false;
  }
  return true;
}

/** So many are exact, and more than S3's largest object needs. */
const MOST_DIGITS = 15;

const ANY_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function truth(cursor: Cursor): boolean {
  const text = textOf(cursor).trim();
  if (text !== 'true' && text !== 'false') throw unreadable(cursor, `IsTruncated is "${text}"`);
  return text === 'true';
}

function once(cursor: Cursor, value: unknown, name: string): void {
  if (value !== undefined) throw unreadable(cursor, `there is a second ${name}`);
}

function withoutEntities(text: string): string {
  return text.replaceAll(
    /&(?:(\w+)|#(\d+)|#x([\dA-Fa-f]+));|&/g,
    (all, name?: string, decimal?: string, hex?: string) => {
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      const char = name === undefined ? charOf(code) : ENTITIES.get(name);
      if (char === undefined)
        throw new SyntaxError(`Cannot read the answer as a listing: "${all}" is no entity of XML`);
      return char;
    },
  );
}

/** Half of a surrogate pair is no character. */
function charOf(code: number): string | undefined {
  return code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff) ? String.fromCodePoint(code) : undefined;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function unreadable({ xml, at }: Cursor, why: string): SyntaxError {
  const around = xml.toString('utf8', Math.max(0, at - 40), at + 40);
  return new SyntaxError(
    `Cannot read the answer as a listing: at byte ${at} of ${xml.length}, ${why}: ${JSON.stringify(around)}`,
  );
}

const [LESS, GREATER, SLASH, BANG, QUESTION] = [0x3c, 0x3e, 0x2f, 0x21, 0x3f] as const;
const [SPACE, QUOTE, APOSTROPHE, AMPERSAND, ZERO, NINE] = [0x20, 0x22, 0x27, 0x26, 0x30, 0x39] as const;
const SPACES: ReadonlySet<number | undefined> = new Set([SPACE, 0x09, 0x0a, 0x0d]);
const QUOT = Buffer.from('&quot;');
/** Each zero stands for a digit. */
const ISO = Buffer.from('0000-00-00T00:00:00.000Z');

/** What a text has to be treated for: an entity, a character beyond ASCII, url encoding. */
const [ENTITY, WIDE, ENCODED] = [1, 2, 4] as const;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return WIDE;
  if (byte === AMPERSAND) return ENTITY;
  return byte === 0x25 || byte === 0x2b ? ENCODED : 0;
});
/** What may be in an ETag, and stands for itself. */
const PLAIN = KINDS.map((kind, byte) => (kind === 0 && byte !== LESS ? 1 : 0));
