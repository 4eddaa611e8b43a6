import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { s3Client, s3DestinationBucket } from '../../../shared/s3/s3-bucket.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { underPrefix } from '../../../shared/s3/s3-prefix.ts';
import { putInParts } from '../../support/put-in-parts.ts';
import { startSimulator } from '../../support/s3-simulator/http-server.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { bucketNamed, createBucket, createStore, keysAfter } from '../../support/s3-simulator/store.ts';

const OWNER = '111122223333';
const store = createStore({ account: OWNER });
let simulator: Awaited<ReturnType<typeof startSimulator>>;

beforeAll(async () => {
  simulator = await startSimulator(store);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', simulator.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  for (const name of ['replicas', 'scratch']) createBucket(store, { name, owner: OWNER });
});

afterAll(async () => {
  await simulator.close();
  vi.unstubAllEnvs();
});

function scratch() {
  const client = (attempts: number) =>
    underPrefix(s3Client('us-east-1', { attempts, sockets: 4, endpoint: simulator.endpoint }), 'token/');
  return s3DestinationBucket(
    { name: 'scratch', owner: OWNER, client: client(3), signal: new AbortController().signal },
    { source: { name: 'replicas', owner: OWNER }, settings: {}, commitClient: client(1) },
  );
}

it('every key of the target begins with it, and the source’s keys do not', async () => {
  const key = objectKey('folder/ä+b.txt');
  const { etag } = putObject(store, {
    bucket: 'replicas',
    key,
    content: 'content',
    attributes: { tags: [{ key: 'k', value: 'v' }] },
  });
  const bucket = scratch();
  expect(await bucket.head(key)).toBeUndefined();
  expect(await bucket.copy({ key, sourceETag: etag, replicaETag: undefined })).toMatchObject({
    answer: 'copied',
    etag,
  });
  expect(await bucket.head(key)).toMatchObject({ etag, size: 7 });
  expect(await bucket.tags(key, undefined)).toEqual([{ key: 'k', value: 'v' }]);
  expect(await bucket.digest(key, { etag, algorithm: 'md5' })).toBe(etag);
  expect([...keysAfter(bucketNamed(store, 'scratch'), '')]).toEqual([`token/${key}`]);
});

it('an upload in parts goes there as well, also where a request is repeated', async () => {
  const key = objectKey('parts');
  const { etag } = putInParts(store, { bucket: 'replicas', key, sizes: [5 * 1024 ** 2, 7] });
  const bucket = scratch();
  const upload = await bucket.beginUpload({ key, description: { metadata: {}, tagCount: 0 }, tags: [] });
  expect(upload.key).toBe(key);
  const ranges = [
    { first: 0, last: 5 * 1024 ** 2 - 1 },
    { first: 5 * 1024 ** 2, last: 5 * 1024 ** 2 + 6 },
  ];
  for (const [index, range] of ranges.entries())
    expect(await bucket.copyPart(upload, { number: index + 1, sourceETag: etag, range })).toMatchObject({
      answer: 'copied',
    });
  const parts = (await bucket.doneParts(upload)) ?? [];
  expect(await bucket.completeUpload(upload, { parts, replicaETag: undefined, size: 5 * 1024 ** 2 + 7 })).toMatchObject(
    {
      answer: 'copied',
      etag,
    },
  );
  expect((await bucket.head(key))?.etag).toBe(etag);
  expect([...keysAfter(bucketNamed(store, 'scratch'), 'token/p')]).toEqual(['token/parts']);
});
