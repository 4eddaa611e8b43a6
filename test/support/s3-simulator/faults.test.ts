import { CopyObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test, vi } from 'vitest';
import { contentMd5, contentOf } from './content.ts';
import type { FaultKind } from './faults.ts';
import type { Step } from './serve.ts';
import { putObject } from './put-object.ts';
import { rateLimit } from './rate-limit.ts';
import { headObject } from './read-object.ts';
import type { Store } from './store.ts';
import { clientOf, failureOf, startWorld } from './test-world.ts';

const A = contentMd5(contentOf('a'));
const match = { operation: 'CopyObject' } as const;

describe('a fault', () => {
  test.each<[FaultKind, string]>([
    ['503 SlowDown', '503 SlowDown'],
    ['500 InternalError', '500 InternalError'],
    ['502 BadGateway', '502 BadGateway'],
    ['504 GatewayTimeout', '504 GatewayTimeout'],
    ['429 TooManyRequests', '429 TooManyRequests'],
    ['403 AccessDenied', '403 AccessDenied'],
    ['409 ConditionalRequestConflict', '409 ConditionalRequestConflict'],
    ['412 PreconditionFailed', '412 PreconditionFailed'],
    // The SDK takes the code out of the body, and makes a status of it.
    ['200 SlowDown', '503 SlowDown'],
    ['200 InternalError', '503 InternalError'],
  ])('%s, before the commit, after it, and late', async (fault, seen) => {
    const { store, client, simulator } = await startWorld();
    putObject(store, { bucket: 'source', key: 'k', content: 'a' });

    simulator.faults.add({ match, fault });
    expect(await copy(client)).toBe(seen);
    expect(replica(store)).toBeUndefined();

    const late = simulator.faults.add({ match, fault, when: 'late' });
    expect(await copy(client)).toBe(seen);
    expect(replica(store)).toBeUndefined();
    expect(late.release()).toEqual(['committed']);
    expect(replica(store)).toBe(A);

    store.buckets.get('replica')?.keys.clear();
    simulator.faults.add({ match, fault, when: 'after commit' });
    expect(await copy(client)).toBe(seen);
    expect(replica(store)).toBe(A);
  });

  test('a reset connection, before the commit and after it', async () => {
    const { store, client, simulator } = await startWorld();
    putObject(store, { bucket: 'source', key: 'k', content: 'a' });
    simulator.faults.add({ match, fault: 'reset' });
    simulator.faults.add({ match, fault: 'reset', when: 'after commit' });
    expect(await copy(client)).toMatch(/Error|ECONNRESET/);
    expect(replica(store)).toBeUndefined();
    expect(await copy(client)).toMatch(/Error|ECONNRESET/);
    expect(replica(store)).toBe(A);
    expect(simulator.requests.all.map(({ status }) => status)).toEqual(['reset', 'reset']);
  });

  test('a request that hangs until the client gives up, and lands later', async () => {
    const { store, client, simulator } = await startWorld();
    putObject(store, { bucket: 'source', key: 'k', content: 'a' });
    const fault = simulator.faults.add({ match, fault: 'hang', when: 'late' });
    const abort = new AbortController();
    const call = failureOf(client.send(command(), { abortSignal: abort.signal }));
    await expect.poll(() => fault.hits()).toBe(1);
    abort.abort();
    expect(await call).toBe('AbortError');
    expect(fault.release()).toEqual(['committed']);
    expect(replica(store)).toBe(A);
  });

  test('a late copy carries the bytes of its beginning, if the destination still allows it', async () => {
    const { store, client, simulator } = await startWorld();
    const write = (bucket: string, content: string): unknown => putObject(store, { bucket, key: 'k', content });
    write('source', 'a');
    const fault = simulator.faults.add({ match, fault: 'reset', when: 'late', times: 2 });
    await Promise.all([copy(client), copy(client, { IfNoneMatch: '*' })]);
    write('source', 'b');
    write('replica', 'b');
    expect(fault.release().toSorted()).toEqual(['PreconditionFailed', 'committed']);
    expect(replica(store)).toBe(A);
  });

  test('comes as often as its rule says, to those that are meant', async () => {
    const { store, client, simulator } = await startWorld();
    putObject(store, { bucket: 'source', key: 'k', content: 'a' });
    const fault = simulator.faults.add({
      match: (request) => request.key === 'k' && request.bucket === 'replica',
      fault: '503 SlowDown',
      times: 2,
    });
    expect([await copy(client), await copy(client), await copy(client)]).toEqual([
      '503 SlowDown',
      '503 SlowDown',
      'no failure',
    ]);
    expect(fault.hits()).toBe(2);
    expect(simulator.requests.count()).toBe(3);
  });

  test('is what the retries of the SDK are for', async () => {
    const { store, simulator } = await startWorld();
    putObject(store, { bucket: 'source', key: 'k', content: 'a' });
    simulator.faults.add({ match, fault: '500 InternalError' });
    const retrying = clientOf(simulator, { maxAttempts: 2 });
    expect(await copy(retrying)).toBe('no failure');
    retrying.destroy();
  });
});

