/** Lists as the SDK's documentation shows, by a client with default settings. */
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { ACCOUNT, REGION } from './contestant.ts';
import { lister } from './lister.ts';

lister(async ({ endpoint, bucket }, { size, texts }) => {
  const client = new S3Client({
    region: REGION,
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, ExpectedBucketOwner: ACCOUNT });
  for await (const { Contents = [] } of pages) {
    for (const { Key = '', ETag = '', Size = 0 } of Contents) {
      size(Size);
      texts?.(Key, ETag);
    }
  }
  client.destroy();
});
