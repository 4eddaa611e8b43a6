import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type DynamoSimulator, type Mood, startDynamoSimulator } from '../../support/dynamo-simulator/http-server.ts';
import { putInParts } from '../../support/put-in-parts.ts';
import { created, DESTINATION, type Rig, SOURCE, startRig } from '../../support/replicate-rig.ts';
import { deleteObject } from '../../support/s3-simulator/delete-object.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { bucketNamed } from '../../support/s3-simulator/store.ts';

const MIB = 1024 ** 2;
let dynamo: DynamoSimulator;
let rig: Rig;

beforeAll(async () => {
  dynamo = await startDynamoSimulator();
});
afterAll(async () => {
  await dynamo.close();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rig.s3.close();
});

async function start({ kms = false, mood = 'up' }: { readonly kms?: boolean; readonly mood?: Mood } = {}) {
  rig = await startRig({
    source: { versioning: 'enabled' },
    ...(kms && { destination: { encryption: { type: 'aws:kms', keyId: 'key', bucketKey: true } } }),
  });
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
  vi.stubEnv('LEDGER_TABLE', 'photos-eu-ledger');
  dynamo.mood = mood;
  dynamo.items.clear();
  dynamo.sorted.clear();
  dynamo.requests.length = 0;
}

/** An item as plain values. */
function item(key: string): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(dynamo.items.get(key) ?? {}).map(([name, { S, N }]) => [name, S ?? N]));
}

/** The message that S3 sends when an object is removed. */
function removed(key: string, eventTime: string): object {
  const s3 = { bucket: { name: SOURCE.name }, object: { key } };
  return { Records: [{ eventVersion: '2.6', eventName: 'ObjectRemoved:DeleteMarkerCreated', eventTime, s3 }] };
}

function requests(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation = 'unknown' } of rig.s3.requests.all) counts[operation] = (counts[operation] ?? 0) + 1;
  for (const operation of dynamo.requests) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

const copiesOf = (key: string) => bucketNamed(rig.store, DESTINATION.name).keys.get(key)?.versions.length ?? 0;