describe('a step', () => {
  test('in which the world changes', async () => {
    const seen: string[] = [];
    const { store, client } = await startWorld({ simulator: { onStep: change } });
    putObject(store, { bucket: 'source', key: 'k', content: 'a' });

    expect(await copy(client, { IfNoneMatch: '*', CopySourceIfMatch: A })).toBe('412 PreconditionFailed');
    expect(seen.slice(0, 3)).toEqual(['received', 'begun', 'committed']);

    function change({ at }: Step): void {
      seen.push(at);
      if (at !== 'begun') return;
      putObject(store, { bucket: 'source', key: 'k', content: 'changed' });
      putObject(store, { bucket: 'replica', key: 'k', content: 'written by hand' });
    }
  });

  test('that fails is told, and is not taken for trouble of S3', async () => {
    const onError = vi.fn<(error: unknown) => void>();
    const onStep = (): never => {
      throw new RangeError('a mistake in the test');
    };
    const { client } = await startWorld({ simulator: { onStep, onError } });
    expect(await copy(client)).toBe('501 NotImplemented');
    expect(onError).toHaveBeenCalledOnce();
  });
});

test('the log tells every request, its headers and its answer', async () => {
  const { client, simulator } = await startWorld();
  await client.send(new PutObjectCommand({ Bucket: 'source', Key: 'ü k', Body: 'a' }));
  await failureOf(client.send(new HeadObjectCommand({ Bucket: 'source', Key: 'x' })));
  expect(simulator.requests.all).toMatchObject([
    {
      method: 'PUT',
      operation: 'PutObject',
      bucket: 'source',
      key: 'ü k',
      status: 200,
      headers: { 'content-length': '1' },
    },
    { method: 'HEAD', operation: 'HeadObject', bucket: 'source', key: 'x', status: 404 },
  ]);
  expect(simulator.requests.count({ operation: 'HeadObject' })).toBe(1);
  simulator.requests.clear();
  expect(simulator.requests.count()).toBe(0);
});

test('the rate limit admits so many a second', async () => {
  let now = 0;
  const admit = rateLimit({ perSecond: 2, now: () => now });
  const { store, client } = await startWorld({ simulator: { admit } });
  putObject(store, { bucket: 'source', key: 'k', content: 'a' });
  expect([await copy(client), await copy(client), await copy(client)]).toEqual([
    'no failure',
    'no failure',
    '503 SlowDown',
  ]);
  now = 500;
  expect([await copy(client), await copy(client)]).toEqual(['no failure', '503 SlowDown']);
});

test('latency waits by whatever clock it is given', async () => {
  const waited: number[] = [];
  const sleep = (milliseconds: number): Promise<void> => {
    waited.push(milliseconds);
    return Promise.resolve();
  };
  const { client } = await startWorld({ simulator: { latency: ({ method }) => (method === 'HEAD' ? 20 : 0), sleep } });
  await failureOf(client.send(new HeadObjectCommand({ Bucket: 'source', Key: 'x' })));
  await copy(client);
  expect(waited).toEqual([20]);
});

function command(input: { IfNoneMatch?: string; CopySourceIfMatch?: string } = {}): CopyObjectCommand {
  return new CopyObjectCommand({ Bucket: 'replica', Key: 'k', CopySource: 'source/k', ...input });
}

async function copy(client: S3Client, input?: Parameters<typeof command>[0]): Promise<string> {
  return await failureOf(client.send(command(input)));
}

function replica(store: Store): string | undefined {
  try {
    return headObject(store, { bucket: 'replica', key: 'k' }).etag;
  } catch {
    return undefined;
  }
}
