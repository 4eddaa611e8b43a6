import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CANARY_KEY } from '../../../shared/names.ts';
import { s3Client } from '../../../shared/s3/s3-bucket.ts';
import { s3Canary, s3CanaryReplica } from '../../../shared/s3/s3-canary.ts';
import { startSimulator } from '../../support/s3-simulator/http-server.ts';
import type { Simulator } from '../../support/s3-simulator/http-server.ts';
import { createBucket, createStore } from '../../support/s3-simulator/store.ts';

const owner = '111122223333';
let s3: Simulator;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const store = createStore({ now: () => Date.now() });
  createBucket(store, { name: 'photos', owner, region: 'us-east-1', versioning: 'enabled' });
  s3 = await startSimulator(store);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
});

afterEach(async () => {
  await s3.close();
  vi.unstubAllEnvs();
});

const canary = { content: 'here\n', metadata: { 'fanout-canary': 'a/1' }, tag: { key: 'fanout-canary', value: 'a/1' } };

function access(as = owner) {
  return {
    name: 'photos',
    owner: as,
    client: s3Client('us-east-1', { attempts: 1, sockets: 2, endpoint: s3.endpoint }),
  };
}

it('is put with its metadata and its tag, and seen as it was put', async () => {
  await expect(s3CanaryReplica(access()).look('e')).resolves.toBeUndefined();
  const etag = await s3Canary(access()).put(canary);
  const { metadata, tag } = canary;
  await expect(s3CanaryReplica(access()).look(etag)).resolves.toEqual({ etag, metadata, tags: [tag] });
  // Its content is read only where the ETag does not say enough.
  expect(s3.requests.count({ operation: 'GetObject' })).toBe(0);
  await expect(s3CanaryReplica(access()).look('another')).resolves.toMatchObject({ content: canary.content });
});

it('is not written into a bucket of somebody else', async () => {
  await expect(s3Canary(access('999988887777')).put(canary)).rejects.toThrow(
    `Cannot write "${CANARY_KEY}" to "photos": status 403`,
  );
});
