import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { DeleteMarkerEntry, ListObjectVersionsCommandOutput, ObjectVersion } from '@aws-sdk/client-s3';
import { compareKeys } from './key-order.ts';
import type { ListedVersion } from './listed-version.ts';
import { areObjectKeys, decodeForm } from './object-key.ts';
import type { BucketAccess } from './s3-bucket.ts';
import { explained, present, unquoted } from './s3-wire.ts';
import { mustAscend, noListing } from './verified-page.ts';
import type { VersionCursor, VersionListing, VersionPage, VersionRequest } from './version-listing.ts';

/** The versions of a bucket, listed through the AWS SDK. */
export function s3VersionListing({ name, owner, client, signal }: BucketAccess): VersionListing {
  return {
    name,
    async page(request) {
      const { cursor, after, prefix } = request;
      const command = new ListObjectVersionsCommand({
        Bucket: name,
        ExpectedBucketOwner: owner,
        // XML cannot hold every character of a key.
        EncodingType: 'url',
        ...present({ Prefix: prefix, KeyMarker: cursor?.key ?? after, VersionIdMarker: cursor?.version }),
      });
      const page = await explained(`Cannot list the versions of "${name}"`, async () =>
        pageOf(await client.send(command, { abortSignal: signal })),
      );
      return verified(page, { bucket: name, request });
    },
  };
}

interface Entry extends ListedVersion {
  readonly key: string;
}

/** As S3 told it, not looked at yet. */
interface Page {
  /** In S3's order. */
  readonly entries: readonly Entry[];
  readonly isTruncated: boolean;
  readonly nextKey: string | undefined;
  readonly nextVersion: string | undefined;
  readonly encodingType: string | undefined;
}

function pageOf(output: ListObjectVersionsCommandOutput): Page {
  const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker, EncodingType } = output;
  const decoded = (text: string) => (EncodingType === 'url' ? decodeForm(text) : text);
  const versions = Versions.map((version) => entryOf(version, decoded));
  const markers = DeleteMarkers.map((marker) => entryOf(marker, decoded));
  return {
    entries: inOneOrder(versions, markers),
    isTruncated: given(IsTruncated, 'IsTruncated'),
    // It is encoded like the others, though it is sent as it is.
    nextKey: NextKeyMarker === undefined ? undefined : decoded(NextKeyMarker),
    nextVersion: NextVersionIdMarker,
    encodingType: EncodingType,
  };
}

function entryOf(row: ObjectVersion | DeleteMarkerEntry, decoded: (text: string) => string): Entry {
  const common = {
    key: decoded(given(row.Key, 'Key')),
    versionId: given(row.VersionId, 'VersionId'),
    lastModified: given(row.LastModified, 'LastModified'),
    isLatest: given(row.IsLatest, 'IsLatest'),
  };
  if (!('ETag' in row)) return { ...common, deleteMarker: true, etag: '', size: 0 };
  const { ETag, Size, StorageClass } = row;
  const object = { etag: unquoted(given(ETag, 'ETag')), size: given(Size, 'Size') };
  return { ...common, deleteMarker: false, ...object, ...present({ storageClass: StorageClass }) };
}

/** The SDK has versions and delete markers in two lists, each in S3's order. Of one second, the marker counts as the newer one. */
function inOneOrder(versions: readonly Entry[], markers: readonly Entry[]): readonly Entry[] {
  if (markers.length === 0) return versions;
  const entries: Entry[] = [];
  let next = 0;
  for (const version of versions) {
    for (let marker = markers[next]; marker && isAbove(marker, version); marker = markers[++next]) entries.push(marker);
    entries.push(version);
  }
  for (const marker of markers.slice(next)) entries.push(marker);
  return entries;
}

function isAbove(marker: Entry, version: Entry): boolean {
  if (marker.key !== version.key) return compareKeys(marker.key, version.key) < 0;
  if (marker.isLatest || version.isLatest) return marker.isLatest;
  return marker.lastModified >= version.lastModified;
}

interface Asked {
  readonly bucket: string;
  readonly request: VersionRequest;
}

/** @throws {BucketError} */
function verified(page: Page, { bucket, request }: Asked): VersionPage {
  if (page.encodingType !== 'url')
    throw noListing(bucket, 'S3 did not encode the keys (EncodingType=url), so that some of them may be others');
  const groups: { key: string; versions: Entry[] }[] = [];
  for (const entry of page.entries) {
    const last = groups.at(-1);
    if (last?.key === entry.key) last.versions.push(entry);
    else groups.push({ key: entry.key, versions: [entry] });
  }
  const keys: readonly string[] = groups.map(({ key }) => key);
  if (!areObjectKeys(keys)) throw noListing(bucket, 'a key is empty, or longer than S3 allows');
  const { cursor, after, prefix = '' } = request;
  // Behind a version of a key there may be more of the same.
  const isGoingOn = cursor?.version !== undefined && keys[0] === cursor.key;
  mustAscend(isGoingOn ? keys.slice(1) : keys, { bucket, prefix, last: cursor?.key ?? after });
  return {
    keys: keys.map((key, index) => ({ key, versions: groups[index]?.versions ?? [] })),
    ...present({ next: nextOf(page, { bucket, request }) }),
  };
}

/** Where the listing goes on; `undefined` where S3 says that it has ended, and only there. */
function nextOf({ entries, isTruncated, nextKey, nextVersion }: Page, { bucket, request }: Asked) {
  if (!isTruncated) return undefined;
  const last = entries.at(-1)?.key ?? request.cursor?.key ?? request.after;
  const where = last === undefined ? 'at its beginning' : `behind ${JSON.stringify(last)}`;
  if (!nextKey) throw noListing(bucket, `S3 says that there is more ${where}, but not how to go on (NextKeyMarker)`);
  const next: VersionCursor = { key: nextKey, ...present({ version: nextVersion }) };
  const { cursor } = request;
  if (next.key === cursor?.key && next.version === cursor.version)
    throw noListing(bucket, `S3 goes on ${where} where it began (NextKeyMarker)`);
  if (last !== undefined && compareKeys(next.key, last) < 0)
    throw noListing(bucket, `S3 goes on ${where} with ${JSON.stringify(next.key)}, which is not its order`);
  return next;
}

function given<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new SyntaxError(`Cannot read the answer as a listing: ${name} is missing`);
  return value;
}
