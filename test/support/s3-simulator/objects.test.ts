import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { changeObject } from './change-object.ts';
import { contentMd5, contentOf } from './content.ts';
import { deleteObject } from './delete-object.ts';
import { putObject } from './put-object.ts';
import { changeBucket } from './store.ts';
import { failureOf, REPLICA_OWNER, SOURCE_OWNER, startWorld } from './test-world.ts';

const K = { Bucket: 'source', Key: 'k' };
const A = contentMd5(contentOf('a'));

describe('put and get', () => {
  test('an object with everything', async () => {
    const { client } = await startWorld();
    const put = {
      ContentType: 'text/x',
      CacheControl: 'c',
      Expires: new Date(0),
      Metadata: { M: 'v w' },
      Tagging: 'a=b%20c&d=',
    };
    const { ETag } = await client.send(new PutObjectCommand({ ...K, ...put, Body: 'a', StorageClass: 'ONEZONE_IA' }));

    const got = await client.send(new GetObjectCommand(K));
    const { TagSet } = await client.send(new GetObjectTaggingCommand(K));

    expect(ETag).toBe(`"${A}"`);
    expect(await got.Body?.transformToString()).toBe('a');
    expect(got).toMatchObject({
      ETag,
      ContentLength: 1,
      ContentType: 'text/x',
      CacheControl: 'c',
      ExpiresString: 'Thu, 01 Jan 1970 00:00:00 GMT',
      LastModified: new Date('2026-11-21T10:00:00.000Z'),
      Metadata: { m: 'v w' },
      StorageClass: 'ONEZONE_IA',
      TagCount: 2,
    });
    expect(got).not.toHaveProperty('VersionId');
    expect(TagSet).toEqual([
      { Key: 'a', Value: 'b c' },
      { Key: 'd', Value: '' },
    ]);
  });

  test('a stream, which comes in chunks with its checksum behind it', async () => {
    const { client, simulator } = await startWorld();
    const Body = Readable.from([Buffer.from('\r\n0\r\n'), Buffer.from('lo')]);
    await client.send(
      new PutObjectCommand({ ...K, Body, ContentLength: 7, ContentEncoding: 'gzip', ChecksumAlgorithm: 'CRC32C' }),
    );

    const got = await client.send(new GetObjectCommand({ ...K, ChecksumMode: 'ENABLED' }));

    expect(simulator.requests.all[0]?.headers['x-amz-content-sha256']).toBe('STREAMING-UNSIGNED-PAYLOAD-TRAILER');
    expect(await got.Body?.transformToString()).toBe('\r\n0\r\nlo');
    expect(got).toMatchObject({ ContentEncoding: 'gzip', ChecksumType: 'FULL_OBJECT' });
    expect(got.ChecksumCRC32C).toMatch(/^.{6}==$/);
  });

  test('an empty object', async () => {
    const { client } = await startWorld();
    await client.send(new PutObjectCommand({ ...K, Body: Buffer.alloc(0) }));
    expect(await client.send(new HeadObjectCommand(K))).toMatchObject({
      ContentLength: 0,
      ETag: '"d41d8cd98f00b204e9800998ecf8427e"',
    });
  });

  test.each([
    ['bytes=2-3', 'cd', 'bytes 2-3/6'],
    ['bytes=4-', 'ef', 'bytes 4-5/6'],
    ['bytes=-2', 'ef', 'bytes 4-5/6'],
    ['bytes=4-99', 'ef', 'bytes 4-5/6'],
    ['lines=1', 'abcdef', undefined],
  ])('the range %s', async (Range, expected, contentRange) => {
    const { store, client } = await startWorld();
    putObject(store, { bucket: 'source', key: 'k', content: 'abcdef' });
    const got = await client.send(new GetObjectCommand({ ...K, Range }));
    expect(await got.Body?.transformToString()).toBe(expected);
    expect(got.ContentRange).toBe(contentRange);
  });

  test('a checksum that is wrong is refused', async () => {
    const { client } = await startWorld();
    expect(await failureOf(client.send(new PutObjectCommand({ ...K, Body: 'a', ChecksumCRC32: 'AAAAAA==' })))).toBe(
      '400 BadDigest',
    );
  });

  test('metadata beyond ASCII comes back as an encoded word', async () => {
    const { client } = await startWorld();
    await client.send(
      new PutObjectCommand({ ...K, Body: Buffer.alloc(0), Metadata: { word: '=?UTF-8?B?w6kgYg==?=' } }),
    );
    expect((await client.send(new HeadObjectCommand(K))).Metadata).toEqual({ word: '=?UTF-8?B?w6kgYg==?=' });
  });
});