describe('the ledger says of a key', () => {
  beforeEach(() => start());

  it('what was copied from what to what', async () => {
    const { etag } = rig.put('a b+ä.txt', 'hello');
    await rig.invoke(created('a b+ä.txt', etag));
    const [source, replica] = [SOURCE, DESTINATION].map(
      ({ name }) => bucketNamed(rig.store, name).keys.get('a b+ä.txt')?.versions.at(-1)?.versionId,
    );
    expect(item('a b+ä.txt')).toMatchObject({
      outcome: 'copied',
      reason: 'absent',
      sourceETag: etag,
      sourceVersion: source,
      replicaETag: etag,
      replicaVersion: replica,
      replicaMadeFrom: etag,
      size: '5',
      attempts: '1',
      eventAt: expect.stringMatching(ISO),
      recordedAt: expect.stringMatching(ISO),
      sourceLastModified: expect.stringMatching(ISO),
    });
    expect(requests()).toEqual({ CopyObject: 1, HeadObject: 1, UpdateItem: 1 });
  });

  it('the newest of several contents, and how often it was worked on', async () => {
    await rig.invoke(created('k', rig.put('k', 'one').etag));
    const { etag } = rig.put('k', 'two!');
    await rig.invoke(created('k', etag));
    await rig.invoke(created('k', etag));
    expect(item('k')).toMatchObject({ outcome: 'same', sourceETag: etag, replicaETag: etag, size: '4', attempts: '3' });
  });

  it('that its source is gone, since the event or else since the look, and which replica is left', async () => {
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    deleteObject(rig.store, { bucket: SOURCE.name, key: 'k' });
    await rig.invoke(removed('k', '2026-01-01T10:00:00.000Z'));
    expect(item('k')).toMatchObject({
      outcome: 'skipped',
      reason: 'source is gone',
      removedAt: '2026-01-01T10:00:00.000Z',
      replicaETag: etag,
      sourceETag: etag,
      size: '3',
    });
    // The noncurrent version expires.
    await rig.invoke(removed('k', '2027-01-01T00:00:00.000Z'));
    expect(item('k')).toMatchObject({ removedAt: '2026-01-01T10:00:00.000Z' });

    await rig.invoke(created('k', rig.put('k', 'again').etag));
    expect(item('k')).not.toHaveProperty('removedAt');
    deleteObject(rig.store, { bucket: SOURCE.name, key: 'k' });
    await rig.invoke({ keys: [{ key: 'k' }] });
    expect(item('k')['removedAt']).toBe(item('k')['recordedAt']);
  });

  it('that it was removed, in whatever order a batch tells it', async () => {
    const { etag } = rig.put('k', 'one');
    deleteObject(rig.store, { bucket: SOURCE.name, key: 'k' });
    await rig.invoke(created('k', etag), removed('k', '2026-01-01T10:00:00.000Z'));
    expect(item('k')).toMatchObject({ removedAt: '2026-01-01T10:00:00.000Z' });
  });

  it('that it failed and why, until it is copied', async () => {
    const { etag } = rig.put('k', 'one');
    rig.s3.faults.add({ match: { operation: 'CopyObject' }, fault: '403 AccessDenied', times: 2 });
    await rig.invoke({ keys: [{ key: 'k' }] });
    await rig.invoke({ keys: [{ key: 'k' }] });
    expect(item('k')).toMatchObject({
      outcome: 'failed',
      trouble: 'failed',
      reason: expect.stringContaining('AccessDenied'),
      sourceETag: etag,
      attempts: '2',
    });
    expect(item('k')).not.toHaveProperty('replicaETag');
    await rig.invoke({ keys: [{ key: 'k' }] });
    expect(item('k')).toMatchObject({ outcome: 'copied', attempts: '3' });
    expect(item('k')).not.toHaveProperty('trouble');
  });

  it('that it cannot be copied', async () => {
    rig.put('k', 'one', { storageClass: 'GLACIER' });
    await rig.invoke({ keys: [{ key: 'k' }] });
    expect(item('k')).toMatchObject({ outcome: 'cannot', trouble: 'cannot', reason: 'archived' });
  });

  it('nothing where there is no ledger', async () => {
    vi.stubEnv('LEDGER_TABLE', undefined);
    await rig.invoke(created('k', rig.put('k', 'one').etag));
    expect(requests()).toEqual({ CopyObject: 1, HeadObject: 1 });
  });
});

describe('a replica that is encrypted by KMS, whose ETag tells nothing', () => {
  beforeEach(() => start({ kms: true }));

  it('is not copied again for a duplicate event', async () => {
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    rig.s3.requests.clear();
    dynamo.requests.length = 0;
    const { lines } = await rig.invoke(created('k', etag));
    expect(lines).toContainEqual(expect.objectContaining({ key: 'k', outcome: 'same' }));
    // The copy is refused, as there is a replica.
    expect(requests()).toEqual({ CopyObject: 1, HeadObject: 2, GetItem: 1, UpdateItem: 1 });
    expect(copiesOf('k')).toBe(1);
  });

  it('nor is one of a source that was uploaded in parts', async () => {
    const { etag } = putInParts(rig.store, { bucket: SOURCE.name, key: 'k', sizes: [5 * MIB, 1] });
    await rig.invoke(created('k', etag));
    rig.s3.requests.clear();
    await rig.invoke(created('k', etag));
    expect(rig.s3.requests.count()).toBeLessThanOrEqual(4);
    expect(copiesOf('k')).toBe(1);
  });

  it('is copied again if the source was overwritten by as many bytes', async () => {
    await rig.invoke(created('k', rig.put('k', 'one').etag));
    await rig.invoke(created('k', rig.put('k', 'two').etag));
    expect(copiesOf('k')).toBe(2);
    expect(item('k')).toMatchObject({ reason: 'content differs', attempts: '2' });
  });

  it('is copied again if somebody put something else of that size in its place', async () => {
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    putObject(rig.store, { bucket: DESTINATION.name, key: 'k', content: 'bad' });
    await rig.invoke(created('k', etag));
    expect(copiesOf('k')).toBe(3);
    await rig.invoke(created('k', etag));
    expect(copiesOf('k')).toBe(3);
  });

  it('is copied again if only the description differs', async () => {
    await rig.invoke(created('k', rig.put('k', 'one').etag));
    const { etag } = rig.put('k', 'one', { metadata: { camera: 'x100' } });
    await rig.invoke(created('k', etag));
    expect(copiesOf('k')).toBe(2);
    expect(item('k')).toMatchObject({ reason: 'description differs' });
  });
});

