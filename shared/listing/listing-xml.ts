import { Buffer } from 'node:buffer';
import { decodeForm } from '../objects/object-key.ts';

/** Begins to read the body of a listing, whose root element has this name. @throws {SyntaxError} as everything here does. */
export function openListing(body: Uint8Array, root: Uint8Array): Cursor {
  const xml = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const cursor: Cursor = { xml, view, at: 0, start: 0, end: 0, kinds: 0, leaf: false };
  if (nextChild(cursor, NO_NAME, [root]) !== 0)
    throw unreadable(cursor, `it does not begin with <${Buffer.from(root).toString()}>`);
  return cursor;
}

/** @throws {SyntaxError} if anything follows the root element. */
export function closeListing(cursor: Cursor): void {
  cursor.leaf = false;
  if (nextChild(cursor, NO_NAME, []) !== END) throw unreadable(cursor, 'there is something behind its end');
}

/** Where the reading is. One object for a whole page: results are left in it, so that none has to be made. */
export interface Cursor {
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

export const names = (...all: readonly string[]): readonly Uint8Array[] => all.map((name) => Buffer.from(name));
export const NO_NAME = Buffer.alloc(0);
/** What `nextChild` tells beside an index. */
export const UNKNOWN = -1;
export const END = -2;

/**
 * Moves behind the next start tag and tells which of the names it has; at the end tag of the parent behind that. What is beside
 * elements may be white space and comments. The parent of the root has no name, and ends with the page.
 */
export function nextChild(cursor: Cursor, parent: Uint8Array, known: readonly Uint8Array[]): number {
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

/** As `readText`, of an element that comes but once: `before` is what was read of it already. */
export function readOnce(cursor: Cursor, before: unknown, name: Uint8Array): void {
  if (before !== undefined) throw unreadable(cursor, `there is a second ${Buffer.from(name).toString()}`);
  readText(cursor, name);
}

/** The text of the element whose start tag was just read, up to and with its end tag. */
export function readText(cursor: Cursor, name: Uint8Array): void {
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
export function passOver(cursor: Cursor): void {
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

export function textOf({ xml, start, end, kinds }: Cursor): string {
  if ((kinds & ~ENCODED) === 0) return xml.toString('latin1', start, end);
  return withoutEntities(xml.toString('utf8', start, end));
}

/** Mostly as in the entry before: then no text has to be made. */
export function sameOr(cursor: Cursor, before: string | undefined): string {
  const { xml, start, end } = cursor;
  if (before !== undefined && before.length === end - start) {
    let index = 0;
    while (index < before.length && before.charCodeAt(index) === xml[start + index]) index++;
    if (index === before.length) return before;
  }
  return textOf(cursor).trim();
}

/** `&quot;…&quot;` or `"…"`. */
export function etagOf(cursor: Cursor): string {
  const { xml, start, end } = cursor;
  if (cursor.kinds === ENTITY && isInQuot(xml, start, end)) return xml.toString('latin1', start + 6, end - 6);
  return textOf(cursor).trim().replaceAll('"', '');
}

export function isInQuot(xml: Buffer, start: number, end: number): boolean {
  if (end - start < 12) return false;
  for (let index = 0; index < 6; index++) {
    if (xml[start + index] !== QUOT[index] || xml[end - 6 + index] !== QUOT[index]) return false;
  }
  for (let at = start + 6; at < end - 6; at++) if (xml[at] === AMPERSAND) return false;
  return true;
}

export function numberOf(cursor: Cursor): number {
  const { xml, start, end } = cursor;
  if (start < end && end - start <= MOST_DIGITS && digitsEnd(xml, start) === end) return numberAt(xml, start, end);
  const text = textOf(cursor).trim();
  if (!/^\d{1,15}$/.test(text)) throw unreadable(cursor, `"${text}" is not a size`);
  return Number(text);
}

export function digitsEnd(xml: Buffer, start: number): number {
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

/** `2026-11-21T10:00:00.000Z` is taken as it is. */
export function timeOf(cursor: Cursor): string {
  const text = textOf(cursor);
  if (cursor.end - cursor.start === ISO.length && isIso(cursor.view, cursor.start)) return text;
  const time = ANY_TIME.test(text.trim()) ? new Date(text.trim()) : undefined;
  if (time === undefined || Number.isNaN(time.valueOf())) throw unreadable(cursor, `"${text}" is not a time`);
  return time.toISOString();
}

/** Whether a time like `ISO` begins there. Four bytes are looked at together. */
export function isIso(view: DataView, start: number): boolean {
  if (start + ISO.length > view.byteLength) return false;
  for (let word = 0; word < ISO.length / 4; word++) {
    const bytes = view.getInt32(start + 4 * word, true);
    const mask = ISO_MASKS[word] ?? 0;
    const fixed = ISO_FIXED[word] ?? 0;
    // A digit is 0x30 to 0x39: also six more leave its upper half as it is.
    if ((bytes & mask) !== fixed || ((bytes + (ISO_SIXES[word] ?? 0)) & mask) !== fixed) return false;
  }
  return true;
}

/** So many are exact, and more than S3's largest object needs. */
export const MOST_DIGITS = 15;

const ANY_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

export function truth(cursor: Cursor): boolean {
  const text = textOf(cursor).trim();
  if (text !== 'true' && text !== 'false') throw unreadable(cursor, `"${text}" is neither true nor false`);
  return text === 'true';
}

export function decoded(text: string): string {
  return text.includes('%') || text.includes('+') ? asListing(() => decodeForm(text)) : text;
}

/** @throws {SyntaxError} instead of what decoding throws. */
export function asListing<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new SyntaxError(`Cannot read the answer as a listing: ${String(cause)}`, { cause });
  }
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

export function unreadable({ xml, at }: Cursor, why: string): SyntaxError {
  const around = xml.toString('utf8', Math.max(0, at - 40), at + 40);
  return new SyntaxError(
    `Cannot read the answer as a listing: at byte ${at} of ${xml.length}, ${why}: ${JSON.stringify(around)}`,
  );
}

export const [LESS, GREATER, SLASH, BANG, QUESTION] = [0x3c, 0x3e, 0x2f, 0x21, 0x3f] as const;
const [SPACE, QUOTE, APOSTROPHE, AMPERSAND, NINE] = [0x20, 0x22, 0x27, 0x26, 0x39] as const;
export const ZERO = 0x30;
const SPACES: ReadonlySet<number | undefined> = new Set([SPACE, 0x09, 0x0a, 0x0d]);
export const QUOT = Buffer.from('&quot;');
/** Each zero stands for a digit. */
export const ISO = Buffer.from('0000-00-00T00:00:00.000Z');
const ISO_FIXED = wordsOf((byte) => byte);
const ISO_MASKS = wordsOf((byte) => (byte === ZERO ? 0xf0 : 0xff));
const ISO_SIXES = wordsOf((byte) => (byte === ZERO ? 6 : 0));

function wordsOf(byteFor: (byte: number) => number): Int32Array {
  const view = new DataView(Uint8Array.from(ISO, byteFor).buffer);
  // In the order in which `isIso` reads them, whatever the processor's is.
  return Int32Array.from({ length: ISO.length / 4 }, (_, word) => view.getInt32(4 * word, true));
}

/** What a text has to be treated for: an entity, a character beyond ASCII, url encoding. */
export const [ENTITY, WIDE, ENCODED] = [1, 2, 4] as const;
export const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return WIDE;
  if (byte === AMPERSAND) return ENTITY;
  return byte === 0x25 || byte === 0x2b ? ENCODED : 0;
});
/** Beside the kinds of two bytes: one of them is `<`. */
export const STOP = 8;
/** The kinds of two bytes, by the number that they are together. */
const PAIRS = new Uint8Array(0x1_00_00);
for (let pair = 0; pair < PAIRS.length; pair++) {
  const [one, other] = [pair & 0xff, pair >>> 8];
  PAIRS[pair] = (KINDS[one] ?? 0) | (KINDS[other] ?? 0) | (one === LESS || other === LESS ? STOP : 0);
}

/** Two at a time, since that is most of the work. */
export function kindsOfPair(view: DataView, at: number): number {
  return PAIRS[view.getUint16(at, true)] ?? 0;
}

/** What may be in an ETag, and stands for itself. */
export const PLAIN = KINDS.map((kind, byte) => (kind === 0 && byte !== LESS ? 1 : 0));

/** Whether an answer is an error, though it came as a success. */
export function isErrorBody(body: Uint8Array): boolean {
  const xml = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 1024));
  return /^\uFEFF?\s*(?:<\?[^>]*>\s*)*<Error[\s>/]/.test(xml.toString());
}
