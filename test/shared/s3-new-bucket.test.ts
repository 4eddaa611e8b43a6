import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { s3NewBuckets } from '../../shared/s3-new-bucket.ts';

const s3 = mockClient(S3Client);
const owner = '111122223333';

function buckets(region = 'eu-west-1') {
  return s3NewBuckets({ owner, region, client: new S3Client({}), signal: new AbortController().signal });
}

const failure = (name: string, status: number) =>
  new S3ServiceException({ name, $fault: 'client', message: name, $metadata: { httpStatusCode: status } });

beforeEach(() => {
  s3.reset();
  s3.on(CreateBucketCommand).resolves({});
  s3.on(PutPublicAccessBlockCommand).resolves({});
  s3.on(PutBucketVersioningCommand).resolves({});
});

it('finds a bucket, wherever it is', async () => {
  s3.on(HeadBucketCommand).resolves({ BucketRegion: 'us-west-2' });
  expect(await buckets().find('b')).toEqual({ bucket: 'b', region: 'us-west-2', account: owner });
  const moved = Object.assign(failure('PermanentRedirect', 301), {
    $response: { headers: { 'x-amz-bucket-region': 'ap-south-1' } },
  });
  s3.on(HeadBucketCommand).rejects(moved);
  expect(await buckets().find('b')).toEqual({ bucket: 'b', region: 'ap-south-1', account: owner });
});

it('finds none, and none of others', async () => {
  s3.on(HeadBucketCommand).rejects(failure('NotFound', 404));
  expect(await buckets().find('b')).toBeUndefined();
  s3.on(HeadBucketCommand).rejects(failure('Forbidden', 403));
  await expect(buckets().find('b')).rejects.toThrow(/belongs to another account/);
});

it('makes one that is private and versioned', async () => {
  await buckets().make('b');
  expect(s3.commandCalls(CreateBucketCommand)[0]?.args[0].input).toEqual({
    Bucket: 'b',
    ObjectOwnership: 'BucketOwnerEnforced',
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });
  expect(s3.commandCalls(PutPublicAccessBlockCommand)[0]?.args[0].input).toMatchObject({
    ExpectedBucketOwner: owner,
    PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
  });
  expect(s3.commandCalls(PutBucketVersioningCommand)[0]?.args[0].input).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
  });
});

it('goes on with one that it has made already, but takes none of others; and says no Region where that is the rule', async () => {
  s3.on(CreateBucketCommand).rejects(failure('BucketAlreadyOwnedByYou', 409));
  await buckets('us-east-1').make('b');
  expect(s3.commandCalls(CreateBucketCommand)[0]?.args[0].input).not.toHaveProperty('CreateBucketConfiguration');
  expect(s3.commandCalls(PutBucketVersioningCommand)).toHaveLength(1);
  s3.on(CreateBucketCommand).rejects(failure('BucketAlreadyExists', 409));
  await expect(buckets().make('b')).rejects.toThrow(/Cannot make the bucket "b"/);
});
