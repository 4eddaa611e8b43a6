import { Buffer } from 'node:buffer';
import { LESS, GREATER, SLASH, BANG, QUESTION, SPACE, QUOTE, APOSTROPHE, SPACES, KINDS } from './xml-bytes.ts';

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

export function unreadable({ xml, at }: Cursor, why: string): SyntaxError {
  const around = xml.toString('utf8', Math.max(0, at - 40), at + 40);
  return new SyntaxError(
    `Cannot read the answer as a listing: at byte ${at} of ${xml.length}, ${why}: ${JSON.stringify(around)}`,
  );
}

/** Whether an answer is an error, though it came as a success. */
export function isErrorBody(body: Uint8Array): boolean {
  const xml = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 1024));
  return /^\uFEFF?\s*(?:<\?[^>]*>\s*)*<Error[\s>/]/.test(xml.toString());
}
