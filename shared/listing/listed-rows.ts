import { Buffer, isUtf8 } from 'node:buffer';
import type { ListingPage } from './listing.ts';
import { decodeForm } from '../objects/object-key.ts';
import { columnsOfTexts, NO_TEXTS } from './texts.ts';

/** An object as a listing tells of it: see `ListingPage`. */
export interface ListedRow {
  readonly key: string;
  readonly modified: string;
  readonly etag: string;
  readonly storageClass: string;
  readonly size: number;
}

/** The page of rows that one has at hand. */
export function listingPage(rows: readonly ListedRow[]): ListingPage {
  const draft = beginRows();
  for (const row of rows) addRow(draft, row);
  return endRows(draft);
}

/** Rows that are being put together, text by text: key, time of modification, ETag, storage class. */
export interface RowDraft {
  memory: Buffer;
  view: DataView;
  /** The bytes of `memory` that hold texts: from, to. */
  start: number;
  used: number;
  texts: number;
  /** As in `Texts`. */
  bounds: Int32Array;
  sizes: Float64Array;
}

const COLUMNS = 4;

/**
 * The one draft that there is: to make memory for each page anew would cost more than to read the page. Whoever begins a page ends it before anybody else begins one, as nothing
 * in between waits.
 */
const draft: RowDraft = {
  memory: Buffer.alloc(0),
  view: new DataView(new ArrayBuffer(0)),
  start: 0,
  used: 0,
  texts: 0,
  bounds: new Int32Array(1),
  sizes: new Float64Array(),
};

export function beginRows(): RowDraft {
  draft.start = 0;
  draft.used = 0;
  draft.texts = 0;
  return draft;
}

/** @throws {SyntaxError} if the key cannot be written in UTF-8. */
export function addRow(draft: RowDraft, { key, modified, etag, storageClass, size }: ListedRow): void {
  // UTF-8 has no half of a surrogate pair: what would be written is another key.
  if (!key.isWellFormed()) throw new SyntaxError(`Cannot take ${JSON.stringify(key)} for a key: it is no text`);
  for (const text of [key, modified, etag, storageClass]) {
    // A unit of UTF-16 takes three bytes at most.
    makeRoom(draft, 3 * text.length);
    draft.used += draft.memory.write(text, draft.used);
    draft.bounds[++draft.texts] = draft.used;
  }
  endRow(draft, size);
}

/** The next text, which is in `from` as it is. There is room for it: see `makeRoom`. */
export function copyText(draft: RowDraft, from: DataView, start: number, end: number): void {
  copy(draft, from, start, end);
  draft.bounds[++draft.texts] = draft.used;
}

/** The next text is that of the row before. */
export function copyFromRowBefore(draft: RowDraft): void {
  const before = draft.texts - COLUMNS;
  const start = draft.bounds[before] ?? 0;
  const end = draft.bounds[before + 1] ?? 0;
  makeRoom(draft, end - start);
  copyText(draft, draft.view, start, end);
}

/** Behind the texts of a row. `size`: bytes. */
export function endRow(draft: RowDraft, size: number): void {
  draft.sizes[draft.texts / COLUMNS - 1] = size;
}

/** Decodes the keys as forms: all rows are written once more, behind those that there are. @throws {RangeError} if a key is no form. */
export function decodeKeys(draft: RowDraft): void {
  makeRoom(draft, draft.used);
  const { memory, view, bounds, texts, used } = draft;
  let start = 0;
  for (let at = 0; at < texts; at += COLUMNS) {
    const keyEnd = bounds[at + 1] ?? 0;
    const end = bounds[at + COLUMNS] ?? 0;
    draft.used = decodeKey(memory, { start, end: keyEnd, to: draft.used });
    const shift = draft.used - used - keyEnd;
    copy(draft, view, keyEnd, end);
    for (let text = at + 1; text <= at + COLUMNS; text++) bounds[text] = (bounds[text] ?? 0) + shift;
    start = end;
  }
  draft.start = used;
}

