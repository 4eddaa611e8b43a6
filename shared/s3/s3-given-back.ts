import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { compareKeys } from '../objects/key-order.ts';
import type { KeyRange } from '../listing/listing.ts';
import { decodeForm, objectKey } from '../objects/object-key.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import type { BucketAccess } from './s3-access.ts';
import { explained, present } from './s3-wire.ts';

/** Which archived objects of a part of a range can be read, as they were restored and have not expired again. @throws {BucketError} */
export type GivenBack = (part: Pick<KeyRange, 'after' | 'through'>) => Promise<ReadonlySet<ObjectKey>>;

/** What is restored behind a key, up to another; without: to the end. */
interface Page {
  readonly after: ObjectKey | undefined;
  readonly last: ObjectKey | undefined;
  readonly restored: readonly ObjectKey[];
}

/**
 * Parts are smaller than pages: the last page is remembered, so that parts that are asked for in ascending order, one at a time, take one request for each page.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreStatus.html
 */
export function s3GivenBack(access: BucketAccess, range: KeyRange): GivenBack {
  let known: Page | undefined;
  return ({ after = range.after, through = range.through }) =>
    explained(`Cannot list what is restored in "${access.name}"`, async () => {
      const found = new Set<ObjectKey>();
      let page = known !== undefined && holds(known, after) ? known : await pageOf(access, range, after);
      for (;;) {
        known = page;
        for (const key of page.restored) if (isBehind(key, after) && isWithin(key, through)) found.add(key);
        const { last } = page;
        if (last === undefined || (through !== undefined && compareKeys(through, last) <= 0)) return found;
        page = await pageOf(access, range, last);
      }
    });
}

/** Whether the page has what comes next behind a key, or is the end. */
function holds({ after, last }: Page, key: ObjectKey | undefined): boolean {
  if (key === undefined) return after === undefined;
  return (after === undefined || compareKeys(after, key) <= 0) && isWithin(key, last);
}

function isBehind(key: ObjectKey, after: ObjectKey | undefined): boolean {
  return after === undefined || compareKeys(key, after) > 0;
}

function isWithin(key: ObjectKey, through: ObjectKey | undefined): boolean {
  return through === undefined || compareKeys(key, through) <= 0;
}

async function pageOf(
  { name, owner, client, signal }: BucketAccess,
  { prefix }: KeyRange,
  after: ObjectKey | undefined,
): Promise<Page> {
  const command = new ListObjectsV2Command({
    Bucket: name,
    ExpectedBucketOwner: owner,
    EncodingType: 'url',
    OptionalObjectAttributes: ['RestoreStatus'],
    ...present({ StartAfter: after, Prefix: prefix }),
  });
  const { Contents = [], EncodingType, IsTruncated } = await client.send(command, { abortSignal: signal });
  const keyOf = (Key = '') => objectKey(EncodingType === 'url' ? decodeForm(Key) : Key);
  const restored = Contents.filter(
    ({ RestoreStatus }) =>
      RestoreStatus?.IsRestoreInProgress === false && RestoreStatus.RestoreExpiryDate !== undefined,
  ).map(({ Key }) => keyOf(Key));
  if (IsTruncated !== true) return { after, last: undefined, restored };
  const lastEntry = Contents.at(-1);
  const last = lastEntry && keyOf(lastEntry.Key);
  // Else it would be asked for again and again, or be taken for the end.
  if (last === undefined || !isBehind(last, after)) throw new Error('The listing does not go on');
  return { after, last, restored };
}
