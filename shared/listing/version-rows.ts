import type { ListedVersion } from './listed-version.ts';
import {
  closeListing,
  END,
  names,
  nextChild,
  NO_NAME,
  openListing,
  passOver,
  readOnce,
  unreadable,
} from './listing-xml.ts';
import { decoded, etagOf, numberOf, sameOr, textOf, timeOf, truth } from './xml-values.ts';
import { ENCODED } from './xml-bytes.ts';
import type { Cursor } from './listing-xml.ts';

/** One answer to ListObjectVersions, as S3 told it. */
export interface VersionRows {
  /** Versions and delete markers in S3's order. */
  readonly entries: readonly VersionRow[];
  readonly isTruncated: boolean;
  /** Decoded. */
  readonly nextKey: string | undefined;
  readonly nextVersion: string | undefined;
  /** `url` if S3 had encoded the keys, and they could be decoded. */
  readonly encodingType: string | undefined;
}

export interface VersionRow extends ListedVersion {
  /** Decoded. */
  readonly key: string;
}

/**
 * Reads the body of an answer to ListObjectVersions. Elements may come in any order, unknown ones are passed over. Unlike the SDK it keeps versions and delete
 * markers in one order, which their dates in whole seconds do not tell.
 *
 * @throws {SyntaxError} if there is anything that it cannot read; never is a version left out.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html#API_ListObjectVersions_ResponseSyntax
 */
export function versionRows(body: Uint8Array): VersionRows {
  const cursor = openListing(body, ROOT);
  const draft: Draft = {
    entries: [],
    isTruncated: undefined,
    nextKey: undefined,
    nextVersion: undefined,
    encodingType: undefined,
    encoded: false,
  };
  readRoot(cursor, draft);
  closeListing(cursor);
  return finished(cursor, draft);
}

interface Draft extends Record<'nextKey' | 'nextVersion' | 'encodingType', string | undefined> {
  readonly entries: Row[];
  isTruncated: boolean | undefined;
  /** Whether anything in a key needs to be decoded. */
  encoded: boolean;
}

type Row = { -readonly [K in keyof VersionRow]: VersionRow[K] };

const [ROOT = NO_NAME] = names('ListVersionsResult');
const IN_ROOT = names('Version', 'DeleteMarker', 'IsTruncated', 'NextKeyMarker', 'NextVersionIdMarker', 'EncodingType');
const [VERSION = NO_NAME, MARKER = NO_NAME, IS_TRUNCATED = NO_NAME, NEXT_KEY = NO_NAME] = IN_ROOT;
const [NEXT_VERSION = NO_NAME, ENCODING = NO_NAME] = IN_ROOT.slice(4);
const IN_ENTRY = names('Key', 'VersionId', 'IsLatest', 'LastModified', 'ETag', 'Size', 'StorageClass');
const [KEY = NO_NAME, VERSION_ID = NO_NAME, IS_LATEST = NO_NAME, LAST_MODIFIED = NO_NAME] = IN_ENTRY;
const [ETAG = NO_NAME, SIZE = NO_NAME, STORAGE_CLASS = NO_NAME] = IN_ENTRY.slice(4);

function readRoot(cursor: Cursor, draft: Draft): void {
  if (cursor.leaf) return;
  for (;;) {
    switch (nextChild(cursor, ROOT, IN_ROOT)) {
      case 0:
        draft.entries.push(entryOf(cursor, { draft, deleteMarker: false }));
        break;
      case 1:
        draft.entries.push(entryOf(cursor, { draft, deleteMarker: true }));
        break;
      case 2:
        readOnce(cursor, draft.isTruncated, IS_TRUNCATED);
        draft.isTruncated = truth(cursor);
        break;
      case 3:
        readOnce(cursor, draft.nextKey, NEXT_KEY);
        draft.nextKey = textOf(cursor);
        break;
      case 4:
        readOnce(cursor, draft.nextVersion, NEXT_VERSION);
        draft.nextVersion = textOf(cursor).trim();
        break;
      case 5:
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

function entryOf(
  cursor: Cursor,
  { draft, deleteMarker }: { readonly draft: Draft; readonly deleteMarker: boolean },
): Row {
  let [key, versionId, modified, etag, storageClass]: (string | undefined)[] = [];
  let isLatest: boolean | undefined;
  let size: number | undefined;
  const parent = deleteMarker ? MARKER : VERSION;
  for (let child = cursor.leaf ? END : 0; child !== END;) {
    child = nextChild(cursor, parent, IN_ENTRY);
    switch (child) {
      case 0:
        readOnce(cursor, key, KEY);
        key = textOf(cursor);
        if ((cursor.kinds & ENCODED) !== 0) draft.encoded = true;
        break;
      case 1:
        readOnce(cursor, versionId, VERSION_ID);
        versionId = textOf(cursor).trim();
        break;
      case 2:
        readOnce(cursor, isLatest, IS_LATEST);
        isLatest = truth(cursor);
        break;
      case 3:
        readOnce(cursor, modified, LAST_MODIFIED);
        modified = timeOf(cursor);
        break;
      case 4:
        readOnce(cursor, etag, ETAG);
        etag = etagOf(cursor);
        break;
      case 5:
        readOnce(cursor, size, SIZE);
        size = numberOf(cursor);
        break;
      case 6:
        readOnce(cursor, storageClass, STORAGE_CLASS);
        storageClass = sameOr(cursor, draft.entries.at(-1)?.storageClass);
        break;
      case END:
        break;
      default:
        passOver(cursor);
    }
  }
  if (key === undefined || versionId === undefined || modified === undefined || isLatest === undefined)
    throw unreadable(cursor, 'an entry lacks its Key, VersionId, IsLatest or LastModified');
  const common = { key, versionId, lastModified: new Date(modified), isLatest, deleteMarker };
  if (deleteMarker) return { ...common, etag: '', size: 0 };
  if (etag === undefined || size === undefined) throw unreadable(cursor, 'a version lacks its ETag or Size');
  return { ...common, etag, size, ...(storageClass !== undefined && { storageClass }) };
}

/** Keys can be decoded only at the end: S3 may say how they are encoded behind them. */
function finished(cursor: Cursor, { encoded, isTruncated, nextKey, nextVersion, ...draft }: Draft): VersionRows {
  if (isTruncated === undefined) throw unreadable(cursor, 'it does not say whether it IsTruncated');
  const { encodingType, entries } = draft;
  const isEncoded = encodingType === 'url';
  if (encoded && isEncoded) for (const entry of entries) entry.key = decoded(entry.key);
  return {
    entries,
    isTruncated,
    // It is encoded like the others, though it is sent as it is.
    nextKey: nextKey === undefined || !isEncoded ? nextKey : decoded(nextKey),
    nextVersion: nextVersion || undefined,
    encodingType,
  };
}
