import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { compareKeys } from '../objects/key-order.ts';
import { areObjectKeys } from '../objects/object-key.ts';
import { pageReader } from './page-reader.ts';
import { rowsOfOutput } from './rows-of-output.ts';
import { s3Client } from './s3-bucket.ts';
import type { BucketAccess } from './s3-access.ts';
import type { ListingClientOptions } from './s3-listing.ts';
import { explained, present } from './s3-wire.ts';
import { mustAscend, noListing, notEncoded } from '../listing/verified-page.ts';
import type { VersionCursor, VersionListing, VersionPage, VersionRequest } from '../listing/version-listing.ts';
import { versionRows } from '../listing/version-rows.ts';
import type { VersionRow, VersionRows } from '../listing/version-rows.ts';

/** The versions of a bucket, listed through the AWS SDK, by a client of `s3VersionListingClient`. */
export function s3VersionListing({ name, owner, client, signal }: BucketAccess): VersionListing {
  return {
    name,
    async page(request) {
      const { cursor, after, prefix } = request;
      const [keyMarker, versionMarker] = [cursor?.key ?? after, cursor?.version];
      const rows = await explained(`Cannot list the versions of "${name}"`, async () => {
        const query = {
          versions: '',
          'encoding-type': 'url',
          prefix,
          'key-marker': keyMarker,
          'version-id-marker': versionMarker,
        };
        const page = await reader.pageAgain(client, { about: { bucket: name, owner }, query, signal });
        if (page !== undefined) return page;
        const command = new ListObjectVersionsCommand({
          Bucket: name,
          ExpectedBucketOwner: owner,
          // XML cannot hold every character of a key.
          EncodingType: 'url',
          ...present({ Prefix: prefix, KeyMarker: keyMarker, VersionIdMarker: versionMarker }),
        });
        const output = await client.send(command, { abortSignal: signal });
        return reader.pageOf(output) ?? rowsOfOutput(output);
      });
      return verified(rows, { bucket: name, request });
    },
  };
}

/** A client for listing versions; `reader` as for `s3ListingClient`. */
export function s3VersionListingClient(region: string, { reader: by, ...options }: ListingClientOptions): S3Client {
  const client = s3Client(region, options);
  if (by === 'scanner') reader.addTo(client);
  return client;
}

const reader = pageReader<VersionRows>({
  command: 'ListObjectVersionsCommand',
  parse: versionRows,
  fields: ['Versions', 'DeleteMarkers', 'CommonPrefixes', 'IsTruncated'],
  instead: 's3VersionListing',
});

/** Whether XML holds the key as it is. Stores that call themselves S3 may not know how to encode one. */
function isPlain({ key }: VersionRow): boolean {
  return !/[^\P{Cc}\t\n]|[\ufffd-\uffff]/u.test(key);
}

interface Asked {
  readonly bucket: string;
  readonly request: VersionRequest;
}

/** @throws {BucketError} */
function verified(page: VersionRows, { bucket, request }: Asked): VersionPage {
  if (page.encodingType !== 'url' && !(page.encodingType === undefined && page.entries.every(isPlain)))
    throw notEncoded(bucket);
  const groups: { key: string; versions: VersionRow[] }[] = [];
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
function nextOf({ entries, isTruncated, nextKey, nextVersion }: VersionRows, { bucket, request }: Asked) {
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
