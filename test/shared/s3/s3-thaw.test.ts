import { RestoreObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { s3Thaw } from '../../../shared/s3/s3-thaw.ts';

const s3 = mockClient(S3Client);
const thaw = s3Thaw({
  name: 'photos-eu',
  owner: '111122223333',
  client: new S3Client({}),
  signal: new AbortController().signal,
});
const key = objectKey('k');

beforeEach(() => {
  s3.reset();
  s3.on(RestoreObjectCommand).resolves({});
});

it.each([
  { storageClass: 'GLACIER', tier: 'bulk', is: { Days: 7, GlacierJobParameters: { Tier: 'Bulk' } } },
  { storageClass: 'GLACIER', tier: 'expedited', is: { Days: 7, GlacierJobParameters: { Tier: 'Expedited' } } },
  { storageClass: 'DEEP_ARCHIVE', tier: 'expedited', is: { Days: 7, GlacierJobParameters: { Tier: 'Standard' } } },
  { storageClass: 'INTELLIGENT_TIERING', tier: 'standard', is: { GlacierJobParameters: { Tier: 'Standard' } } },
  {
    storageClass: 'INTELLIGENT_TIERING',
    archiveStatus: 'ARCHIVE_ACCESS',
    tier: 'expedited',
    is: { GlacierJobParameters: { Tier: 'Expedited' } },
  },
  {
    storageClass: 'INTELLIGENT_TIERING',
    archiveStatus: 'DEEP_ARCHIVE_ACCESS',
    tier: 'expedited',
    is: { GlacierJobParameters: { Tier: 'Standard' } },
  },
] as const)('asks for a version in $storageClass, $tier', async ({ storageClass, tier, is, ...more }) => {
  await thaw(key, { versionId: 'v', storageClass, archiveStatus: undefined, tier, ...more });
  expect(s3.commandCalls(RestoreObjectCommand)[0]?.args[0].input).toEqual({
    Bucket: 'photos-eu',
    ExpectedBucketOwner: '111122223333',
    Key: 'k',
    VersionId: 'v',
    RestoreRequest: is,
  });
});

const failure = (name: string, status: number) =>
  new S3ServiceException({ name, $fault: 'client', message: name, $metadata: { httpStatusCode: status } });

it('takes it for no error that it was asked for already, but for one that it cannot be had', async () => {
  const version = { versionId: 'v', storageClass: 'GLACIER', archiveStatus: undefined, tier: 'standard' } as const;
  s3.on(RestoreObjectCommand).rejects(failure('RestoreAlreadyInProgress', 409));
  await expect(thaw(key, version)).resolves.toBeUndefined();
  s3.on(RestoreObjectCommand).rejects(failure('GlacierExpeditedRetrievalNotAvailable', 503));
  await expect(thaw(key, version)).rejects.toThrow(/Cannot ask the archive for "k" in "photos-eu"/);
});
