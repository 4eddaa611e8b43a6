import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { s3GivenBack } from '../../../shared/s3/s3-given-back.ts';

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
      Contents: [{ Key: 'a' }, { Key: 'b+%C3%A9', RestoreStatus: back }, { Key: 'c', RestoreStatus: coming }],
    })
    .resolvesOnce({
      EncodingType: 'url',
      IsTruncated: true,
      Contents: [
        { Key: 'd', RestoreStatus: back },
        { Key: 'e', RestoreStatus: back },
      ],
    })
    .rejects(new Error('It should not have been read'));
  const part = { after: objectKey('Z'), through: objectKey('d') };
  expect([...(await s3GivenBack(access, { prefix: '' })(part))]).toEqual(['b é', 'd']);
  expect(s3.commandCalls(ListObjectsV2Command).map(({ args: [{ input }] }) => input)).toMatchObject([
    {
      Bucket: 'photos',
      ExpectedBucketOwner: '111122223333',
      StartAfter: 'Z',
      OptionalObjectAttributes: ['RestoreStatus'],
    },
    { StartAfter: 'c' },
  ]);
});

it.each([1, 7, 100, 250, 999, 1_000, 2_500])(
  'reads each page once, however small the parts are that it is asked for: %i keys',
  async (size) => {
    const keys = Array.from({ length: 5_000 }, (_, i) => objectKey(`k${String(i).padStart(4, '0')}`));
    const s3 = mockClient(S3Client);
    s3.on(ListObjectsV2Command).callsFake(({ StartAfter = '' }: { StartAfter?: string }) => {
      const rest = keys.filter((key) => key > StartAfter);
      const Contents = rest.slice(0, 1_000).map((Key) => ({ Key, RestoreStatus: back }));
      return { EncodingType: 'url', Contents, IsTruncated: rest.length > 1_000 };
    });
    const givenBack = s3GivenBack(access, {});
    const found: string[] = [];
    for (let i = 0; i < keys.length; i += size) {
      const [after, through] = [keys[i - 1], keys[Math.min(i + size, keys.length) - 1]];
      found.push(...(await givenBack({ ...(after && { after }), ...(through && { through }) })));
    }
    expect(found).toEqual(keys);
    expect(s3.commandCalls(ListObjectsV2Command)).toHaveLength(5);
  },
);

it('leaves out what lies between the parts', async () => {
  const s3 = mockClient(S3Client);
  s3.on(ListObjectsV2Command).resolves({ Contents: [], IsTruncated: false });
  const givenBack = s3GivenBack(access, { after: objectKey('a') });
  await givenBack({ through: objectKey('c') });
  // The first answer was the end.
  await givenBack({ after: objectKey('m'), through: objectKey('n') });
  // Asked for what is before the page that it knows, it reads again.
  await s3GivenBack(access, { after: objectKey('x') })({ after: objectKey('y'), through: objectKey('z') });
  expect(s3.commandCalls(ListObjectsV2Command).map(({ args: [{ input }] }) => input.StartAfter)).toEqual(['a', 'y']);
});

it('never takes a listing that breaks off for one that has ended', async () => {
  mockClient(S3Client).on(ListObjectsV2Command).resolves({ Contents: [], IsTruncated: true });
  await expect(s3GivenBack(access, {})({})).rejects.toThrow('Cannot list what is restored in "photos"');
});

it('says what it was doing where S3 refuses', async () => {
  mockClient(S3Client).on(ListObjectsV2Command).rejects(new Error('AccessDenied'));
  await expect(s3GivenBack(access, {})({})).rejects.toThrow('Cannot list what is restored in "photos"');
});
