import { Buffer } from 'node:buffer';

/**
 * Texts as the bytes of their UTF-8, one behind the other. A listing has millions of them, of which hardly any is ever more than compared: to make strings of all, and to
 * collect them as garbage, would take a sweep most of its time.
 */
export interface Texts {
  /** How many there are. */
  readonly length: number;
  readonly bytes: Buffer;
  /** Of the same bytes. */
  readonly view: DataView;
  /** Where texts begin; behind the last one, where it ends. Number i of this column begins at `bounds[i * columns + column]`, and ends where the next column begins. */
  readonly bounds: Int32Array;
  readonly column: number;
  /** How many columns share the bytes, row by row. */
  readonly columns: number;
}

/** Some columns of the same rows. `bounds`: see `Texts`. */
export function columnsOfTexts(bytes: Buffer, bounds: Int32Array, columns: number): readonly Texts[] {
  const view = viewOf(bytes);
  const length = (bounds.length - 1) / columns;
  return Array.from({ length: columns }, (_, column) => ({ length, bytes, view, bounds, column, columns }));
}

export function textsOf(all: readonly string[]): Texts {
  const pieces = all.map((text) => Buffer.from(text));
  const bounds = new Int32Array(all.length + 1);
  for (const [row, { length }] of pieces.entries()) bounds[row + 1] = (bounds[row] ?? 0) + length;
  const bytes = Buffer.concat(pieces);
  return { length: all.length, bytes, view: viewOf(bytes), bounds, column: 0, columns: 1 };
}

export const NO_TEXTS = textsOf([]);

/** @throws {RangeError} if there is no such row. */
export function textAt(texts: Texts, row: number): string {
  if (!(row >= 0 && row < texts.length)) throw new RangeError(`There is no text ${row} of ${texts.length}`);
  return texts.bytes.toString('utf8', startOf(texts, row), endOf(texts, row));
}

export function stringsOf(texts: Texts): string[] {
  return Array.from({ length: texts.length }, (_, row) => textAt(texts, row));
}

/** The last one, if there is any. */
export function lastOf(texts: Texts): string | undefined {
  return texts.length === 0 ? undefined : textAt(texts, texts.length - 1);
}

/** The first ones. */
export function headOf(texts: Texts, length: number): Texts {
  return { ...texts, length };
}

/** In bytes. */
export function lengthAt(texts: Texts, row: number): number {
  return endOf(texts, row) - startOf(texts, row);
}

/**
 * Compares text `row` of `texts` with text `itsRow` of `others` by the bytes of their UTF-8, which is the order of `compareKeys`. Less than 0: it comes first. (Arguments in an
 * object would be one more for each comparison, and half of all garbage of a sweep.)
 */
export function compareTexts(texts: Texts, row: number, others: Texts, itsRow: number): number {
  const start = startOf(texts, row);
  const its = startOf(others, itsRow);
  const length = endOf(texts, row) - start;
  const itsLength = endOf(others, itsRow) - its;
  const shorter = length < itsLength ? length : itsLength;
  const { view } = texts;
  const itsView = others.view;
  let at = 0;
  // Four bytes are compared as quickly as one.
  while (at + 4 <= shorter && view.getInt32(start + at, true) === itsView.getInt32(its + at, true)) at += 4;
  for (; at < shorter; at++) {
    const difference = view.getUint8(start + at) - itsView.getUint8(its + at);
    if (difference !== 0) return difference;
  }
  return length - itsLength;
}

/** Where a text begins in the bytes. */
export function startOf(texts: Texts, row: number): number {
  return texts.bounds[row * texts.columns + texts.column] ?? 0;
}

export function endOf(texts: Texts, row: number): number {
  return texts.bounds[row * texts.columns + texts.column + 1] ?? 0;
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
