import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DynamoSimulator, startDynamoSimulator } from '../../support/dynamo-simulator/http-server.ts';
import { putInParts } from '../../support/put-in-parts.ts';
import { created, DESTINATION, type Rig, SOURCE, startRig } from '../../support/replicate-rig.ts';
import { deleteObject } from '../../support/s3-simulator/delete-object.ts';
import { bucketNamed, currentVersion } from '../../support/s3-simulator/store.ts';

const MIB = 1024 ** 2;
const DAY_MS = 86_400_000;
const THIRTY_DAYS = '<Rule><ID>r</ID><Filter/><Expiration><Days>30</Days></Expiration><Status>Enabled</Status></Rule>';

let dynamo: DynamoSimulator;
let rig: Rig;

beforeAll(async () => {
  dynamo = await startDynamoSimulator();
});
afterAll(async () => {
  await dynamo.close();
});
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await start(THIRTY_DAYS);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await rig.s3.close();
});

async function start(lifecycle?: string) {
  rig = await startRig({
    source: { versioning: 'enabled' },
    destination: { ...(lifecycle !== undefined && { lifecycle }) },
  });
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
  vi.stubEnv('LEDGER_TABLE', 'photos-eu-ledger');
  vi.stubEnv('REPLICAS_MAY_EXPIRE', 'yes');
  dynamo.mood = 'up';
  dynamo.items.clear();
}

const replica = () => {
  const version = currentVersion(bucketNamed(rig.store, DESTINATION.name), 'k');
  return version === undefined || version.kind === 'delete marker' ? undefined : version;
};

/** What S3 does where versions are kept: a delete marker. */
function expire(): void {
  deleteObject(rig.store, { bucket: DESTINATION.name, key: 'k' });
}

function daysLater(days: number): void {
  vi.setSystemTime(Date.now() + days * DAY_MS);
}

async function look(message: object = { keys: [{ key: 'k' }] }) {
  const { lines, failed } = await rig.invoke(message);
  const line = lines.find(({ key, outcome }) => key === 'k' && outcome !== undefined);
  return { failed, outcome: line?.['outcome'], reason: line?.['reason'] };
}

function requests(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation = 'unknown' } of rig.s3.requests.all) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

describe('a replica that the lifecycle of its bucket has expired', () => {
  it('is not copied again, however often somebody looks, until the source is written anew', async () => {
    const { etag } = rig.put('k', 'one');
    await look(created('k', etag));
    daysLater(31);
    expire();
    for (const message of [{ keys: [{ key: 'k' }] }, created('k', etag), { keys: [{ key: 'k' }] }]) {
      expect(await look(message)).toEqual({ failed: [], outcome: 'skipped', reason: 'expired by retention' });
      daysLater(1);
    }
    expect(replica()).toBeUndefined();
    // The same bytes: it is another object all the same.
    expect(await look(created('k', rig.put('k', 'one').etag))).toMatchObject({ outcome: 'copied', reason: 'absent' });
    expect(replica()).toBeDefined();
  });

  it('is copied again before its time, as somebody has removed it', async () => {
    await look(created('k', rig.put('k', 'one').etag));
    daysLater(29);
    expire();
    expect(await look()).toMatchObject({ outcome: 'copied', reason: 'absent' });
  });

  it('counts from its own date, not from that of the source, which may be old', async () => {
    rig.put('k', 'one');
    daysLater(400);
    expect(await look()).toMatchObject({ outcome: 'copied' });
    daysLater(29);
    expire();
    expect(await look()).toMatchObject({ outcome: 'copied' });
    daysLater(31);
    expire();
    expect(await look()).toMatchObject({ outcome: 'skipped' });
  });

  it('is copied again where nobody remembers it, once', async () => {
    await look(created('k', rig.put('k', 'one').etag));
    daysLater(31);
    expire();
    dynamo.items.clear();
    expect(await look()).toMatchObject({ outcome: 'copied' });
    daysLater(31);
    expire();
    expect(await look()).toMatchObject({ outcome: 'skipped' });
  });

  it('is known by an item of a ledger that kept no dates yet, and stays so', async () => {
    await look(created('k', rig.put('k', 'one').etag));
    const { replicaDate: _, replicaMadeFromDate: _too, ...old } = dynamo.items.get('k') ?? {};
    dynamo.items.set('k', old);
    daysLater(31);
    expire();
    expect(await look()).toMatchObject({ outcome: 'skipped' });
    daysLater(1);
    expect(await look()).toMatchObject({ outcome: 'skipped' });
  });

  it('is copied again while the ledger is down: nothing is left out that nobody is sure of', async () => {
    await look(created('k', rig.put('k', 'one').etag));
    daysLater(31);
    expire();
    dynamo.mood = 'down';
    expect(await look()).toMatchObject({ outcome: 'copied' });
  });

  it('of an object in parts counts from the beginning of its upload', async () => {
    putInParts(rig.store, { bucket: SOURCE.name, key: 'k', sizes: [5 * MIB, 1] });
    const began = Date.now();
    await look();
    const date = dynamo.items.get('k')?.['replicaDate']?.S ?? '';
    expect(Date.parse(date)).toBe(began);
    daysLater(31);
    expire();
    expect(await look()).toMatchObject({ outcome: 'skipped' });
  });
});

