import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { compareKeys } from './key-order.ts';
import type { KeyRange } from './listing.ts';
import { decodeForm, objectKey } from './object-key.ts';
import type { ObjectKey } from './object-key.ts';
import type { BucketAccess } from './s3-bucket.ts';
import { explained, present } from './s3-wire.ts';

/**
 * Which archived objects of a range can be read, as they were restored and have not expired again.
 *
 * @throws {BucketError}
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreStatus.html
 */
export async function s3GivenBack(
  { name, owner, client, signal }: BucketAccess,
  { after, through, prefix }: KeyRange,
): Promise<ReadonlySet<ObjectKey>> {
  return explained(`Cannot list what is restored in "${name}"`, async () => {
    const found = new Set<ObjectKey>();
    const pages = paginateListObjectsV2(
      { client },
      {
        Bucket: name,
        ExpectedBucketOwner: owner,
        EncodingType: 'url',
        OptionalObjectAttributes: ['RestoreStatus'],
        ...present({ StartAfter: after, Prefix: prefix }),
      },
      { abortSignal: signal },
    );
    for await (const { Contents = [], EncodingType } of pages) {
      for (const { Key = '', RestoreStatus } of Contents) {
        const key = objectKey(EncodingType === 'url' ? decodeForm(Key) : Key);
        if (through !== undefined && compareKeys(key, through) > 0) return found;
        if (RestoreStatus?.IsRestoreInProgress === false && RestoreStatus.RestoreExpiryDate !== undefined)
          found.add(key);
      }
    }
    return found;
  });
}