describe('errors of HEAD and GET', () => {
  test.each([
    ['a missing key', () => 0, '404 NotFound', '404 NoSuchKey'],
    ['a missing bucket', (store) => store.buckets.delete('source'), '404 NotFound', '404 NoSuchBucket'],
    [
      'a missing key without ListBucket',
      (store) => changeBucket(store, 'source', { mayList: false }),
      '403 Unknown',
      '403 AccessDenied',
    ],
    ['a key of the customer', customerKey, '400 Unknown', '400 InvalidRequest'],
    ['an archived object', archived, 'no failure', '403 InvalidObjectState'],
  ] as [string, (store: Parameters<typeof putObject>[0]) => unknown, string, string][])(
    '%s',
    async (_, prepare, head, get) => {
      const { store, client } = await startWorld();
      prepare(store);
      expect(await failureOf(client.send(new HeadObjectCommand(K)))).toBe(head);
      expect(await failureOf(client.send(new GetObjectCommand(K)))).toBe(get);
    },
  );

  test('another owner', async () => {
    const { client } = await startWorld();
    expect(await failureOf(client.send(new HeadObjectCommand({ ...K, ExpectedBucketOwner: REPLICA_OWNER })))).toBe(
      '403 Unknown',
    );
    expect(
      await failureOf(client.send(new HeadBucketCommand({ Bucket: 'source', ExpectedBucketOwner: REPLICA_OWNER }))),
    ).toBe('403 Unknown');
    expect(
      await failureOf(client.send(new HeadBucketCommand({ Bucket: 'source', ExpectedBucketOwner: SOURCE_OWNER }))),
    ).toBe('no failure');
  });

  test('a HEAD that fails has no body, under a delete marker it says so', async () => {
    const { store, simulator } = await startWorld({ source: { versioning: 'enabled' } });
    putObject(store, { bucket: 'source', key: 'k', content: 'a' });
    deleteObject(store, { bucket: 'source', key: 'k' });
    const answer = await fetch(`${simulator.endpoint}/source/k`, { method: 'HEAD' });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('x-amz-delete-marker')).toBe('true');
    expect(await answer.text()).toBe('');
  });

  test('conditions', async () => {
    const { store, client } = await startWorld();
    putObject(store, { bucket: 'source', key: 'k', content: 'a' });
    expect(await failureOf(client.send(new HeadObjectCommand({ ...K, IfMatch: A })))).toBe('no failure');
    expect(await failureOf(client.send(new HeadObjectCommand({ ...K, IfMatch: 'x' })))).toMatch('412');
    expect(await failureOf(client.send(new HeadObjectCommand({ ...K, IfNoneMatch: A })))).toMatch('304');
  });
});

describe('delete', () => {
  test.each([
    ['what is there', 'a', undefined, 'no failure'],
    ['what is not there', undefined, undefined, 'no failure'],
    ['what matches', 'a', A, 'no failure'],
    ['what differs', 'b', A, '412 PreconditionFailed'],
    ['what should match and is not there', undefined, A, '404 NoSuchKey'],
    ['whatever is there', 'a', '*', 'no failure'],
    ['whatever is there, and nothing is', undefined, '*', '412 PreconditionFailed'],
  ])('%s', async (_, content, IfMatch, expected) => {
    const { store, client } = await startWorld();
    if (content !== undefined) putObject(store, { bucket: 'source', key: 'k', content });
    expect(await failureOf(client.send(new DeleteObjectCommand({ ...K, IfMatch })))).toBe(expected);
    const gone = await failureOf(client.send(new HeadObjectCommand(K)));
    expect(gone).toBe(content !== undefined && expected !== 'no failure' ? 'no failure' : '404 NotFound');
  });
});

