import {
  CopyObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type CopyObjectCommandInput,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { changeObject } from './change-object.ts';
import { contentMd5, contentOf, patternContent } from './content.ts';
import { beginCopy, copyObject } from './copy-object.ts';
import { deleteObject } from './delete-object.ts';
import { MAX_SINGLE, putObject } from './put-object.ts';
import { headObject } from './read-object.ts';
import { changeBucket, createBucket, createStore, type Store } from './store.ts';
import { failureOf, REPLICA_OWNER, SOURCE_OWNER, startWorld } from './test-world.ts';

const A = contentMd5(contentOf('a'));
const B = contentMd5(contentOf('b'));
const COPY = { Bucket: 'replica', Key: 'k', CopySource: 'source/k' };

describe('a copy over HTTP', () => {
  const cases: [
    name: string,
    prepare: (store: Store) => unknown,
    input: Partial<CopyObjectCommandInput>,
    expected: string,
  ][] = [
    ['no condition', () => 0, {}, 'no failure'],
    ['source matches', () => 0, { CopySourceIfMatch: `"${A}"` }, 'no failure'],
    ['source matches, written without quotes', () => 0, { CopySourceIfMatch: A }, 'no failure'],
    ['source differs', () => 0, { CopySourceIfMatch: B }, '412 PreconditionFailed'],
    ['source is what it must not be', () => 0, { CopySourceIfNoneMatch: A }, '412 PreconditionFailed'],
    ['source is newer than asked for', () => 0, { CopySourceIfUnmodifiedSince: new Date(0) }, '412 PreconditionFailed'],
    [
      'an ETag that matches outweighs the time',
      () => 0,
      { CopySourceIfMatch: A, CopySourceIfUnmodifiedSince: new Date(0) },
      'no failure',
    ],
    ['destination absent as expected', () => 0, { IfNoneMatch: '*' }, 'no failure'],
    ['destination is there already', replica('b'), { IfNoneMatch: '*' }, '412 PreconditionFailed'],
    ['delete marker counts as absent', marker, { IfNoneMatch: '*' }, 'no failure'],
    ['destination matches', replica('b'), { IfMatch: `"${B}"` }, 'no failure'],
    ['destination differs', replica('b'), { IfMatch: A }, '412 PreconditionFailed'],
    ['destination to match is not there', () => 0, { IfMatch: B }, '404 NoSuchKey'],
    ['destination to match is under a delete marker', marker, { IfMatch: B }, '404 NoSuchKey'],
    [
      'both owners as expected',
      () => 0,
      { ExpectedBucketOwner: REPLICA_OWNER, ExpectedSourceBucketOwner: SOURCE_OWNER },
      'no failure',
    ],
    ['another owner of the destination', () => 0, { ExpectedBucketOwner: SOURCE_OWNER }, '403 AccessDenied'],
    ['another owner of the source', () => 0, { ExpectedSourceBucketOwner: REPLICA_OWNER }, '403 AccessDenied'],
    ['source is missing', (store) => deleteObject(store, { bucket: 'source', key: 'k' }), {}, '404 NoSuchKey'],
    ['source may not be listed', sourceUnlisted, {}, '403 AccessDenied'],
    ['source bucket is missing', (store) => store.buckets.delete('source'), {}, '404 NoSuchBucket'],
    ['destination bucket is missing', (store) => store.buckets.delete('replica'), {}, '404 NoSuchBucket'],
    ['source is archived', storageClass('GLACIER'), {}, '403 InvalidObjectState'],
    ['source is archived by tiering', archiveTier, {}, '403 InvalidObjectState'],
    ['source is restored', restored, {}, 'no failure'],
    ['source is in a class that can be read at once', storageClass('GLACIER_IR'), {}, 'no failure'],
    ['source is encrypted by a key of the customer', customerKey, {}, '400 InvalidRequest'],
    ['source of 5 GiB', source(MAX_SINGLE), {}, 'no failure'],
    ['source of 5 GiB and one byte', source(MAX_SINGLE + 1), {}, '400 InvalidRequest'],
    ['onto itself', () => 0, { Bucket: 'source' }, '400 InvalidRequest'],
    ['onto itself with other metadata', () => 0, { Bucket: 'source', MetadataDirective: 'REPLACE' }, 'no failure'],
    ['onto itself in another class', () => 0, { Bucket: 'source', StorageClass: 'STANDARD_IA' }, 'no failure'],
    ['onto itself with a redirect', () => 0, { Bucket: 'source', WebsiteRedirectLocation: '/x' }, 'no failure'],
    ['a condition S3 does not have', () => 0, { IfNoneMatch: A }, '501 NotImplemented'],
    ['a header the simulator does not know', () => 0, { ObjectLockLegalHoldStatus: 'ON' }, '501 NotImplemented'],
  ];

  test.each(cases)('%s', async (_, prepare, input, expected) => {
    const { store, client } = await startWorld();
    putObject(store, { bucket: 'source', key: 'k', content: 'a' });
    prepare(store);

    expect(await failureOf(client.send(new CopyObjectCommand({ ...COPY, ...input })))).toBe(expected);
  });

  test('carries headers, metadata and tags, and not class, redirect and encryption', async () => {
    const { store, client } = await startWorld();
    const headers = {
      'content-type': 'text/plain',
      'content-encoding': 'gzip',
      'content-language': 'de',
      'content-disposition': 'inline',
      'cache-control': 'no-cache',
      expires: 'not a date',
    };
    const encryption = { type: 'aws:kms', keyId: 'of-the-source', bucketKey: true } as const;
    const tags = [{ key: 'a b', value: 'ü&<' }];
    const attributes = {
      headers,
      metadata: { m: 'v' },
      tags,
      encryption,
      storageClass: 'STANDARD_IA',
      websiteRedirect: '/x',
    };
    const checksum = { algorithm: 'SHA256' } as const;
    putObject(store, { bucket: 'source', key: 'k', content: 'a', attributes, checksum });

    const copied = await client.send(new CopyObjectCommand(COPY));
    const head = await client.send(new HeadObjectCommand({ Bucket: 'replica', Key: 'k', ChecksumMode: 'ENABLED' }));
    const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket: 'replica', Key: 'k' }));

    expect(copied.CopyObjectResult?.ETag).toBe(`"${A}"`);
    expect(head).toMatchObject({
      ContentType: 'text/plain',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      ContentDisposition: 'inline',
      CacheControl: 'no-cache',
      ExpiresString: 'not a date',
      Metadata: { m: 'v' },
      TagCount: 1,
      ServerSideEncryption: 'AES256',
      ChecksumSHA256: 'ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=',
      ChecksumType: 'FULL_OBJECT',
    });
    expect(head).not.toHaveProperty('StorageClass');
    expect(head).not.toHaveProperty('WebsiteRedirectLocation');
    expect(TagSet).toEqual([{ Key: 'a b', Value: 'ü&<' }]);
  });

  test('takes what it is told instead', async () => {
    const { store, client } = await startWorld();
    putObject(store, {
      bucket: 'source',
      key: 'k',
      content: 'a',
      attributes: { metadata: { old: '1' }, tags: [{ key: 'a', value: 'b' }] },
    });

    const input = { MetadataDirective: 'REPLACE', TaggingDirective: 'REPLACE', StorageClass: 'STANDARD_IA' } as const;
    await client.send(
      new CopyObjectCommand({
        ...COPY,
        ...input,
        Metadata: { new: '2' },
        WebsiteRedirectLocation: '/x',
        ContentType: 'a/b',
      }),
    );
    const head = await client.send(new HeadObjectCommand({ Bucket: 'replica', Key: 'k' }));

    expect(head).toMatchObject({
      Metadata: { new: '2' },
      StorageClass: 'STANDARD_IA',
      WebsiteRedirectLocation: '/x',
      ContentType: 'a/b',
    });
    expect(head).not.toHaveProperty('TagCount');
  });

  test('encrypted by KMS it has an ETag that is no MD5, another one each time', async () => {
    const { store, client } = await startWorld({
      replica: { encryption: { type: 'aws:kms', keyId: 'key', bucketKey: true } },
    });
    putObject(store, { bucket: 'source', key: 'k', content: 'a' });

    const first = await client.send(new CopyObjectCommand(COPY));
    const second = await client.send(new CopyObjectCommand(COPY));

    expect(first).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key', BucketKeyEnabled: true });
    expect(new Set([`"${A}"`, first.CopyObjectResult?.ETag, second.CopyObjectResult?.ETag]).size).toBe(3);
  });

  test.each(['a b', 'a+b', 'a%2Bb', 'ü😀', 'a/../b', '/a', 'a//b/', '?versionId=x', 'a&b=c', "'!()*"])(
    'of the key %s',
    async (key) => {
      const { store, client } = await startWorld();
      putObject(store, { bucket: 'source', key, content: 'a' });

      const CopySource = `source/${key.split('/').map(encodeURIComponent).join('/')}`;
      await client.send(new CopyObjectCommand({ Bucket: 'replica', Key: key, CopySource }));

      expect(headObject(store, { bucket: 'replica', key }).etag).toBe(A);
    },
  );

  test('tells the version that it took and the one that it made', async () => {
    const { store, client } = await startWorld({
      source: { versioning: 'enabled' },
      replica: { versioning: 'enabled' },
    });
    const { versionId } = putObject(store, { bucket: 'source', key: 'k', content: 'a' });
    putObject(store, { bucket: 'source', key: 'k', content: 'b' });

    const copied = await client.send(new CopyObjectCommand({ ...COPY, CopySource: `source/k?versionId=${versionId}` }));

    expect(copied.CopySourceVersionId).toBe(versionId);
    expect(headObject(store, { bucket: 'replica', key: 'k' })).toMatchObject({ etag: A, versionId: copied.VersionId });
  });
});

