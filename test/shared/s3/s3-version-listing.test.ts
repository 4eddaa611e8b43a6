import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { BucketError } from '../../../shared/objects/bucket.ts';
import { compareKeys } from '../../../shared/objects/key-order.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { s3VersionListing, s3VersionListingClient } from '../../../shared/s3/s3-version-listing.ts';
import { unquoted } from '../../../shared/s3/s3-wire.ts';
import type { VersionCursor, VersionListing, VersionRequest } from '../../../shared/listing/version-listing.ts';
import { deleteObject } from '../../support/s3-simulator/delete-object.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { changeBucket } from '../../support/s3-simulator/store.ts';
import { clientOf, SOURCE_OWNER, startWorld } from '../../support/s3-simulator/test-world.ts';
import type { World, WorldOptions } from '../../support/s3-simulator/test-world.ts';
import { startScript } from '../../support/scripted-listing.ts';
import { signatureOf } from '../../support/signature.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const KEYS = ['a', 'a b/+%\r\n\u0001ü&<\'"', 'a/', 'a//', 'a/1', 'b', 'b/2', 'c', '～', '😀'];
const match = { operation: 'ListObjectVersions' } as const;

function listedAt(
  endpoint: string,
  { reader, attempts = 1 }: { readonly reader: 'scanner' | 'sdk'; readonly attempts?: number },
): VersionListing {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const client = s3VersionListingClient('us-east-1', { attempts, sockets: 4, endpoint, reader });
  return s3VersionListing({ name: 'source', owner: SOURCE_OWNER, client, signal: new AbortController().signal });
}

/** What happened in a bucket, in turns; `versioning` as of then. */
interface Turn {
  readonly key: string;
  readonly deleted: boolean;
  readonly versioning: 'off' | 'enabled' | 'suspended';
}

const turn = fc.record<Turn>({
  key: fc.constantFrom(...KEYS),
  deleted: fc.boolean(),
  versioning: fc.constantFrom('enabled', 'enabled', 'enabled', 'suspended'),
});
const history = fc.tuple(
  fc.array(
    turn.map((one): Turn => ({ ...one, versioning: 'off' })),
    { maxLength: 6 },
  ),
  fc.array(turn, { maxLength: 40 }),
);

async function played(turns: readonly Turn[], options: WorldOptions): Promise<World> {
  let now = Date.parse('2026-01-01T10:00:00.500Z');
  const world = await startWorld({
    ...options,
    store: { ...options.store, now: () => now },
    source: { versioning: 'off' },
  });
  for (const { key, deleted, versioning } of turns) {
    now += 700;
    if (versioning !== 'off') changeBucket(world.store, 'source', { versioning });
    if (deleted) deleteObject(world.store, { bucket: 'source', key });
    else putObject(world.store, { bucket: 'source', key, content: `${key} ${now}` });
  }
  return world;
}

async function listed(listing: VersionListing, request: VersionRequest = {}): Promise<readonly string[]> {
  const rows: string[] = [];
  let cursor: VersionCursor | undefined;
  do {
    const { keys, next } = await listing.page(cursor ? { ...request, cursor } : request);
    for (const { key, versions } of keys)
      for (const { versionId, lastModified, isLatest, deleteMarker, etag, size } of versions)
        rows.push(JSON.stringify([key, versionId, lastModified.getTime(), isLatest, deleteMarker, etag, size]));
    cursor = next;
  } while (cursor !== undefined);
  return rows;
}

/** As the SDK's own pages tell it, the whole bucket in one. */
async function known({ simulator, store }: World): Promise<readonly string[]> {
  expect(store.buckets.get('source')).toBeDefined();
  const client = clientOf(simulator);
  const {
    Versions = [],
    DeleteMarkers = [],
    IsTruncated,
  } = await client.send(new ListObjectVersionsCommand({ Bucket: 'source', EncodingType: 'url' }));
  client.destroy();
  expect(IsTruncated).toBe(false);
  const rows = [
    ...Versions.map((row) => ({ ...row, deleted: false })),
    ...DeleteMarkers.map((row) => ({ ...row, ETag: '', Size: 0, deleted: true })),
  ];
  return rows.map(({ Key = '', VersionId, LastModified, IsLatest, deleted, ETag = '', Size }) =>
    JSON.stringify([
      decodeURIComponent(Key.replaceAll('+', ' ')),
      VersionId,
      LastModified?.getTime(),
      IsLatest,
      deleted,
      unquoted(ETag),
      Size,
    ]),
  );
}

