/** The same requests, a conditional copy and then a HEAD for each object, through one client of the AWS SDK with default settings. */
import { CopyObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { forEachConcurrently } from '../shared/for-each.ts';
import { ACCOUNT, contestant, DESTINATION, REGION, SOURCE } from './contestant.ts';
import { etagOf, keysOf } from './objects.ts';

let client: S3Client | undefined;

contestant(async ({ endpoint, run, objects, inFlight }) => {
  client ??= new S3Client({
    region: REGION,
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const s3 = client;
  let failed = 0;
  await forEachConcurrently(keysOf(objects, run), {
    limit: inFlight,
    work: async (Key) => {
      try {
        await s3.send(
          new CopyObjectCommand({
            Bucket: DESTINATION,
            ExpectedBucketOwner: ACCOUNT,
            Key,
            CopySource: `${SOURCE}/${Key}`,
            ExpectedSourceBucketOwner: ACCOUNT,
            CopySourceIfMatch: `"${etagOf(Key)}"`,
            IfNoneMatch: '*',
          }),
        );
        await s3.send(new HeadObjectCommand({ Bucket: SOURCE, ExpectedBucketOwner: ACCOUNT, Key }));
      } catch {
        failed++;
      }
    },
  });
  return failed;
});
