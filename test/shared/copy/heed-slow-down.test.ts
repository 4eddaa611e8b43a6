import { beforeEach, describe, expect, it } from 'vitest';
import { converge } from '../../../functions/replicate/converge.ts';
import type { World } from '../../../functions/replicate/attempt.ts';
import { heedSlowDown } from '../../../shared/copy/heed-slow-down.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { UNLIMITED } from '../../../shared/copy/pace-rate.ts';
import { createPace } from '../../../shared/copy/pace.ts';
import { inProcessBucket, inProcessDestination } from '../../support/s3-simulator/in-process.ts';
import type { Call, Wire } from '../../support/s3-simulator/wire.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { S3Error } from '../../support/s3-simulator/s3-error.ts';
import { createBucket, createStore } from '../../support/s3-simulator/store.ts';
import type { Store } from '../../support/s3-simulator/store.ts';

const SOURCE = { name: 'photos', owner: '111122223333' };
const DESTINATION = { name: 'photos-eu', owner: '111122223333' };
const KEY = objectKey('k');
const MINUTE = 60_000;

let store: Store;
let time: number;
let calls: Call[];

beforeEach(() => {
  time = Date.now();
  calls = [];
  store = createStore({ now: () => time });
  createBucket(store, { ...SOURCE, versioning: 'enabled' });
  createBucket(store, { ...DESTINATION, versioning: 'enabled' });
});

/** In which S3 says SlowDown to every call that `refuses` names, and the invocation has ten minutes. */
function slowWorld(refuses: (call: Call, count: number) => boolean): World {
  const ends = time + 10 * MINUTE;
  const wire: Wire = (call, serve) => {
    calls.push(call);
    const count = calls.filter(({ operation }) => operation === call.operation).length;
    if (refuses(call, count)) return Promise.reject(new S3Error('SlowDown'));
    return serve(() => Promise.resolve());
  };
  const world: World = {
    source: inProcessBucket({ store, ...SOURCE, wire }),
    destination: inProcessDestination({ store, ...DESTINATION, source: SOURCE, wire }),
    sleep(milliseconds) {
      time += milliseconds;
      return time < ends ? Promise.resolve() : Promise.reject(new Error('The operation was aborted'));
    },
    now: () => time,
    random: () => 0.5,
  };
  return heedSlowDown(world, createPace({ state: UNLIMITED }, { ...world, wallClock: world.now }));
}

function countOf(operation: Call['operation']): number {
  return calls.filter((call) => call.operation === operation).length;
}

describe('while S3 says SlowDown', () => {
  it('a new object is copied in the end, and costs one look, however often the copy was refused', async () => {
    const { etag } = putObject(store, { bucket: SOURCE.name, key: KEY, content: 'one' });
    const world = slowWorld(({ operation }, count) => operation === 'CopyObject' && count <= 50);
    const outcome = await converge({ key: KEY, sourceETag: etag }, world);
    expect(outcome).toMatchObject({ outcome: 'copied', unclear: false });
    expect([countOf('CopyObject'), countOf('HeadObject')]).toEqual([51, 1]);
  });

  it('an object that is overwritten meanwhile is copied as it is then', async () => {
    const { etag } = putObject(store, { bucket: SOURCE.name, key: KEY, content: 'one' });
    const world = slowWorld(({ operation }, count) => {
      if (operation !== 'CopyObject') return false;
      if (count === 5) putObject(store, { bucket: SOURCE.name, key: KEY, content: 'another' });
      return count <= 20;
    });
    expect(await converge({ key: KEY, sourceETag: etag }, world)).toMatchObject({ outcome: 'copied' });
    const [source, replica] = [await world.source.head(KEY), await world.destination.head(KEY)];
    expect(replica?.etag).toBe(source?.etag);
  });

  it('looks are repeated', async () => {
    putObject(store, { bucket: SOURCE.name, key: KEY, content: 'one' });
    const world = slowWorld(({ operation }, count) => operation === 'HeadObject' && count % 8 !== 0);
    expect(await converge({ key: KEY }, world)).toMatchObject({ outcome: 'copied', unclear: false });
  });

  it('a key is given up only when the time of the invocation is up: for certain, so that it may come back soon', async () => {
    const { etag } = putObject(store, { bucket: SOURCE.name, key: KEY, content: 'one' });
    const began = time;
    const world = slowWorld(({ operation }) => operation === 'CopyObject');
    const outcome = await converge({ key: KEY, sourceETag: etag }, world);
    expect(outcome).toMatchObject({
      outcome: 'failed',
      unclear: false,
      reason: 'Cannot copy "k" to "photos-eu": S3 says SlowDown, and the time of the invocation is up',
    });
    expect(time - began).toBeGreaterThanOrEqual(10 * MINUTE);
  });

  it('a look is given up then, too, with what S3 said', async () => {
    putObject(store, { bucket: SOURCE.name, key: KEY, content: 'one' });
    const outcome = await converge(
      { key: KEY },
      slowWorld(({ operation }) => operation === 'HeadObject'),
    );
    expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('Cannot HeadObject "k"') });
  });

  it('a conflict is no SlowDown: both sides are looked at again', async () => {
    const { etag } = putObject(store, { bucket: SOURCE.name, key: KEY, content: 'one' });
    const world = slowWorld(() => false);
    let asked = 0;
    const conflicting: World = {
      ...world,
      destination: {
        ...world.destination,
        copy: (request) =>
          asked++ === 0 ? Promise.resolve({ answer: 'later', reason: '409' }) : world.destination.copy(request),
      },
    };
    expect(await converge({ key: KEY, sourceETag: etag }, conflicting)).toMatchObject({ outcome: 'copied' });
    expect(countOf('HeadObject')).toBe(3);
  });
});
