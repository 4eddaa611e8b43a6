import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { listBucket } from '../../local/listing.ts';

it('names the bucket that cannot be listed', async () => {
  mockClient(S3Client).on(ListObjectsV2Command).rejects(new Error('The specified bucket does not exist'));
  const s3 = new S3Client({ region: 'eu-west-1' });
  await expect(listBucket({ s3, bucket: 'photos-eu' })).rejects.toThrow(
    'Cannot list the bucket "photos-eu": The specified bucket does not exist',
  );
});
