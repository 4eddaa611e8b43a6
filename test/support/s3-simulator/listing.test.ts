import {
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectsV2CommandInput,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { deleteObject } from './delete-object.ts';
import { compareUtf8 } from './key-order.ts';
import { patternContent } from './content.ts';
import { putObject } from './put-object.ts';
import { failureOf, REPLICA_OWNER, startWorld, type World } from './test-world.ts';

const KEYS = ['a', 'a/1', 'a/2', 'a/b/3', 'b', 'b c+d', 'z\u{FF5E}', 'z\u{1F600}'];

describe('a listing', () => {
  test.each<[string, Partial<ListObjectsV2CommandInput>, string[], string[]]>([
    ['everything', {}, KEYS, []],
    ['a prefix', { Prefix: 'a/' }, ['a/1', 'a/2', 'a/b/3'], []],
    ['a prefix that nothing has', { Prefix: 'x' }, [], []],
    ['a delimiter', { Delimiter: '/' }, ['a', 'b', 'b c+d', 'z\u{FF5E}', 'z\u{1F600}'], ['a/']],
    ['a prefix and a delimiter', { Prefix: 'a/', Delimiter: '/' }, ['a/1', 'a/2'], ['a/b/']],
    ['behind a key', { StartAfter: 'a/2' }, KEYS.slice(3), []],
    ['behind a key that is not there', { StartAfter: 'a/20' }, KEYS.slice(3), []],
  ])('of %s, in pages of every size', async (_, input, keys, groups) => {
    const world = await startWorld();
    for (const key of KEYS.toReversed()) putObject(world.store, { bucket: 'source', key, content: key });
    for (const MaxKeys of [1, 2, 3, 1000])
      expect(await listAll(world, { ...input, MaxKeys })).toEqual({ keys, groups });
  });

  test('shows what belongs to an object', async () => {
    const { store, client } = await startWorld();
    putObject(store, {
      bucket: 'source',
      key: 'k',
      content: patternContent(1, 2 ** 32),
      attributes: { storageClass: 'GLACIER' },
    });
    const { Contents, KeyCount } = await client.send(new ListObjectsV2Command({ Bucket: 'source' }));
    expect(KeyCount).toBe(1);
    expect(Contents).toEqual([
      {
        Key: 'k',
        LastModified: new Date('2026-11-21T10:00:00.000Z'),
        ETag: expect.stringMatching(/^"[\da-f]{32}"$/),
        ChecksumAlgorithm: ['CRC64NVME'],
        ChecksumType: 'FULL_OBJECT',
        Size: 2 ** 32,
        StorageClass: 'GLACIER',
      },
    ]);
  });

  test('encodes keys as a form does', async () => {
    const { store, client } = await startWorld();
    const key = "a b/+%\r\n\u0001ü&<'";
    putObject(store, { bucket: 'source', key, content: '' });
    const { Contents } = await client.send(
      new ListObjectsV2Command({ Bucket: 'source', EncodingType: 'url', Prefix: 'a b' }),
    );
    expect(Contents?.[0]?.Key).toBe('a+b/%2B%25%0D%0A%01%C3%BC%26%3C%27');
  });

  test('may have fewer keys in a page than were asked for', async () => {
    const world = await startWorld({ store: { pageSize: 3 } });
    for (const key of KEYS) putObject(world.store, { bucket: 'source', key, content: '' });
    const first = await world.client.send(new ListObjectsV2Command({ Bucket: 'source' }));
    expect(first).toMatchObject({ IsTruncated: true, KeyCount: 3 });
    expect(await listAll(world, {})).toMatchObject({ keys: KEYS });
  });

  test('hides what is under a delete marker', async () => {
    const world = await startWorld({ source: { versioning: 'enabled' } });
    for (const key of ['a', 'b']) putObject(world.store, { bucket: 'source', key, content: '' });
    deleteObject(world.store, { bucket: 'source', key: 'a' });
    expect(await listAll(world, {})).toMatchObject({ keys: ['b'] });
  });

  test.each([
    ['another owner', { ExpectedBucketOwner: REPLICA_OWNER }, '403 AccessDenied'],
    ['a missing bucket', { Bucket: 'nowhere' }, '404 NoSuchBucket'],
    ['a made-up token', { ContinuationToken: 'x' }, '400 InvalidArgument'],
  ])('of %s is refused', async (_, input, expected) => {
    const { client } = await startWorld();
    expect(await failureOf(client.send(new ListObjectsV2Command({ Bucket: 'source', ...input })))).toBe(expected);
  });
});

test('all versions, the newest of each key first, in pages of every size', async () => {
  const { store, client } = await startWorld({ source: { versioning: 'enabled' } });
  for (const key of ['b', 'a', 'a', 'b']) putObject(store, { bucket: 'source', key, content: '' });
  deleteObject(store, { bucket: 'source', key: 'a' });
  for (const MaxKeys of [1, 2, 3, 1000]) {
    const seen: unknown[] = [];
    let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (markers) {
      const page: ListObjectVersionsCommandOutput = await client.send(
        new ListObjectVersionsCommand({ Bucket: 'source', MaxKeys, ...markers }),
      );
      // The SDK returns markers apart from versions; the one marker here is the newest of all.
      for (const { Key, VersionId } of [...(page.DeleteMarkers ?? []), ...(page.Versions ?? [])])
        seen.push(`${Key} ${VersionId}`);
      markers =
        page.IsTruncated === true
          ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
          : undefined;
    }
    const expected = ['a 5', 'a 3', 'a 2', 'b 4', 'b 1'].map((text) =>
      text.replace(/\d/, (id) => `v${id.padStart(12, '0')}`),
    );
    expect(seen).toEqual(expected);
  }
});

test('keys compare as their UTF-8 bytes do', () => {
  const texts = [
    '',
    'a',
    'a\u0000',
    'ab',
    '\u007F',
    '\u0080',
    'é',
    '\uD7FF',
    '\uE000',
    '\u{FF5E}',
    '\u{FFFD}',
    '\u{10000}',
    '\u{1F600}',
    '\u{10FFFF}',
  ];
  for (const left of texts) {
    for (const right of texts) {
      const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
      expect(Math.sign(compareUtf8(left, right)), `${left} ${right}`).toBe(expected);
    }
  }
});

async function listAll(
  { client }: World,
  input: Partial<ListObjectsV2CommandInput>,
): Promise<{ keys: unknown[]; groups: unknown[] }> {
  const keys: unknown[] = [];
  const groups: unknown[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: 'source', ...input, ContinuationToken }));
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    groups.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    ContinuationToken = page.NextContinuationToken;
    expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
  } while (ContinuationToken !== undefined);
  return { keys, groups };
}
