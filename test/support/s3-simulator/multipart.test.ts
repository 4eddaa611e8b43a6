import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompleteMultipartUploadCommandInput,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { beginComplete } from './complete-upload.ts';
import { contentMd5, contentOf, MIB, patternContent, slice } from './content.ts';
import { copyObject } from './copy-object.ts';
import { createUpload, uploadPart } from './multipart-upload.ts';
import { putObject } from './put-object.ts';
import type { Store } from './store.ts';
import type { StoredObject } from './stored-object.ts';
import { failureOf, startWorld, type World } from './test-world.ts';

const K = { Bucket: 'replica', Key: 'k' };
const SIZE = 12 * MIB + 1;

describe('an upload in parts, copied from an object', () => {
  test('keeps everything that was said at its creation, and the ETag of its parts', async () => {
    const world = await startWorld();
    const source = putInParts(world.store, [5 * MIB, 6 * MIB, MIB + 1]);
    const create = {
      ContentType: 'a/b',
      Metadata: { m: 'v' },
      Tagging: 'a=b',
      WebsiteRedirectLocation: '/x',
      StorageClass: 'STANDARD_IA',
    } as const;

    const upload = await begin(world, create);
    const parts = [
      await copyPart(world, upload, { number: 1, start: 0, end: 5 * MIB }),
      await copyPart(world, upload, { number: 2, start: 5 * MIB, end: 11 * MIB }),
      await copyPart(world, upload, { number: 3, start: 11 * MIB, end: SIZE }),
    ];
    const done = await complete(world, upload, { parts, MpuObjectSize: SIZE, IfNoneMatch: '*' });
    const head = await world.client.send(new HeadObjectCommand({ ...K, ChecksumMode: 'ENABLED' }));

    expect(done.ETag).toBe(`"${source.etag}"`);
    expect(head).toMatchObject({
      ETag: `"${source.etag}"`,
      ContentLength: SIZE,
      ContentType: 'a/b',
      TagCount: 1,
      WebsiteRedirectLocation: '/x',
    });
    expect(head).toMatchObject({ StorageClass: 'STANDARD_IA', Metadata: { m: 'v' }, ChecksumType: 'FULL_OBJECT' });
    expect(head).not.toHaveProperty('PartsCount');
    const { Uploads } = await world.client.send(new ListMultipartUploadsCommand({ Bucket: 'replica' }));
    expect(Uploads).toBeUndefined();
  });

  test('tells its layout part by part', async () => {
    const { store, client } = await startWorld();
    putInParts(store, [5 * MIB, 6 * MIB, 1]);
    const heads = [1, 2, 3].map((PartNumber) =>
      client.send(new HeadObjectCommand({ Bucket: 'source', Key: 'k', PartNumber })),
    );
    expect((await Promise.all(heads)).map(({ ContentLength, PartsCount }) => [ContentLength, PartsCount])).toEqual([
      [5 * MIB, 3],
      [6 * MIB, 3],
      [1, 3],
    ]);
    expect(await failureOf(client.send(new HeadObjectCommand({ Bucket: 'source', Key: 'k', PartNumber: 4 })))).toMatch(
      '416',
    );
  });

  test('has the ETag that is made of the ETags of its parts', async () => {
    const { store } = await startWorld();
    const target = { bucket: 'source', key: 'k' };
    const uploadId = createUpload(store, target).id;
    const bytes = [Buffer.alloc(5 * MIB, 'a'), Buffer.from('b')];
    const parts = bytes.map((part, index) =>
      uploadPart(store, { ...target, uploadId, number: index + 1 }, contentOf(part)),
    );
    const { etag } = beginComplete(store, {
      ...target,
      uploadId,
      parts: parts.map(({ number, etag }) => ({ number, etag })),
    })();
    const md5 = createHash('md5');
    for (const part of bytes) md5.update(createHash('md5').update(part).digest());
    expect(etag).toBe(`${md5.digest('hex')}-2`);
  });

  test('becomes a single part by a plain copy', async () => {
    const { store } = await startWorld();
    const source = putInParts(store, [5 * MIB, 1]);
    const copied = copyObject(store, { bucket: 'replica', key: 'k', source: { bucket: 'source', key: 'k' } });
    expect(copied).toMatchObject({ etag: contentMd5(source.content), content: source.content });
    expect(copied).not.toHaveProperty('parts');
  });

  test.each([
    ['the source changed', { CopySourceIfMatch: 'x' }, '412 PreconditionFailed'],
    ['beyond the end', { CopySourceRange: `bytes=0-${SIZE}` }, '400 InvalidArgument'],
    ['a range that is none', { CopySourceRange: 'bytes=5-' }, '400 InvalidArgument'],
    ['another owner of the source', { ExpectedSourceBucketOwner: 'x' }, '403 AccessDenied'],
    ['a part too many', { PartNumber: 10_001 }, '400 InvalidArgument'],
    ['an upload that is not there', { UploadId: 'x' }, '404 NoSuchUpload'],
    ['a range of a small object', { CopySource: 'source/small', CopySourceRange: 'bytes=0-1' }, '400 InvalidRequest'],
    [
      'a part of more than 5 GiB',
      { CopySource: 'source/big', CopySourceRange: `bytes=0-${5 * 1024 * MIB}` },
      '400 InvalidRequest',
    ],
  ])('a copy of a part is refused: %s', async (_, input, expected) => {
    const world = await startWorld();
    putInParts(world.store, [5 * MIB, SIZE - 5 * MIB]);
    putInParts(world.store, [5 * 1024 * MIB, 5 * 1024 * MIB], 'big');
    putObject(world.store, { bucket: 'source', key: 'small', content: 'small' });
    const UploadId = await begin(world, {});
    const part = { ...K, PartNumber: 1, CopySource: 'source/k', UploadId, ...input };
    expect(await failureOf(world.client.send(new UploadPartCopyCommand(part)))).toBe(expected);
  });
});