describe.each<Mood>(['down', 'silent', 'throttled'])('while the ledger is %s', (mood) => {
  it('everything is copied by the same requests, and each loss is told', async () => {
    await start({ mood: 'up' });
    const work = async () => {
      const first = await rig.invoke(created('k', rig.put('k', 'one').etag), created('gone'));
      const second = await rig.invoke(created('k', rig.put('k', 'two').etag));
      return {
        failed: [...first.failed, ...second.failed],
        outcomes: [...first.lines, ...second.lines].flatMap(({ outcome }) => outcome ?? []),
        s3: rig.s3.requests.all.map(({ operation, key }) => `${operation} ${key}`).toSorted(),
        told: [...first.lines, ...second.lines].filter(({ message }) => message === 'ledger failed').length,
        counted: [...first.lines, ...second.lines].flatMap(({ LedgerFailed }) => LedgerFailed ?? []).flat(),
      };
    };
    const well = await work();
    expect(well).toMatchObject({ failed: [], told: 0, counted: [] });
    await rig.s3.close();

    await start({ mood });
    expect(await work()).toEqual({ ...well, told: 3, counted: [1, 1, 1] });
  });

  it('a replica encrypted by KMS is known by its checksum', async () => {
    await start({ kms: true });
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    dynamo.mood = mood;
    const { failed, lines } = await rig.invoke(created('k', etag));
    expect(failed).toEqual([]);
    expect(lines).toContainEqual(expect.objectContaining({ key: 'k', outcome: 'same' }));
    expect(copiesOf('k')).toBe(1);
  });
});

it('a replica whose old KMS key may not be used is overwritten, as its checksum cannot be read', async () => {
  await start({ kms: true });
  putObject(rig.store, { bucket: DESTINATION.name, key: 'k', content: 'old' });
  rig.s3.faults.add({
    match: ({ method, bucket, headers }) =>
      method === 'HEAD' && bucket === DESTINATION.name && 'x-amz-checksum-mode' in headers,
    times: 'always',
    fault: '403 AccessDenied',
  });
  const { failed, lines } = await rig.invoke(created('k', rig.put('k', 'new').etag));
  expect(failed).toEqual([]);
  expect(lines).toContainEqual(expect.objectContaining({ outcome: 'copied', reason: 'content differs' }));
  expect(copiesOf('k')).toBe(2);
});

it('a batch of thousands of keys does not wait for a silent ledger at each of them', async () => {
  await start({ mood: 'silent' });
  vi.stubEnv('IN_FLIGHT', '10');
  const keys = Array.from({ length: 500 }, (_, n) => ({ key: `gone/${n}` }));
  const { failed, lines } = await rig.invoke({ keys });
  expect(failed).toEqual([]);
  expect(lines.filter(({ message }) => message === 'ledger failed')).toHaveLength(500);
  // Of those that were worked on when it was left alone, and of two rounds at the end: a request of each, perhaps sent twice.
  expect(dynamo.requests.length).toBeLessThanOrEqual(2 * 10 * 2 + 2 * 8 * 2);
});