describe.each(['scanner', 'sdk'] as const)('versions read by %s', (reader) => {
  it('are those that the SDK reads, each once and in order, in pages of every size', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.constantFrom(1, 2, 3, 7, 1000), async ([before, after], size) => {
        let pageSize = 1000;
        const world = await played([...before, ...after], { store: { pageSize: () => pageSize } });
        const all = await known(world);
        pageSize = size;
        const told = await listed(listedAt(world.simulator.endpoint, { reader }));
        expect(told.toSorted()).toEqual(all.toSorted());
        const keys = told.map((row) => String(JSON.parse(row)[0]));
        expect(keys).toEqual(keys.toSorted(compareKeys));
      }),
      { numRuns: 25 },
    );
  });

  it('go on after what fails once', async () => {
    const all = [1, 2].flatMap(() => KEYS.map((key): Turn => ({ key, deleted: false, versioning: 'enabled' })));
    let pageSize = 1000;
    const world = await played(all, { store: { pageSize: () => pageSize } });
    const rows = await known(world);
    pageSize = 3;
    const { faults } = world.simulator;
    const faulty = [
      ['503 SlowDown', 'a'],
      ['reset', 'a/'],
      ['200 InternalError', 'a/1'],
      ['cut', 'b/2'],
    ] as const;
    for (const [fault, after] of faulty)
      faults.add({ match: ({ query }) => compareKeys(query.get('key-marker') ?? '', after) > 0, fault });
    const told = await listed(listedAt(world.simulator.endpoint, { reader, attempts: 4 }));
    expect(told.toSorted()).toEqual(rows.toSorted());
    expect(world.simulator.requests.count(match)).toBe(1 + 7 + faulty.length);
  });

  test.each<[string, VersionRequest, readonly string[]]>([
    ['with a prefix', { prefix: 'a/' }, ['a/', 'a//', 'a/1']],
    ['behind all versions of a key', { after: objectKey('a/1') }, KEYS.slice(5)],
    ['behind a key that is not there', { after: objectKey('a/0') }, KEYS.slice(4)],
    ['of none', { prefix: 'x' }, []],
  ])('%s', async (_name, request, keys) => {
    const all = [1, 2].flatMap(() => KEYS.map((key): Turn => ({ key, deleted: false, versioning: 'enabled' })));
    const { simulator } = await played(all, { store: { pageSize: 3 } });
    const told = await listed(listedAt(simulator.endpoint, { reader }), request);
    expect(told.map((row) => JSON.parse(row)[0])).toEqual(keys.flatMap((key) => [key, key]));
  });

  test.each([
    ['500 InternalError', /status 500/],
    ['200 InternalError', /status 503|IsTruncated|InternalError/],
    ['403 AccessDenied', /status 403: access denied/],
    ['reset', /ECONNRESET/],
  ] as const)('that fail by %s on a later page are an error, never the end', async (fault, message) => {
    const all = KEYS.map((key): Turn => ({ key, deleted: false, versioning: 'enabled' }));
    const { simulator } = await played(all, { store: { pageSize: 4 } });
    simulator.faults.add({ match: ({ query }) => query.has('key-marker'), fault, times: 'always' });
    const listing = listed(listedAt(simulator.endpoint, { reader, attempts: 2 }));
    await expect(listing).rejects.toThrow(message);
    await expect(listing).rejects.toThrow(/^Cannot list the versions of "source": /);
    await expect(listing).rejects.toBeInstanceOf(BucketError);
    // The copy of the first request is one more.
    const copies = reader === 'scanner' ? 1 : 0;
    expect(simulator.requests.count(match)).toBe((fault === '403 AccessDenied' ? 2 : 3) + copies);
  });

  const entry = (key: string, id = 'v') =>
    `<Version><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>true</IsLatest><LastModified>2026-01-01T10:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass></Version>`;
  const body = (content: string, truncated = 'false') =>
    `<?xml version="1.0"?><ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>${truncated}</IsTruncated>${content}</ListVersionsResult>`;
  const marker = (key: string, id: string) =>
    `<NextKeyMarker>${key}</NextKeyMarker><NextVersionIdMarker>${id}</NextVersionIdMarker>`;

  test.each<[string, VersionRequest, string, RegExp]>([
    ['not in order', {}, body(entry('b') + entry('a')), /"a" comes after "b"/],
    ['of a key twice', {}, body(entry('a') + entry('b') + entry('a')), /"a" comes after "b"/],
    ['in the order of UTF-16', {}, body(entry('%F0%9F%98%80') + entry('%EF%BD%9E')), /"～" comes after "😀"/],
    ['of a key that was passed', { after: objectKey('b') }, body(entry('b')), /"b" comes after "b"/],
    ['of a key before the cursor', { cursor: { key: 'b', version: 'v' } }, body(entry('a')), /"a" comes after "b"/],
    ['behind a key that it has again', { cursor: { key: 'b' } }, body(entry('b')), /"b" comes after "b"/],
    ['without the prefix', { prefix: 'a' }, body(entry('b')), /does not begin with "a"/],
    ['that go on nowhere', {}, body(entry('a'), 'true'), /NextKeyMarker/],
    [
      'that go on where they began',
      { cursor: { key: 'a', version: 'v' } },
      body(marker('a', 'v'), 'true'),
      /where it began/,
    ],
    ['that go back', {}, body(entry('b') + marker('a', 'v'), 'true'), /not its order/],
    ['that do not tell whether that is all', {}, body('').replace(/<IsTruncated>.*<\/IsTruncated>/, ''), /IsTruncated/],
    ['that are not encoded', {}, body(entry('a')).replace('url', ''), /did not encode/],
    [
      'that XML cannot hold',
      {},
      body(entry('a&#13;')).replace(/<EncodingType>.*?<.EncodingType>/, ''),
      /did not encode/,
    ],
    ['without an id', {}, body(entry('a').replace(/<VersionId>.*<\/VersionId>/, '')), /VersionId/],
    ['without an ETag', {}, body(entry('a').replace(/<ETag>.*<\/ETag>/, '')), /ETag/],
    ['cut off', {}, body(entry('a')).slice(0, -30), /Cannot|Unclosed|Error|XML/i],
  ])('%s are an error', async (_name, request, answer, message) => {
    const script = await startScript();
    script.play(answer);
    const listing = listedAt(script.endpoint, { reader });
    await expect(listing.page(request)).rejects.toThrow(message);
    await script.close();
  });

  it('may come in pages that are empty, or hold delete markers only', async () => {
    const script = await startScript();
    const deleted = (key: string, id: string) =>
      `<DeleteMarker><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>false</IsLatest><LastModified>2026-01-01T10:00:00.000Z</LastModified></DeleteMarker>`;
    script.play(
      body(marker('a', 'm1'), 'true'),
      body(deleted('a%2Bb', 'm2') + deleted('a%2Bb', 'm3') + marker('a%2Bb', 'm3'), 'true'),
      body(entry('a%2Bb', 'null') + entry('a+b')),
    );
    const told = await listed(listedAt(script.endpoint, { reader })).catch((error: unknown) => String(error));
    expect(told).toMatch(/"a b" comes after "a\+b"/);
    script.play(
      body(marker('a', 'm1'), 'true'),
      body(deleted('a%2Bb', 'm2') + deleted('a%2Bb', 'm3') + marker('a%2Bb', 'm3'), 'true'),
      body(entry('a%2Bb', 'null') + entry('b')),
    );
    const rows = await listed(listedAt(script.endpoint, { reader }));
    expect(rows.map((row) => JSON.parse(row).slice(0, 2).join(' '))).toEqual(['a+b m2', 'a+b m3', 'a+b null', 'b v']);
    expect(script.queries.map((query) => [query.get('key-marker'), query.get('version-id-marker')])).toEqual([
      [null, null],
      ['a', 'm1'],
      ['a+b', 'm3'],
    ]);
    for (const request of script.requests) {
      expect(request.url).toContain('encoding-type=url');
      expect(request.headers['authorization']).toContain(`Signature=${signatureOf(request, 'test')}`);
    }
    await script.close();
  });
});

it('the scanner keeps versions and delete markers of one second in order', async () => {
  const world = await startWorld({ source: { versioning: 'enabled' } });
  const deletes = [false, true, false, false, true, true, false];
  for (const deleted of deletes) {
    if (deleted) deleteObject(world.store, { bucket: 'source', key: 'k' });
    else putObject(world.store, { bucket: 'source', key: 'k', content: 'same' });
  }
  const { keys } = await listedAt(world.simulator.endpoint, { reader: 'scanner' }).page({});
  expect(keys[0]?.versions.map(({ deleteMarker }) => deleteMarker)).toEqual(deletes.toReversed());
});