describe('to complete an upload', () => {
  test.each<[string, Partial<CompleteMultipartUploadCommandInput>, number[], string]>([
    ['as it is', {}, [1, 2], 'no failure'],
    ['with the size it has', { MpuObjectSize: 5 * MIB + 1 }, [1, 2], 'no failure'],
    ['with another size', { MpuObjectSize: 5 * MIB }, [1, 2], '400 InvalidRequest'],
    ['without parts', {}, [], '400 MalformedXML'],
    ['in the wrong order', {}, [2, 1], '400 InvalidPartOrder'],
    ['with a part that is not there', {}, [1, 3], '400 InvalidPart'],
    ['with a small part in the middle', {}, [2, 4], '400 EntityTooSmall'],
    ['with some of its parts', {}, [2], 'no failure'],
    ['over an object', { IfNoneMatch: '*' }, [1, 2], '412 PreconditionFailed'],
    ['over an object that differs', { IfMatch: 'x' }, [1, 2], '412 PreconditionFailed'],
    ['over the object that was seen', { IfMatch: contentMd5(contentOf('there')) }, [1, 2], 'no failure'],
    ['in a bucket of another owner', { ExpectedBucketOwner: 'x' }, [1, 2], '403 AccessDenied'],
  ])('%s', async (_, input, numbers, expected) => {
    const world = await startWorld();
    putObject(world.store, { bucket: 'replica', key: 'k', content: 'there' });
    const UploadId = await begin(world, {});
    const etags = new Map([[3, 'x']]);
    for (const [number, size] of [
      [1, 5 * MIB],
      [2, 1],
      [4, 1],
    ] as const) {
      etags.set(
        number,
        uploadPart(
          world.store,
          { bucket: 'replica', key: 'k', uploadId: UploadId, number },
          patternContent(number, size),
        ).etag,
      );
    }
    const parts = numbers.map((PartNumber) => ({ PartNumber, ETag: etags.get(PartNumber) }));
    expect(await failureOf(complete(world, UploadId, { ...input, parts }))).toBe(expected);
  });

  test('a failed condition leaves the upload as it is; after a conflict nothing helps but a new one', async () => {
    let answer: 409 | 412 = 412;
    const world = await startWorld({ store: { conflict: () => answer } });
    const UploadId = await begin(world, {});
    const { ETag } = await world.client.send(new UploadPartCommand({ ...K, UploadId, PartNumber: 1, Body: 'a' }));
    const target = { bucket: 'replica', key: 'k' };
    const chosen = { uploadId: UploadId, parts: [{ number: 1, etag: contentMd5(contentOf('a')) }] };
    const overtaken = (): (() => unknown) => {
      const commit = beginComplete(world.store, { ...target, ...chosen, condition: { ifNoneMatch: '*' } });
      putObject(world.store, { ...target, content: 'b' });
      return commit;
    };
    expect(overtaken()).toThrow('If-None-Match');
    answer = 409;
    expect(overtaken()).toThrow('conflicting operation');
    const again = complete(world, UploadId, { parts: [{ PartNumber: 1, ETag }] });
    expect(await failureOf(again)).toBe('409 ConditionalRequestConflict');
    await world.client.send(new AbortMultipartUploadCommand({ ...K, UploadId }));
  });

  test('once', async () => {
    const world = await startWorld();
    const UploadId = await begin(world, {});
    const { ETag } = await world.client.send(new UploadPartCommand({ ...K, UploadId, PartNumber: 1, Body: 'a' }));
    const parts = [{ PartNumber: 1, ETag }];
    expect(await failureOf(complete(world, UploadId, { parts }))).toBe('no failure');
    expect(await failureOf(complete(world, UploadId, { parts }))).toBe('404 NoSuchUpload');
  });

  test('with a composite checksum, every part must bring its own', async () => {
    const world = await startWorld();
    const UploadId = await begin(world, { ChecksumAlgorithm: 'SHA256' });
    const part = await world.client.send(
      new UploadPartCommand({ ...K, UploadId, PartNumber: 1, Body: 'a', ChecksumAlgorithm: 'SHA256' }),
    );
    const { ETag, ChecksumSHA256 } = part;
    expect(await failureOf(complete(world, UploadId, { parts: [{ PartNumber: 1, ETag }] }))).toBe('400 InvalidRequest');
    await complete(world, UploadId, { parts: [{ PartNumber: 1, ETag, ChecksumSHA256 }] });
    const head = await world.client.send(new HeadObjectCommand({ ...K, ChecksumMode: 'ENABLED' }));
    const sum = createHash('sha256').update(createHash('sha256').update('a').digest()).digest('base64');
    expect(head).toMatchObject({ ChecksumSHA256: `${sum}-1`, ChecksumType: 'COMPOSITE' });
    expect(head.ETag).toMatch(/-1"$/);
  });
});

test('parts and uploads are listed, and gone after an abort', async () => {
  const world = await startWorld();
  const UploadId = await begin(world, {});
  for (const PartNumber of [3, 1, 2])
    await world.client.send(new UploadPartCommand({ ...K, UploadId, PartNumber, Body: 'a' }));
  const first = await world.client.send(new ListPartsCommand({ ...K, UploadId, MaxParts: 2 }));
  const second = await world.client.send(
    new ListPartsCommand({ ...K, UploadId, PartNumberMarker: first.NextPartNumberMarker }),
  );
  expect(
    [first, second].map(({ Parts, IsTruncated }) => [Parts?.map(({ PartNumber }) => PartNumber), IsTruncated]),
  ).toEqual([
    [[1, 2], true],
    [[3], false],
  ]);
  const { Uploads } = await world.client.send(new ListMultipartUploadsCommand({ Bucket: 'replica', Prefix: 'k' }));
  expect(Uploads).toMatchObject([{ Key: 'k', UploadId }]);
  await world.client.send(new AbortMultipartUploadCommand({ ...K, UploadId }));
  expect(await failureOf(world.client.send(new ListPartsCommand({ ...K, UploadId })))).toBe('404 NoSuchUpload');
});

test('an object of 5 TiB in 10,000 parts keeps its ETag through a copy along its parts', async () => {
  const { store } = await startWorld();
  const size = 525 * MIB;
  const source = putInParts(
    store,
    Array.from({ length: 10_000 }, (_, index) => (index === 9_999 ? 1 : size)),
  );
  const copied = putInParts(store, source.parts?.map((part) => part.size) ?? [], 'again');
  expect(source.content.size).toBeGreaterThan(5e12);
  expect(copied.etag).toBe(source.etag);
});

/** One object of a pattern, put in parts of these sizes, without HTTP. */
function putInParts(store: Store, sizes: readonly number[], key = 'k'): StoredObject {
  const target = { bucket: 'source', key };
  const { id } = createUpload(store, target);
  const whole = patternContent(
    1,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  let start = 0;
  const parts = sizes.map((size, index) => {
    const part = uploadPart(
      store,
      { ...target, uploadId: id, number: index + 1 },
      slice(whole, start, (start += size)),
    );
    return { number: part.number, etag: part.etag };
  });
  return beginComplete(store, { ...target, uploadId: id, parts })();
}

async function begin({ client }: World, input: object): Promise<string> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...K, ...input }));
  return UploadId ?? '';
}

interface Piece {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

interface Part {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
}

async function copyPart({ client }: World, UploadId: string, { number, start, end }: Piece): Promise<Part> {
  const CopySourceRange = `bytes=${start}-${end - 1}`;
  const { CopyPartResult } = await client.send(
    new UploadPartCopyCommand({ ...K, UploadId, PartNumber: number, CopySource: 'source/k', CopySourceRange }),
  );
  return { PartNumber: number, ETag: CopyPartResult?.ETag };
}

function complete(
  { client }: World,
  UploadId: string,
  { parts, ...input }: Partial<CompleteMultipartUploadCommandInput> & { parts: readonly Part[] },
): Promise<{ ETag?: string | undefined }> {
  return client.send(
    new CompleteMultipartUploadCommand({ ...K, UploadId, ...input, MultipartUpload: { Parts: [...parts] } }),
  );
}