describe('between the two halves of a copy', () => {
  test('the source may change: the old bytes are written', () => {
    const store = world();
    const commit = begin(store, {});
    putObject(store, { bucket: 'source', key: 'k', content: 'b' });
    expect(commit().object.etag).toBe(A);
  });

  test.each([
    [412, 'appears', {}, 'PreconditionFailed'],
    [409, 'appears', {}, 'ConditionalRequestConflict'],
    [412, 'changes', { ifMatch: B }, 'PreconditionFailed'],
    [409, 'changes', { ifMatch: B }, 'ConditionalRequestConflict'],
    [412, 'disappears', { ifMatch: B }, 'NoSuchKey'],
    [409, 'disappears', { ifMatch: B }, 'ConditionalRequestConflict'],
    [412, 'changes and changes back', { ifMatch: B }, 'committed'],
    [409, 'changes and changes back', { ifMatch: B }, 'ConditionalRequestConflict'],
    [412, 'stays', { ifMatch: B }, 'committed'],
    [409, 'stays', { ifMatch: B }, 'committed'],
  ] as const)('answering %i, the destination %s', (conflict, event, condition, expected) => {
    const store = world(conflict);
    const write = (content: string): unknown => putObject(store, { bucket: 'replica', key: 'k', content });
    if (event !== 'appears') write('b');
    const commit = begin(store, 'ifMatch' in condition ? condition : { ifNoneMatch: '*' });
    if (event === 'disappears') deleteObject(store, { bucket: 'replica', key: 'k' });
    else if (event !== 'stays') write('c');
    if (event === 'changes and changes back') write('b');

    expect(outcome(commit)).toBe(expected);
  });

  test('the destination may go to another owner', () => {
    const store = world();
    const commit = begin(store, {});
    store.buckets.delete('replica');
    createBucket(store, { name: 'replica', owner: 'somebody else' });
    expect(outcome(commit)).toBe('AccessDenied');
  });
});

