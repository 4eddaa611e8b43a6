import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { objectKey } from '../../shared/object-key.ts';
import { s3GivenBack } from '../../shared/s3-given-back.ts';

const access = {
  name: 'photos',
  owner: '111122223333',
  client: new S3Client({}),
  signal: new AbortController().signal,
};
const [back, coming] = [
  { IsRestoreInProgress: false, RestoreExpiryDate: new Date('2026-12-21') },
  { IsRestoreInProgress: true },
];

it('tells what is restored, page by page, and reads no further than it must', async () => {
  const s3 = mockClient(S3Client);
  s3.on(ListObjectsV2Command)
    .resolvesOnce({
      EncodingType: 'url',
      IsTruncated: true,
      NextContinuationToken: 'more',
      Contents: [{ Key: 'a' }, { Key: 'b+%C3%A9', RestoreStatus: back }, { Key: 'c', RestoreStatus: coming }],
    })
    .resolvesOnce({
      EncodingType: 'url',
      IsTruncated: true,
      NextContinuationToken: 'still more',
      Contents: [
        { Key: 'd', RestoreStatus: back },
        { Key: 'e', RestoreStatus: back },
      ],
    })
    .rejects(new Error('It should not have been read'));
  const range = { after: objectKey('Z'), through: objectKey('d'), prefix: '' };
  expect([...(await s3GivenBack(access, range))]).toEqual(['b é', 'd']);
  expect(s3.commandCalls(ListObjectsV2Command).map(({ args: [{ input }] }) => input)).toMatchObject([
    {
      Bucket: 'photos',
      ExpectedBucketOwner: '111122223333',
      StartAfter: 'Z',
      OptionalObjectAttributes: ['RestoreStatus'],
    },
    { ContinuationToken: 'more' },
  ]);
});

it('says what it was doing where S3 refuses', async () => {
  mockClient(S3Client).on(ListObjectsV2Command).rejects(new Error('AccessDenied'));
  await expect(s3GivenBack(access, {})).rejects.toThrow('Cannot list what is restored in "photos"');
});
