import {
  CreateBucketCommand,
  GetBucketAbacCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { s3NewBuckets } from '../../../shared/s3/s3-new-bucket.ts';

const s3 = mockClient(S3Client);
const owner = '111122223333';
const TAGS = { 'made-by': 't' };

function buckets(region = 'eu-west-1') {
  return s3NewBuckets({ owner, region, client: new S3Client({}), signal: new AbortController().signal });
}

const failure = (name: string, status: number) =>
  new S3ServiceException({ name, $fault: 'client', message: name, $metadata: { httpStatusCode: status } });

beforeEach(() => {
  s3.reset();
  s3.on(CreateBucketCommand).resolves({});
  s3.on(GetBucketTaggingCommand).resolves({ TagSet: [{ Key: 'made-by', Value: 't' }] });
  s3.on(PutPublicAccessBlockCommand).resolves({});
  s3.on(PutBucketVersioningCommand).resolves({});
  s3.on(PutBucketLifecycleConfigurationCommand).resolves({});
});

it('finds a bucket, wherever it is', async () => {
  s3.on(HeadBucketCommand).resolves({ BucketRegion: 'us-west-2' });
  expect(await buckets().find('b')).toEqual({ bucket: 'b', region: 'us-west-2', account: owner });
  const elsewhere = (status: number, region: string) =>
    Object.assign(failure('Unknown', status), { $response: { headers: { 'x-amz-bucket-region': region } } });
  for (const status of [301, 400]) {
    s3.on(HeadBucketCommand).rejects(elsewhere(status, 'ap-south-1'));
    expect(await buckets().find('b')).toEqual({ bucket: 'b', region: 'ap-south-1', account: owner });
  }
  s3.on(HeadBucketCommand).rejects(elsewhere(400, 'eu-west-1'));
  await expect(buckets().find('b')).rejects.toThrow(/Cannot look at the bucket "b"/);
});

it('finds none, and none of others', async () => {
  s3.on(HeadBucketCommand).rejects(failure('NotFound', 404));
  expect(await buckets().find('b')).toBeUndefined();
  s3.on(HeadBucketCommand).rejects(failure('Forbidden', 403));
  await expect(buckets().find('b')).rejects.toThrow(/belongs to another account/);
});

it('makes one that is private and versioned, and keeps no parts of uploads that were cut off', async () => {
  await buckets().make('b', TAGS);
  expect(s3.commandCalls(CreateBucketCommand)[0]?.args[0].input).toEqual({
    Bucket: 'b',
    ObjectOwnership: 'BucketOwnerEnforced',
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1', Tags: [{ Key: 'made-by', Value: 't' }] },
  });
  expect(s3.commandCalls(PutPublicAccessBlockCommand)[0]?.args[0].input).toMatchObject({
    ExpectedBucketOwner: owner,
    PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
  });
  expect(s3.commandCalls(PutBucketVersioningCommand)[0]?.args[0].input).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
  });
  expect(s3.commandCalls(PutBucketLifecycleConfigurationCommand).map(({ args }) => args[0].input)).toMatchObject([
    {
      Bucket: 'b',
      ExpectedBucketOwner: owner,
      LifecycleConfiguration: {
        Rules: [{ Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }],
      },
    },
  ]);
});

it('goes on with one that it has made already, but takes none of others; and says no Region where that is the rule', async () => {
  s3.on(CreateBucketCommand).rejects(failure('BucketAlreadyOwnedByYou', 409));
  await buckets('us-east-1').make('b', TAGS);
  expect(s3.commandCalls(CreateBucketCommand)[0]?.args[0].input.CreateBucketConfiguration).not.toHaveProperty(
    'LocationConstraint',
  );
  expect(s3.commandCalls(PutBucketVersioningCommand)).toHaveLength(1);
  s3.on(CreateBucketCommand).rejects(failure('BucketAlreadyExists', 409));
  await expect(buckets().make('b', TAGS)).rejects.toThrow(/Cannot make the bucket "b"/);
  expect(s3.commandCalls(PutBucketLifecycleConfigurationCommand)).toHaveLength(1);
});

it.each([undefined, [{ Key: 'made-by', Value: 'another' }]])(
  'changes no setting of one that is there already with the tags %j, though S3 says in us-east-1 that it was made',
  async (TagSet) => {
    if (TagSet === undefined) s3.on(GetBucketTaggingCommand).rejects(failure('NoSuchTagSet', 404));
    else s3.on(GetBucketTaggingCommand).resolves({ TagSet });
    await expect(buckets('us-east-1').make('b', TAGS)).rejects.toThrow(/somebody else has made it/);
    expect(s3.commandCalls(PutPublicAccessBlockCommand)).toHaveLength(0);
    expect(s3.commandCalls(PutBucketVersioningCommand)).toHaveLength(0);
    expect(s3.commandCalls(PutBucketLifecycleConfigurationCommand)).toHaveLength(0);
  },
);

it('reads the tags, and whether IAM goes by them', async () => {
  expect(await buckets().tagsOf('b')).toEqual(TAGS);
  s3.on(GetBucketTaggingCommand).rejects(failure('NoSuchTagSet', 404));
  expect(await buckets().tagsOf('b')).toEqual({});
  s3.on(GetBucketTaggingCommand).rejects(failure('AccessDenied', 403));
  await expect(buckets().tagsOf('b')).rejects.toThrow(/Cannot read the tags of the bucket "b"/);
  for (const [Status, goes] of [
    ['Enabled', true],
    ['Disabled', false],
  ] as const) {
    s3.on(GetBucketAbacCommand).resolves({ AbacStatus: { Status } });
    expect(await buckets().tellsIamOfTags('b')).toBe(goes);
  }
});

it.each([
  ['Enabled', true],
  ['Suspended', false],
  [undefined, false],
] as const)('a bucket whose versioning is %s keeps what is overwritten: %s', async (Status, keeps) => {
  s3.on(GetBucketVersioningCommand).resolves({ ...(Status && { Status }) });
  expect(await buckets().keepsVersions('b')).toBe(keeps);
  expect(s3.commandCalls(GetBucketVersioningCommand)[0]?.args[0].input).toEqual({
    Bucket: 'b',
    ExpectedBucketOwner: owner,
  });
  s3.on(GetBucketVersioningCommand).rejects(failure('AccessDenied', 403));
  await expect(buckets().keepsVersions('b')).rejects.toThrow(/Cannot look whether the bucket "b" keeps versions/);
});