describe('versions', () => {
  test('are kept, hidden by markers, and come back when those are deleted', async () => {
    const { client } = await startWorld({ source: { versioning: 'enabled' } });
    const put = async (Body: string): Promise<string | undefined> =>
      (await client.send(new PutObjectCommand({ ...K, Body }))).VersionId;
    const [first, second] = [await put('a'), await put('b')];
    const marker = await client.send(new DeleteObjectCommand(K));
    expect(marker).toMatchObject({ DeleteMarker: true });
    expect(await failureOf(client.send(new HeadObjectCommand(K)))).toBe('404 NotFound');
    expect(await failureOf(client.send(new HeadObjectCommand({ ...K, VersionId: marker.VersionId })))).toMatch('405');
    expect(await client.send(new HeadObjectCommand({ ...K, VersionId: first }))).toMatchObject({ ETag: `"${A}"` });
    await client.send(new DeleteObjectCommand({ ...K, VersionId: marker.VersionId }));
    expect(await client.send(new HeadObjectCommand(K))).toMatchObject({ VersionId: second });
  });

  test('of a suspended bucket: the version null is replaced, the others stay', async () => {
    const { store, client } = await startWorld({ source: { versioning: 'enabled' } });
    putObject(store, { bucket: 'source', key: 'k', content: 'a' });
    await client.send(
      new PutBucketVersioningCommand({ Bucket: 'source', VersioningConfiguration: { Status: 'Suspended' } }),
    );
    await client.send(new PutObjectCommand({ ...K, Body: 'b' }));
    await client.send(new PutObjectCommand({ ...K, Body: 'c' }));
    expect(store.buckets.get('source')?.keys.get('k')?.versions).toHaveLength(2);
    expect(await client.send(new HeadObjectCommand(K))).toMatchObject({ VersionId: 'null' });
  });
});

test('tags change without a new version, ETag or time', async () => {
  const { client } = await startWorld({ source: { versioning: 'enabled' } });
  const { VersionId, ETag } = await client.send(new PutObjectCommand({ ...K, Body: 'a' }));
  await client.send(new PutObjectTaggingCommand({ ...K, Tagging: { TagSet: [{ Key: 'x&', Value: '<ü>' }] } }));
  expect(await client.send(new HeadObjectCommand(K))).toMatchObject({ VersionId, ETag, TagCount: 1 });
  expect((await client.send(new GetObjectTaggingCommand(K))).TagSet).toEqual([{ Key: 'x&', Value: '<ü>' }]);
});

test('buckets come and go', async () => {
  const { client } = await startWorld({ store: { account: SOURCE_OWNER } });
  await client.send(
    new CreateBucketCommand({ Bucket: 'new', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  expect((await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual(['source', 'new']);
  await client.send(new PutObjectCommand({ Bucket: 'new', Key: 'k', Body: Buffer.alloc(0) }));
  expect(await failureOf(client.send(new DeleteBucketCommand({ Bucket: 'new' })))).toBe('409 BucketNotEmpty');
  await client.send(new DeleteObjectCommand({ Bucket: 'new', Key: 'k' }));
  await client.send(new DeleteBucketCommand({ Bucket: 'new' }));
  expect(await failureOf(client.send(new HeadBucketCommand({ Bucket: 'new' })))).toBe('404 NotFound');
});

test('what the simulator does not know is refused', async () => {
  const { client } = await startWorld();
  const unknown = [
    client.send(new GetBucketAclCommand({ Bucket: 'source' })),
    client.send(new DeleteObjectsCommand({ Bucket: 'source', Delete: { Objects: [{ Key: 'k' }] } })),
    client.send(new PutObjectCommand({ ...K, ACL: 'public-read', Body: 'a' })),
  ];
  expect(await Promise.all(unknown.map(failureOf))).toEqual(unknown.map(() => '501 NotImplemented'));
});

function customerKey(store: Parameters<typeof putObject>[0]): unknown {
  return putObject(store, { bucket: 'source', key: 'k', content: 'a', attributes: { encryption: { type: 'SSE-C' } } });
}

function archived(store: Parameters<typeof putObject>[0]): unknown {
  putObject(store, { bucket: 'source', key: 'k', content: 'a' });
  return changeObject(store, { bucket: 'source', key: 'k' }, { storageClass: 'GLACIER' });
}
