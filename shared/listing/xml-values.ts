import { Buffer } from 'node:buffer';
import { decodeForm } from '../objects/object-key.ts';
import {
  LESS,
  AMPERSAND,
  NINE,
  ZERO,
  QUOT,
  ISO,
  ISO_FIXED,
  ISO_MASKS,
  ISO_SIXES,
  ENTITY,
  ENCODED,
} from './xml-bytes.ts';
import { unreadable } from './listing-xml.ts';
import type { Cursor } from './listing-xml.ts';

/** The text that was read last. */
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
