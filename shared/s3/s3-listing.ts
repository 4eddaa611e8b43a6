import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ListObjectsV2CommandInput, S3Client } from '@aws-sdk/client-s3';
import { addColumnReader, columnsOf, pageAgain } from './column-reader.ts';
import { compareKeys } from '../objects/key-order.ts';
import type { ListPage } from '../listing/list-page.ts';
import type { KeyRange, ListedBucket, ListingPage } from '../listing/listing.ts';
import { objectKey } from '../objects/object-key.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import { pageOfRows } from './page-of-rows.ts';
import { s3Client } from './s3-bucket.ts';
import type { ClientOptions } from './s3-bucket.ts';
import type { BucketAccess } from './s3-access.ts';
import { explained, present } from './s3-wire.ts';
import { compareTexts, headOf, lastOf, stringsOf, textsOf } from '../listing/texts.ts';
import type { Texts } from '../listing/texts.ts';
import { mustAscend, noListing, verifiedPage } from '../listing/verified-page.ts';

/** A bucket that is listed through the AWS SDK, by a client of `s3ListingClient`. */
export function s3ListedBucket(access: BucketAccess): ListedBucket {
  const { name: bucket } = access;
  return {
    name: bucket,
    pages: (range) => pages(access, range),
    async level(prefix) {
      const answer = await ask(access, present({ Prefix: prefix || undefined, Delimiter: '/' }));
      const { keys } = verifiedPage(answer, { bucket, prefix, last: undefined });
      mustAscend(answer.commonPrefixes, { bucket, prefix, last: undefined });
      return { prefixes: answer.commonPrefixes, keys: stringsOf(keys).map(objectKey), truncated: answer.isTruncated };
    },
  };
}

/**
 * A client for listing. `reader: 'sdk'` has answers read by the SDK itself, which takes many times as long: should a version of it
 * ever not get along with our reader.
 */
export function s3ListingClient(region: string, { reader, ...options }: ListingClientOptions): S3Client {
  const client = s3Client(region, options);
  if (reader === 'scanner') addColumnReader(client);
  return client;
}

export interface ListingClientOptions extends ClientOptions {
  readonly reader: 'scanner' | 'sdk';
}

/** One page ahead of the consumer, never more. */
async function* pages(access: BucketAccess, range: KeyRange): AsyncGenerator<ListingPage, void, undefined> {
  const { name: bucket } = access;
  const { after, prefix = '' } = range;
  const over = new AbortController();
  const signal = AbortSignal.any([access.signal, over.signal]);
  const begin = (where: Asked) => {
    const coming = ask({ ...access, signal }, { ...where, ...present({ Prefix: range.prefix }) });
    // If the consumer never comes for it, nobody need hear that it failed.
    coming.catch(() => undefined);
    return { coming };
  };
  let last: string | undefined = after;
  let token: string | undefined;
  let { coming } = begin(present({ StartAfter: after }));
  try {
    for (;;) {
      const answer = await coming;
      if (answer.commonPrefixes.length > 0) throw noListing(bucket, 'S3 summed up keys though it was not asked to');
      const page = verifiedPage(answer, { bucket, prefix, last });
      last = lastOf(page.keys) ?? last;
      const next = reaches(last, range.through) ? undefined : tokenOf(answer, { bucket, token, last });
      if (next !== undefined) ({ coming } = begin({ ContinuationToken: next }));
      yield cut(page, range.through);
      if (next === undefined) return;
      token = next;
    }
  } finally {
    over.abort();
  }
}

type Asked = Pick<ListObjectsV2CommandInput, 'Prefix' | 'StartAfter' | 'ContinuationToken' | 'Delimiter'>;

async function ask({ name, owner, client, signal }: BucketAccess, asked: Asked): Promise<ListPage> {
  const input = { Bucket: name, ExpectedBucketOwner: owner };
  return explained(`Cannot list "${name}"`, async () => {
    const query = {
      'list-type': '2',
      'encoding-type': 'url',
      prefix: asked.Prefix,
      delimiter: asked.Delimiter,
      'start-after': asked.StartAfter,
      'continuation-token': asked.ContinuationToken,
    };
    const page = await pageAgain(client, { about: { bucket: name, owner }, query, signal });
    if (page !== undefined) return page;
    const command = new ListObjectsV2Command({ ...input, EncodingType: 'url', ...asked });
    const output = await client.send(command, { abortSignal: signal });
    return columnsOf(output) ?? pageOfRows(output);
  });
}

function reaches(last: string | undefined, through: ObjectKey | undefined): boolean {
  return last !== undefined && through !== undefined && compareKeys(last, through) >= 0;
}

/** Where the listing goes on; `undefined` where S3 says that it has ended, and only there. */
function tokenOf(
  { isTruncated, nextContinuationToken: next }: ListPage,
  {
    bucket,
    token,
    last,
  }: { readonly bucket: string; readonly token: string | undefined; readonly last: string | undefined },
): string | undefined {
  if (!isTruncated) return undefined;
  const where = last === undefined ? 'at its beginning' : `behind ${JSON.stringify(last)}`;
  if (!next)
    throw noListing(bucket, `S3 says that there is more ${where}, but not how to go on (NextContinuationToken)`);
  if (next === token) throw noListing(bucket, `S3 goes on ${where} with the same NextContinuationToken again`);
  return next;
}

/** How many of the keys, which ascend, do not come behind one. */
function upTo(keys: Texts, one: Texts): number {
  let [from, to] = [0, keys.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compareTexts(keys, middle, one, 0) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function cut(page: ListingPage, through: ObjectKey | undefined): ListingPage {
  if (through === undefined || !reaches(lastOf(page.keys), through)) return page;
  return { ...page, keys: headOf(page.keys, upTo(page.keys, textsOf([through]))) };
}