test('a copy of a described object is the same object', () => {
  const store = world();
  const { etag } = putObject(store, { bucket: 'source', key: 'big', content: patternContent(7, MAX_SINGLE) });
  expect(copyObject(store, { bucket: 'replica', key: 'big', source: { bucket: 'source', key: 'big' } }).etag).toBe(
    etag,
  );
});

function world(conflict: 409 | 412 = 412): Store {
  const store = createStore({ conflict });
  createBucket(store, { name: 'source', owner: SOURCE_OWNER });
  createBucket(store, { name: 'replica', owner: REPLICA_OWNER });
  putObject(store, { bucket: 'source', key: 'k', content: 'a' });
  return store;
}

function begin(store: Store, condition: { ifMatch?: string; ifNoneMatch?: string }): ReturnType<typeof beginCopy> {
  return beginCopy(store, {
    bucket: 'replica',
    key: 'k',
    expectedOwner: REPLICA_OWNER,
    condition,
    source: { bucket: 'source', key: 'k' },
  });
}

function outcome(commit: () => unknown): unknown {
  try {
    commit();
    return 'committed';
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

function replica(content: string): (store: Store) => unknown {
  return (store) => putObject(store, { bucket: 'replica', key: 'k', content });
}

function source(size: number): (store: Store) => unknown {
  return (store) => putObjectOfAnySize(store, size);
}

/** Larger than one PUT may be: such an object comes from an upload in parts. */
function putObjectOfAnySize(store: Store, size: number): unknown {
  const state = store.buckets.get('source')?.keys.get('k');
  const [version] = state?.versions ?? [];
  if (!state || version?.kind !== 'object') throw new TypeError('The object is missing');
  state.versions = [{ ...version, content: patternContent(1, size) }];
  return state;
}

function marker(store: Store): void {
  changeBucket(store, 'replica', { versioning: 'enabled' });
  replica('b')(store);
  deleteObject(store, { bucket: 'replica', key: 'k' });
}

function sourceUnlisted(store: Store): void {
  deleteObject(store, { bucket: 'source', key: 'k' });
  changeBucket(store, 'source', { mayList: false });
}

function storageClass(name: string): (store: Store) => unknown {
  return (store) => changeObject(store, { bucket: 'source', key: 'k' }, { storageClass: name });
}

function archiveTier(store: Store): unknown {
  const change = { storageClass: 'INTELLIGENT_TIERING', archiveStatus: 'ARCHIVE_ACCESS' };
  return changeObject(store, { bucket: 'source', key: 'k' }, change);
}

function restored(store: Store): unknown {
  return changeObject(store, { bucket: 'source', key: 'k' }, { storageClass: 'DEEP_ARCHIVE', restore: 'restored' });
}

function customerKey(store: Store): unknown {
  return changeObject(store, { bucket: 'source', key: 'k' }, { encryption: { type: 'SSE-C' } });
}
