import {
  closeListing,
  END,
  names,
  nextChild,
  NO_NAME,
  openListing,
  passOver,
  readOnce,
  readText,
  UNKNOWN,
  unreadable,
} from './listing-xml.ts';
import {
  asListing,
  decoded,
  digitsEnd,
  etagOf,
  isInQuot,
  isIso,
  numberOf,
  textOf,
  timeOf,
  truth,
} from './xml-values.ts';
import { ENCODED, ENTITY, ISO, QUOT } from './xml-bytes.ts';
import { addRow, beginRows, decodeKeys, endRows } from './listed-rows.ts';
import type { RowDraft } from './listed-rows.ts';
import type { ListingPage } from './listing.ts';
import type { Cursor } from './listing-xml.ts';
import { readLike, NO_MODEL, isInOrder } from './like-entry.ts';
import type { Model } from './like-entry.ts';

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
