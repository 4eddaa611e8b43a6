import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import type { BucketAccess } from '../../local/listing.ts';

/** A versioned bucket that none of our stacks knows of; in the Region of the client, as the SDK says to S3. */
export async function createBucket({ s3, bucket: Bucket }: BucketAccess): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  const versioned = { VersioningConfiguration: { Status: 'Enabled' } } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, ...versioned }));
}
