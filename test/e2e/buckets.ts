import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutBucketVersioningCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { BucketAccess } from '../../local/listing.ts';

/** A versioned bucket that none of our stacks knows of; in the Region of the client, as the SDK says to S3. */
export async function createBucket({ s3, bucket: Bucket }: BucketAccess): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  const versioned = { VersioningConfiguration: { Status: 'Enabled' } } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, ...versioned }));
}

/** An object of one part, but uploaded in parts: its ETag says so. */
export async function putInParts({ s3, bucket }: BucketAccess, key: string): Promise<void> {
  const object = { Bucket: bucket, Key: key };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(object));
  const part = { ...object, UploadId, PartNumber: 1 };
  const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: 'in parts' }));
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }));
}
