import { isIso, MOST_DIGITS } from './xml-values.ts';
import { ENCODED, ISO, KINDS, kindsOfPair, LESS, PLAIN, STOP, WIDE, ZERO } from './xml-bytes.ts';
import { copyFromRowBefore, copyText, endRow, makeRoom } from './listed-rows.ts';
import type { Cursor } from './listing-xml.ts';
import type { RowDraft } from './listed-rows.ts';

/** Reads an entry that is like the model. @returns whether it is; otherwise nothing has happened. */
export function readLike(
  model: Model,
  cursor: Cursor,
  /** `encoded`: whether anything in a key needs to be decoded. */
  draft: { readonly rows: RowDraft; encoded: boolean },
): boolean {
  const { view, at } = cursor;
  const key = behindSame(view, model.start, model.key, at);
  if (key < 0) return false;
  let keyEnd = key;
  let kinds = 0;
  for (; keyEnd + 2 <= view.byteLength; keyEnd += 2) {
    const pair = kindsOfPair(view, keyEnd);
    if (pair >= STOP) break;
    kinds |= pair;
  }
  if (keyEnd < view.byteLength && view.getUint8(keyEnd) !== LESS) kinds |= KINDS[view.getUint8(keyEnd++)] ?? WIDE;
  if ((kinds & ~ENCODED) !== 0) return false;
  const modified = behindSame(view, model.keyEnd, model.modified, keyEnd);
  if (modified < 0 || !isIso(view, modified)) return false;
  const modifiedEnd = modified + ISO.length;
  const etag = behindSame(view, model.modified + ISO.length, model.etag, modifiedEnd);
  if (etag < 0) return false;
  let etagEnd = etag;
  while (etagEnd + 2 <= view.byteLength && kindsOfPair(view, etagEnd) === 0) etagEnd += 2;
  if (etagEnd < view.byteLength && PLAIN[view.getUint8(etagEnd)] === 1) etagEnd++;
  const sizeAt = behindSame(view, model.etagEnd, model.size, etagEnd);
  if (sizeAt < 0) return false;
  let sizeEnd = sizeAt;
  let size = 0;
  for (; sizeEnd < view.byteLength; sizeEnd++) {
    const digit = view.getUint8(sizeEnd) - ZERO;
    if (digit < 0 || digit > 9) break;
    size = size * 10 + digit;
  }
  const end = behindSame(view, model.sizeEnd, model.end, sizeEnd);
  if (end < 0 || sizeEnd === sizeAt || sizeEnd - sizeAt > MOST_DIGITS) return false;
  if (kinds !== 0) draft.encoded = true;
  const { rows } = draft;
  makeRoom(rows, end - at);
  copyText(rows, view, key, keyEnd);
  copyText(rows, view, modified, modifiedEnd);
  copyText(rows, view, etag, etagEnd);
  // All else is as in the row before, and so is the storage class.
  copyFromRowBefore(rows);
  endRow(rows, size);
  cursor.at = end;
  return true;
}

/**
 * Where an entry that was read begins and ends, and the values in it. In a listing, what is between the values is the same in nearly all
 * entries, byte by byte. Where it is, it means the same, and only the values have to be read.
 */
export interface Model {
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

export const NO_MODEL: Model = {
  start: 0,
  key: 0,
  keyEnd: 0,
  modified: 0,
  etag: 0,
  etagEnd: 0,
  size: 0,
  sizeEnd: 0,
  end: 0,
};

/** In S3's order. */
export function isInOrder({ start, key, keyEnd, modified, etag, etagEnd, size, sizeEnd, end }: Model): boolean {
  return (
    start < key &&
    keyEnd < modified &&
    modified + ISO.length < etag &&
    etagEnd < size &&
    size < sizeEnd &&
    sizeEnd < end
  );
}

/** Whether the bytes from `start` to `end` stand at `at` as well. @returns what is behind them there, otherwise -1. */
function behindSame(view: DataView, start: number, end: number, at: number): number {
  const behind = at + end - start;
  if (behind > view.byteLength) return -1;
  let one = start;
  let other = at;
  for (; one + 4 <= end; one += 4, other += 4) if (view.getInt32(one, true) !== view.getInt32(other, true)) return -1;
  for (; one < end; one++, other++) if (view.getUint8(one) !== view.getUint8(other)) return -1;
  return behind;
}
