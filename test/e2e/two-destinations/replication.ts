import { GetObjectTaggingCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BucketAccess } from '../../../local/listing.ts';
import { oddObjects } from '../../../local/odd-objects.ts';
import { arrived, comparison, destinations, put, source, text } from '../system.ts';

describe('500 objects, many with odd names', () => {
  const odd = oddObjects();
  const plain = Array.from({ length: 500 - odd.length }, (_, n) => text(`plain/${n % 7}/${n}.txt`, `content ${n}`));
  beforeAll(async () => arrived(await put([...odd, ...plain])));

  it.each(destinations)('are all in $bucket, equal by listing', async (destination) => {
    // What other tests put is equal too, but for what they remove, and for parts, of which the emulator tells nothing on a HEAD.
    const apart = ['removals/', 'ledger/', 'long-copy/', 'exact/parts/'];
    const { equal, ...rest } = await comparison(destination, (key) => !apart.some((prefix) => key.startsWith(prefix)));
    expect(rest).toMatchObject({ missing: [], different: [], extra: [] });
    expect(equal).toEqual(expect.arrayContaining([...odd, ...plain].map(({ key }) => key)));
  });

  it.each(destinations)('keep their headers, metadata and tags in $bucket', async (destination) => {
    for (const { key } of odd.slice(0, 6)) {
      expect(await description(destination, key)).toEqual(await description(source, key));
    }
  });
});

async function description({ s3, bucket }: BucketAccess, key: string): Promise<unknown> {
  const request = { Bucket: bucket, Key: key };
  const head = await s3.send(new HeadObjectCommand(request));
  const { TagSet } = await s3.send(new GetObjectTaggingCommand(request));
  const { ContentType, CacheControl, ContentLanguage, Metadata, ContentLength, ETag } = head;
  return { ContentType, CacheControl, ContentLanguage, Metadata, ContentLength, ETag, TagSet };
}
