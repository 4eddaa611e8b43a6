import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Files } from '../../../shared/runs/files.ts';
import { s3Client } from '../../../shared/s3/s3-bucket.ts';
import { s3Files } from '../../../shared/s3/s3-files.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { startSimulator } from '../../support/s3-simulator/http-server.ts';
import type { Simulator } from '../../support/s3-simulator/http-server.ts';
import { createBucket, createStore } from '../../support/s3-simulator/store.ts';

const OWNER = '111122223333';
let s3: Simulator;
let overHttp: Files;

beforeAll(async () => {
  const store = createStore({ now: () => Date.now() });
  createBucket(store, { name: 'reports', owner: OWNER, region: 'us-east-1' });
  s3 = await startSimulator(store);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const client = s3Client('us-east-1', { attempts: 3, sockets: 4, endpoint: s3.endpoint });
  overHttp = s3Files({ name: 'reports', owner: OWNER, client, signal: new AbortController().signal });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3.close();
});

describe.each([
  ['S3', () => overHttp],
  ['memory', () => memoryFiles()],
])('files in %s', (_, make) => {
  let files: Files;
  beforeEach(() => {
    files = make();
  });

  it('are read as they were written', async () => {
    await expect(files.read('none')).resolves.toBeUndefined();
    const written = await files.write('a/ü 1.json', 'täxt');
    await expect(files.read('a/ü 1.json')).resolves.toEqual({ text: 'täxt', etag: written?.etag });
  });

  it('are written once, where there must be none', async () => {
    await expect(files.write('once', '1', 'absent')).resolves.toEqual({ etag: expect.any(String) });
    await expect(files.write('once', '2', 'absent')).resolves.toBeUndefined();
    await expect(files.read('once')).resolves.toMatchObject({ text: '1' });
  });

  it('are replaced only if they are still what was read', async () => {
    const first = await files.write('lock', '1');
    const { etag = '' } = first ?? {};
    await expect(files.write('lock', '2', { etag })).resolves.toEqual({ etag: expect.any(String) });
    await expect(files.write('lock', '3', { etag })).resolves.toBeUndefined();
    await expect(files.write('gone', '3', { etag })).resolves.toBeUndefined();
    await expect(files.read('lock')).resolves.toMatchObject({ text: '2' });
  });

  it('are listed by what they begin with', async () => {
    for (const name of ['list/b', 'list/a', 'other']) await files.write(name, 'x');
    await expect(files.list('list/')).resolves.toEqual(['list/a', 'list/b']);
  });
});

it('says what could not be written, and where', async () => {
  const client = s3Client('us-east-1', { attempts: 1, sockets: 4, endpoint: s3.endpoint });
  const files = s3Files({ name: 'reports', owner: '999988887777', client, signal: new AbortController().signal });
  await expect(files.write('a', 'x')).rejects.toThrow(/Cannot write "a" in "reports": status 403/);
  await expect(files.write('a', 'x', 'absent')).rejects.toThrow(/status 403/);
  await expect(files.read('a')).rejects.toThrow(/Cannot read "a" in "reports": status 403/);
});

it('tells a bucket that is gone from a file that is not there', async () => {
  const client = s3Client('us-east-1', { attempts: 1, sockets: 4, endpoint: s3.endpoint });
  const gone = s3Files({ name: 'gone', owner: OWNER, client, signal: new AbortController().signal });
  await expect(gone.read('state/history.json')).rejects.toThrow(/Cannot read "state\/history.json" in "gone".*bucket/i);
});