/** @returns where it ends, which is never further than without decoding. */
function decodeKey(
  memory: Buffer,
  { start, end, to: begin }: { readonly start: number; readonly end: number; readonly to: number },
): number {
  let to = begin;
  let all = 0;
  for (let at = start; at < end; at++) {
    let byte = memory[at] ?? 0;
    if (byte === PLUS) byte = SPACE;
    else if (byte === PERCENT) {
      byte = at + 2 < end ? (digitAt(memory, at + 1) << 4) | digitAt(memory, at + 2) : NO_DIGIT;
      at += 2;
    }
    all |= byte;
    memory[to++] = byte;
  }
  const isSound = all < 0x80 || (all < NO_DIGIT && isUtf8(memory.subarray(begin, to)));
  // This throws, and says why.
  return isSound ? to : begin + memory.write(decodeForm(memory.toString('utf8', start, end)), begin);
}

function digitAt(memory: Buffer, at: number): number {
  return DIGITS[memory[at] ?? 0] ?? NO_DIGIT;
}

const [PERCENT, PLUS, SPACE] = [0x25, 0x2b, 0x20] as const;
/** More than a byte. */
const NO_DIGIT = 0x1_00;
/** Of hexadecimal numbers, by their bytes. */
const DIGITS = Uint16Array.from({ length: 256 }, (_, byte) => {
  const text = String.fromCharCode(byte);
  return /[\dA-Fa-f]/.test(text) ? Number.parseInt(text, 16) : NO_DIGIT;
});

/** The page of all rows, in one piece of memory of its own. */
export function endRows({ memory, start, used, texts, bounds, sizes }: RowDraft): ListingPage {
  const rows = texts / COLUMNS;
  const [behindSizes, behindBounds] = [8 * rows, 8 * rows + 4 * (texts + 1)];
  const { buffer } = Buffer.allocUnsafeSlow(behindBounds + used - start);
  const page = {
    sizes: new Float64Array(buffer, 0, rows),
    bounds: new Int32Array(buffer, behindSizes, texts + 1),
    bytes: Buffer.from(buffer, behindBounds),
  };
  page.sizes.set(sizes.subarray(0, rows));
  page.bounds.set(bounds.subarray(0, texts + 1));
  memory.copy(page.bytes, 0, start, used);
  const [keys, modified, etags, storageClasses] = columnsOfTexts(page.bytes, page.bounds, COLUMNS);
  return {
    keys: keys ?? NO_TEXTS,
    modified: modified ?? NO_TEXTS,
    etags: etags ?? NO_TEXTS,
    storageClasses: storageClasses ?? NO_TEXTS,
    sizes: page.sizes,
  };
}

/** Four bytes are copied as quickly as one. */
function copy(draft: RowDraft, from: DataView, start: number, end: number): void {
  const { view } = draft;
  let to = draft.used;
  let at = start;
  for (; at + 4 <= end; at += 4, to += 4) view.setInt32(to, from.getInt32(at, true), true);
  for (; at < end; at++, to++) view.setInt8(to, from.getInt8(at));
  draft.used = to;
}

/** For so many bytes, and the texts of one more row. */
export function makeRoom(draft: RowDraft, bytes: number): void {
  if (draft.used + bytes > draft.memory.length) {
    const memory = Buffer.allocUnsafeSlow(Math.max(2 * draft.memory.length, draft.used + bytes, 256 * 1024));
    memory.set(draft.memory.subarray(0, draft.used));
    draft.memory = memory;
    draft.view = new DataView(memory.buffer);
  }
  if (draft.texts + COLUMNS >= draft.bounds.length) {
    const rows = Math.max(2 * draft.sizes.length, 1024);
    const { bounds, sizes } = draft;
    draft.bounds = new Int32Array(rows * COLUMNS + 1);
    draft.bounds.set(bounds);
    draft.sizes = new Float64Array(rows);
    draft.sizes.set(sizes);
  }
}
