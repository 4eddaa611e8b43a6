import { describe, expect, test } from 'vitest';
import type { CopyAnswer, DestinationBucket } from '../../../shared/objects/bucket.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { contentMd5, contentOf } from './content.ts';
import { deleteObject } from './delete-object.ts';
import { inProcessBucket, inProcessDestination } from './in-process.ts';
import { putObject } from './put-object.ts';
import { scheduledWire, type Fate } from './scheduled-wire.ts';
import { createSchedule } from './schedule.ts';
import { changeBucket, createBucket, createStore, currentVersion, type Store } from './store.ts';
import { REPLICA_OWNER, SOURCE_OWNER } from './test-world.ts';

const K = objectKey('k');
const A = contentMd5(contentOf('a'));
const B = contentMd5(contentOf('b'));

describe('the port on a store', () => {
  test('tells what a HEAD would', async () => {
    const store = world();
    const attributes = {
      headers: { 'content-type': 't', expires: 'e' },
      metadata: { m: 'v' },
      tags: [{ key: 'a', value: '' }],
      storageClass: 'GLACIER',
    };
    putObject(store, { bucket: 'source', key: K, content: 'a', attributes });
    expect(await source(store).head(K)).toEqual({
      etag: A,
      size: 1,
      lastModified: new Date(1000),
      kms: false,
      archived: true,
      description: { contentType: 't', expires: 'e', metadata: { m: 'v' }, tagCount: 1 },
    });
    expect(await source(store).head(objectKey('other'))).toBeUndefined();
  });

  test('a missing bucket and a foreign one', async () => {
    const store = world();
    await source(store).look();
    changeBucket(store, 'source', { owner: 'somebody else' });
    await expect(source(store).look()).rejects.toMatchObject({ name: 'BucketError', code: 'AccessDenied' });
    await expect(source(store).head(K)).rejects.toMatchObject({ code: 'AccessDenied' });
    store.buckets.delete('source');
    await expect(source(store).look()).rejects.toMatchObject({ code: 'NoSuchBucket' });
    expect(await source(store).head(K)).toBeUndefined();
  });

  test.each<[string, (store: Store) => unknown, string, string | undefined, string]>([
    ['as expected', () => 0, A, undefined, 'copied'],
    ['the source moved', () => 0, B, undefined, 'moved'],
    ['the source is gone', (store) => deleteObject(store, { bucket: 'source', key: 'k' }), A, undefined, 'moved'],
    [
      'the destination is there',
      (store) => putObject(store, { bucket: 'replica', key: 'k', content: 'b' }),
      A,
      undefined,
      'moved',
    ],
    ['the destination is gone', () => 0, A, B, 'moved'],
    ['the destination has no bucket', (store) => store.buckets.delete('replica'), A, undefined, 'refused'],
    ['the destination is foreign', (store) => changeBucket(store, 'replica', { owner: 'x' }), A, undefined, 'refused'],
  ])('a copy: %s', async (_, prepare, sourceETag, replicaETag, expected) => {
    const store = world();
    prepare(store);
    expect(await outcome(destination(store).copy({ key: K, sourceETag, replicaETag }))).toBe(expected);
  });
});

describe('a copy over a scheduled wire', () => {
  test.each<[Fate, string, boolean]>([
    [{ kind: 'answered' }, 'copied', true],
    [{ kind: 'answered', slow: 60_000 }, 'copied', true],
    [{ kind: 'lost', slow: 60_000 }, 'unclear', true],
    [{ kind: 'dropped' }, 'unclear', false],
    [{ kind: 'refused', code: 'SlowDown' }, 'later', false],
    [{ kind: 'refused', code: 'InternalError' }, 'unclear', false],
    [{ kind: 'refused', code: 'ConditionalRequestConflict' }, 'later', false],
  ])('%o', async (fate, expected, landed) => {
    const store = world();
    const schedule = createSchedule({ seed: 1 });
    let answer = '';
    schedule.spawn('worker', async (caller) => {
      const bucket = destination(store, scheduledWire({ schedule, caller, fate: () => fate }));
      answer = await outcome(bucket.copy({ key: K, sourceETag: A, replicaETag: undefined }));
    });
    await schedule.run();
    expect(answer).toBe(expected);
    expect(currentVersion(createdBucket(store), 'k') !== undefined).toBe(landed);
  });

  test('10,000 interleavings: what is conditional is never overtaken, what is not, is', async () => {
    let overtaken = 0;
    for (let seed = 0; seed < 10_000; seed += 1) {
      const store = world();
      const schedule = createSchedule({ seed });
      for (const name of ['one', 'two', 'three']) {
        schedule.spawn(name, async (caller) => {
          const wire = scheduledWire({ schedule, caller });
          const etag =
            (await inProcessBucket({ store, name: 'source', owner: SOURCE_OWNER, wire }).head(K))?.etag ?? '';
          await destination(store, wire).copy({ key: K, sourceETag: etag, replicaETag: undefined });
        });
      }
      schedule.spawn('writer', async (task) => {
        await task.step('write');
        putObject(store, { bucket: 'source', key: 'k', content: 'b' });
      });
      await schedule.run();
      const replica = createdBucket(store).keys.get('k');
      expect(replica?.writes ?? 0).toBeLessThanOrEqual(1);
      const version = currentVersion(createdBucket(store), 'k');
      if (version?.kind === 'object' && version.etag === A) overtaken += 1;
    }
    expect(overtaken).toBeGreaterThan(100);
  });
});

function world(): Store {
  const store = createStore({ now: () => 1234 });
  createBucket(store, { name: 'source', owner: SOURCE_OWNER });
  createBucket(store, { name: 'replica', owner: REPLICA_OWNER });
  putObject(store, { bucket: 'source', key: 'k', content: 'a' });
  return store;
}

function createdBucket(store: Store): Parameters<typeof currentVersion>[0] {
  return store.buckets.get('replica') ?? createBucket(store, { name: 'replica' });
}

function source(store: Store): ReturnType<typeof inProcessBucket> {
  return inProcessBucket({ store, name: 'source', owner: SOURCE_OWNER });
}

function destination(store: Store, wire?: ReturnType<typeof scheduledWire>): DestinationBucket {
  const from = { name: 'source', owner: SOURCE_OWNER };
  return inProcessDestination({ store, name: 'replica', owner: REPLICA_OWNER, source: from, ...(wire && { wire }) });
}

async function outcome(copy: Promise<CopyAnswer>): Promise<string> {
  return (await copy).answer;
}