it('an old ledger, one that was set back in time, decides nothing wrong', async () => {
  await start({ kms: true });
  const { etag } = rig.put('k', 'one');
  await rig.invoke(created('k', etag));
  const old = new Map(dynamo.items);
  await rig.invoke(created('k', rig.put('k', 'two').etag));
  dynamo.items.clear();
  for (const [key, value] of old) dynamo.items.set(key, value);
  await rig.invoke(created('k', etag));
  expect(copiesOf('k')).toBe(2);
  expect(item('k')).toMatchObject({ outcome: 'same', replicaMadeFrom: rig.put('other', 'two').etag });
});

it.each([false, true])('an object in three parts costs one request more, too (replica with KMS: %s)', async (kms) => {
  await start({ kms });
  const { etag } = putInParts(rig.store, { bucket: SOURCE.name, key: 'k', sizes: [5 * MIB, 5 * MIB, 1] });
  await rig.invoke(created('k', etag));
  const { UpdateItem, ...s3 } = requests();
  expect(UpdateItem).toBe(1);
  expect(s3).toEqual({
    HeadObject: 5,
    CreateMultipartUpload: 1,
    UploadPartCopy: 3,
    CompleteMultipartUpload: 1,
  });
});

describe('with a table of versions', () => {
  beforeEach(async () => {
    await start();
    vi.stubEnv('VERSIONS_TABLE', 'photos-eu-versions');
    vi.stubEnv('HISTORY_DAYS', '30');
  });

  /** The items of a key, oldest first, as plain values. */
  const facts = (key = 'k') =>
    [...dynamo.sorted]
      .filter(([id]) => id.startsWith(`${key} `))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([, item]) => Object.fromEntries(Object.entries(item).map(([name, { S, N }]) => [name, S ?? N])));
  const idOf = (bucket: string, n = -1) => bucketNamed(rig.store, bucket).keys.get('k')?.versions.at(n)?.versionId;

  it('each version has an item, with the times of the source, for one request more', async () => {
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    expect(requests()).toEqual({ CopyObject: 1, HeadObject: 1, UpdateItem: 2 });
    const [item] = facts();
    expect(item).toMatchObject({
      fact: 'version',
      sourceVersion: idOf(SOURCE.name),
      sourceETag: etag,
      size: '3',
      sourceLastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.000Z$/),
      eventAt: expect.stringMatching(ISO),
      replicaVersion: idOf(DESTINATION.name),
      replicaETag: etag,
      copiedAt: expect.stringMatching(ISO),
    });
    const days = (Number(item?.['expires']) * 1000 - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThanOrEqual(30);
  });

  it('a duplicate event changes nothing, and each removal is kept', async () => {
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    const before = facts();
    await rig.invoke(created('k', etag));
    // The second event of this test has a time of its own.
    expect(facts()).toEqual(
      before.map((item) => ({ ...item, expires: expect.any(String), eventAt: expect.any(String) })),
    );
    for (const time of ['2026-01-01T10:00:00.000Z', '2026-01-02T10:00:00.000Z']) await rig.invoke(removed('k', time));
    const removals = facts().filter(({ fact }) => fact === 'removed');
    expect(removals.map(({ time }) => time)).toEqual(['2026-01-01T10:00:00.000Z', '2026-01-02T10:00:00.000Z']);
  });

  it('a version whose record was lost is recorded by the next look that finds it', async () => {
    dynamo.mood = 'down';
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    expect(facts()).toEqual([]);
    dynamo.mood = 'up';
    await rig.invoke({ keys: [{ key: 'k' }] });
    expect(facts()).toMatchObject([
      { fact: 'version', replicaVersion: idOf(DESTINATION.name), foundAt: expect.stringMatching(ISO) },
    ]);
    expect(facts()[0]).not.toHaveProperty('copiedAt');
  });

  it('a version that was copied, and replaced at once as the source had moved, has an item, too', async () => {
    await rig.s3.close();
    let moved = false;
    rig = await startRig({
      source: { versioning: 'enabled' },
      onStep({ at, request }) {
        if (at !== 'answered' || moved || request.operation !== 'CopyObject') return;
        moved = true;
        rig.put('k', 'two, longer');
      },
    });
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    expect(copiesOf('k')).toBe(2);
    const ids = facts().map(({ replicaVersion }) => replicaVersion);
    expect(new Set(ids)).toEqual(new Set([idOf(DESTINATION.name, 0), idOf(DESTINATION.name, 1)]));
  });

  it.each([
    ['a removal', 'ObjectRemoved:DeleteMarkerCreated', { HeadObject: 1, HeadBucket: 1, UpdateItem: 2 }],
    ['a removal that finds an object, as somebody undid it', 'ObjectRemoved:Delete', { HeadObject: 2, UpdateItem: 3 }],
  ])('%s costs so many requests', async (_name, eventName, counted) => {
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    if (eventName !== 'ObjectRemoved:Delete') deleteObject(rig.store, { bucket: SOURCE.name, key: 'k' });
    rig.s3.requests.clear();
    dynamo.requests.length = 0;
    const s3 = { bucket: { name: SOURCE.name }, object: { key: 'k', versionId: 'some' } };
    const eventTime = new Date(Date.now() + 5_000).toISOString();
    await rig.invoke({ Records: [{ eventVersion: '2.6', eventName, eventTime, s3 }] });
    expect(requests()).toEqual(counted);
  });

  it('an object in three parts costs one request more, too', async () => {
    const { etag } = putInParts(rig.store, { bucket: SOURCE.name, key: 'k', sizes: [5 * MIB, 5 * MIB, 1] });
    await rig.invoke(created('k', etag));
    expect(requests()).toMatchObject({ HeadObject: 5, UpdateItem: 2 });
  });

  it.each<Mood>(['down', 'silent', 'throttled'])(
    'each record that is lost while it is %s is counted as one that the history lacks, and named',
    async (mood) => {
      dynamo.mood = mood;
      const { lines } = await rig.invoke(
        created('k', rig.put('k', 'one').etag),
        created('l', rig.put('l', 'two').etag),
      );
      expect(lines.flatMap(({ HistoryFailed }) => HistoryFailed ?? [])).toEqual([1, 1]);
      const told = lines.filter(({ message }) => message === 'ledger failed').map(({ key, lost }) => `${key}: ${lost}`);
      expect(new Set(told)).toEqual(new Set(['k: record and history', 'l: record and history']));
    },
  );

  it('also if the item is written, and the table of versions alone is missing', async () => {
    dynamo.missing.add('photos-eu-versions');
    onTestFinished(() => dynamo.missing.clear());
    const { lines } = await rig.invoke(created('k', rig.put('k', 'one').etag));
    expect(item('k')).toMatchObject({ outcome: 'copied' });
    expect(lines.flatMap(({ HistoryFailed }) => HistoryFailed ?? [])).toEqual([1]);
  });

  it('nothing of a destination without versions', async () => {
    await rig.s3.close();
    rig = await startRig({ source: { versioning: 'enabled' }, destination: { versioning: 'off' } });
    await rig.invoke(created('k', rig.put('k', 'one').etag));
    expect(requests()).toEqual({ CopyObject: 1, HeadObject: 1, UpdateItem: 1 });
    expect(facts()).toEqual([]);
  });

  it.each<Mood>(['down', 'silent', 'throttled'])(
    'all is copied while the tables are %s, and one loss is told for a key',
    async (mood) => {
      dynamo.mood = mood;
      const { failed, lines } = await rig.invoke(created('k', rig.put('k', 'one').etag));
      expect(failed).toEqual([]);
      expect(copiesOf('k')).toBe(1);
      expect(lines.filter(({ message }) => message === 'ledger failed')).toHaveLength(1);
      // Each of the two tables, perhaps twice; and twice more, when the key is done.
      expect(dynamo.requests.length).toBeLessThanOrEqual(4 * 3);
    },
  );
});

const ISO = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
