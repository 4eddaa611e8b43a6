import {
  asListing,
  closeListing,
  decoded,
  digitsEnd,
  ENCODED,
  END,
  ENTITY,
  etagOf,
  ISO,
  isInQuot,
  isIso,
  KINDS,
  kindsOfPair,
  LESS,
  MOST_DIGITS,
  names,
  nextChild,
  NO_NAME,
  numberOf,
  openListing,
  passOver,
  PLAIN,
  QUOT,
  readOnce,
  readText,
  STOP,
  textOf,
  timeOf,
  truth,
  UNKNOWN,
  unreadable,
  WIDE,
  ZERO,
} from './listing-xml.ts';
import {
  addRow,
  beginRows,
  copyFromRowBefore,
  copyText,
  decodeKeys,
  endRow,
  endRows,
  makeRoom,
} from './listed-rows.ts';
import type { RowDraft } from './listed-rows.ts';
import type { ListingPage } from './listing.ts';
import type { Cursor } from './listing-xml.ts';

/** One answer to ListObjectsV2. */
export interface ListPage {
  /** Its objects, with decoded keys. */
  readonly rows: ListingPage;
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
  const cursor = openListing(body, ROOT);
  const draft: Draft = {
    rows: beginRows(),
    commonPrefixes: [],
    isTruncated: undefined,
    nextContinuationToken: undefined,
    encodingType: undefined,
    encoded: false,
  };
  readRoot(cursor, draft);
  closeListing(cursor);
  return finished(cursor, draft);
}

interface Draft {
  readonly rows: RowDraft;
  readonly commonPrefixes: string[];
  isTruncated: boolean | undefined;
  nextContinuationToken: string | undefined;
  encodingType: string | undefined;
  /** Whether anything in a key or a prefix needs to be decoded. */
  encoded: boolean;
}

const [ROOT = NO_NAME] = names('ListBucketResult');
const IN_ROOT = names('Contents', 'CommonPrefixes', 'IsTruncated', 'NextContinuationToken', 'EncodingType');
const [CONTENTS = NO_NAME, COMMON_PREFIXES = NO_NAME, IS_TRUNCATED = NO_NAME, TOKEN = NO_NAME, ENCODING = NO_NAME] =
  IN_ROOT;
const IN_CONTENTS = names('Key', 'LastModified', 'ETag', 'Size', 'StorageClass');
const [KEY = NO_NAME, LAST_MODIFIED = NO_NAME, ETAG = NO_NAME, SIZE = NO_NAME, STORAGE_CLASS = NO_NAME] = IN_CONTENTS;
const IN_COMMON_PREFIXES = names('Prefix');
const [PREFIX = NO_NAME] = IN_COMMON_PREFIXES;

function readRoot(cursor: Cursor, draft: Draft): void {
  if (cursor.leaf) return;
  let model: Model | undefined;
  for (;;) {
    if (model !== undefined && readLike(model, cursor, draft)) continue;
    const { at } = cursor;
    switch (nextChild(cursor, ROOT, IN_ROOT)) {
      case 0:
        model = readContents(cursor, draft, at);
        break;
      case 1:
        readCommonPrefixes(cursor, draft);
        break;
      case 2:
        readOnce(cursor, draft.isTruncated, IS_TRUNCATED);
        draft.isTruncated = truth(cursor);
        break;
      case 3:
        readOnce(cursor, draft.nextContinuationToken, TOKEN);
        draft.nextContinuationToken = textOf(cursor).trim();
        break;
      case 4:
        readOnce(cursor, draft.encodingType, ENCODING);
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
          readOnce(cursor, key, KEY);
          key = textOf(cursor);
          if ((cursor.kinds & ENCODED) !== 0) draft.encoded = true;
          model.key = cursor.start;
          model.keyEnd = cursor.end;
          break;
        case 1:
          readOnce(cursor, modified, LAST_MODIFIED);
          modified = timeOf(cursor);
          if (cursor.end - cursor.start === ISO.length && isIso(cursor.view, cursor.start))
            model.modified = cursor.start;
          break;
        case 2:
          readOnce(cursor, etag, ETAG);
          etag = etagOf(cursor);
          if (cursor.kinds === ENTITY && isInQuot(cursor.xml, cursor.start, cursor.end)) {
            model.etag = cursor.start + QUOT.length;
            model.etagEnd = cursor.end - QUOT.length;
          }
          break;
        case 3:
          readOnce(cursor, size, SIZE);
          size = numberOf(cursor);
          model.size = cursor.start;
          model.sizeEnd = digitsEnd(cursor.xml, cursor.start) === cursor.end ? cursor.end : 0;
          break;
        case 4:
          readOnce(cursor, storageClass, STORAGE_CLASS);
          storageClass = textOf(cursor).trim();
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
  // S3 leaves the class out of some answers where it is the ordinary one.
  addRow(draft.rows, { key, modified, etag, size, storageClass: storageClass ?? 'STANDARD' });
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
function finished(cursor: Cursor, { rows, encoded, isTruncated, ...draft }: Draft): ListPage {
  if (isTruncated === undefined) throw unreadable(cursor, 'it does not say whether it IsTruncated');
  if (!encoded || draft.encodingType !== 'url') return { ...draft, isTruncated, rows: endRows(rows) };
  asListing(() => decodeKeys(rows));
  return { ...draft, isTruncated, rows: endRows(rows), commonPrefixes: draft.commonPrefixes.map(decoded) };
}