describe('the lifecycle', () => {
  it('is asked for once an hour, however many keys there are', async () => {
    const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
    for (const key of keys) rig.put(key, 'x');
    await rig.invoke({ keys: keys.map((key) => ({ key })) });
    await rig.invoke({ keys: keys.map((key) => ({ key })) });
    expect(requests()['GetBucketLifecycleConfiguration']).toBe(1);
    vi.setSystemTime(Date.now() + 3_600_000);
    rig.put('k20', 'x');
    await rig.invoke({ keys: [{ key: 'k0' }, { key: 'k20' }] });
    expect(requests()['GetBucketLifecycleConfiguration']).toBe(2);
  });

  it('that expires nothing costs a new object nothing more', async () => {
    await rig.s3.close();
    await start();
    await look(created('k', rig.put('k', 'one').etag));
    expect(requests()).toEqual({ GetBucketLifecycleConfiguration: 1, CopyObject: 1, HeadObject: 1 });
  });

  it('that expires such keys makes a new object look at both sides first', async () => {
    await look(created('k', rig.put('k', 'one').etag));
    expect(requests()).toEqual({ GetBucketLifecycleConfiguration: 1, CopyObject: 1, HeadObject: 3 });
  });

  it('is not asked for where nothing can expire', async () => {
    vi.stubEnv('REPLICAS_MAY_EXPIRE', undefined);
    await look(created('k', rig.put('k', 'one').etag));
    expect(requests()).toEqual({ CopyObject: 1, HeadObject: 1 });
  });

  it('that must not be read counts as none, which is said', async () => {
    const operation = 'GetBucketLifecycleConfiguration';
    rig.s3.faults.add({ match: { operation }, fault: '403 AccessDenied' });
    const { lines } = await rig.invoke(created('k', rig.put('k', 'one').etag));
    expect(lines).toContainEqual(expect.objectContaining({ key: 'k', outcome: 'copied' }));
    const reasons = [expect.stringContaining('access denied')];
    expect(lines).toContainEqual(expect.objectContaining({ message: 'lifecycle rules left out', reasons }));
  });

  it('that nobody could read for now lets the key come back, and copies nothing', async () => {
    const operation = 'GetBucketLifecycleConfiguration';
    rig.s3.faults.add({ match: { operation }, fault: '400 BadRequest', times: 1 });
    const { etag } = rig.put('k', 'one');
    expect(await look(created('k', etag))).toMatchObject({ failed: ['m0'], outcome: 'failed' });
    expect(replica()).toBeUndefined();
    expect(await look(created('k', etag))).toMatchObject({ failed: [], outcome: 'copied' });
  });
});

it('a replica that has moved to an archive is the same, and is not written again', async () => {
  await look(created('k', rig.put('k', 'one').etag));
  const stored = replica();
  if (stored === undefined) throw new Error('There is none');
  const state = bucketNamed(rig.store, DESTINATION.name).keys.get('k');
  if (state === undefined) throw new Error('There is none');
  state.versions = [{ ...stored, storageClass: 'GLACIER' }];
  expect(await look()).toMatchObject({ outcome: 'same', reason: 'same' });
  expect(requests()['CopyObject']).toBe(1);
});
