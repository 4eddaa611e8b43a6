import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { source } from './system.ts';

/** Puts an object into the source in parts. Answers its ETag, in quotes. */
export async function putInParts(
  about: Omit<CreateMultipartUploadCommandInput, 'Bucket'>,
  parts: readonly Buffer[],
  { s3, bucket: Bucket } = source,
): Promise<string | undefined> {
  const { Key } = about;
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...about, Bucket }));
  const Parts = [];
  for (const [index, Body] of parts.entries()) {
    const PartNumber = index + 1;
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  }
  const MultipartUpload = { Parts };
  const { ETag } = await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  return ETag;
}
