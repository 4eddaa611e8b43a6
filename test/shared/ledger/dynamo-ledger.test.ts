import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { dynamoLedger } from '../../../shared/ledger/dynamo-ledger.ts';
import { rankOf } from '../../../shared/ledger/ledger.ts';
import type { Ledger, LedgerRecord } from '../../../shared/ledger/ledger.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { type DynamoSimulator, startDynamoSimulator } from '../../support/dynamo-simulator/http-server.ts';

let dynamo: DynamoSimulator;
let ledger: Ledger;

beforeAll(async () => {
  dynamo = await startDynamoSimulator();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  ledger = dynamoLedger({ region: 'eu-west-1', table: 'photos-eu-ledger', sockets: 10 });
});
beforeEach(() => {
  dynamo.mood = 'up';
  dynamo.items.clear();
  dynamo.requests.length = 0;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await dynamo.close();
});

const key = objectKey('ä b+c/%.txt');
const copied: LedgerRecord = {
  key,
  outcome: 'copied',
  reason: 'absent',
  lookedAt: new Date(2000),
  recordedAt: new Date(3000),
  source: { etag: 'one', lastModified: new Date(1000), size: 5 },
  replica: { etag: 'other' },
};

it('tells from which source the replica was made, once it was', async () => {
  expect(await ledger.note(key)).toBeUndefined();
  await ledger.record({ ...copied, outcome: 'failed', lookedAt: new Date(1000) });
  const { replica: _, ...failed } = { ...copied, outcome: 'failed' as const };
  await ledger.record({ ...failed, lookedAt: new Date(1500) });
  await ledger.record(copied);
  await ledger.record({
    ...failed,
    lookedAt: new Date(9000),
    source: { etag: 'two', lastModified: new Date(), size: 1 },
  });
  const sourceLastModified = new Date(1000);
  expect(await ledger.note(key)).toEqual({ sourceETag: 'one', replicaETag: 'other', sourceLastModified });
});

it('whatever the order of the records, ends with the newest, and counts all', async () => {
  const time = fc.integer({ min: 0, max: 9 }).map((seconds) => new Date(seconds * 1000));
  const etag = fc.constantFrom('one', 'two', 'three');
  const alive = fc.record({
    outcome: fc.constantFrom('copied' as const, 'same' as const, 'failed' as const, 'cannot' as const),
    lookedAt: time,
    source: fc.record({ etag, lastModified: time, size: fc.nat() }),
    replica: fc.record({ etag }),
  });
  const gone = fc.record({ outcome: fc.constant('skipped' as const), lookedAt: time, removedAt: time });
  const records = fc.uniqueArray(fc.oneof(alive, gone), {
    minLength: 1,
    maxLength: 8,
    selector: (record) => rankOf({ ...copied, ...record }),
  });
  const { source: _, replica: __, ...plain } = copied;
  await fc.assert(
    fc.asyncProperty(records, fc.boolean(), async (written, atOnce) => {
      dynamo.items.clear();
      const all = written.map((record, index): LedgerRecord => ({ ...plain, ...record, reason: `record ${index}` }));
      if (atOnce) await Promise.all(all.map((record) => ledger.record(record)));
      else for (const record of all) await ledger.record(record);
      const [newest] = all.toSorted((one, other) => (rankOf(one) < rankOf(other) ? 1 : -1));
      const item = dynamo.items.get(key);
      expect(item).toMatchObject({
        outcome: { S: newest?.outcome },
        reason: { S: newest?.reason },
        attempts: { N: String(all.length) },
      });
      expect(item?.['trouble']?.S).toBe(['failed', 'cannot'].find((outcome) => outcome === newest?.outcome));
      expect(item?.['removedAt'] !== undefined).toBe(newest?.outcome === 'skipped');
    }),
    { numRuns: 100 },
  );
});

it('a record that the SDK sends twice counts once', async () => {
  await ledger.record(copied);
  await ledger.record(copied);
  expect(dynamo.items.get(key)).toMatchObject({ attempts: { N: '1' } });
});

it('a removal that was found is in the history, also if the answer to its first record was lost', async () => {
  const history = { table: 'photos-eu-versions', days: 30 };
  const both = dynamoLedger({ region: 'eu-west-1', table: 'photos-eu-ledger', sockets: 10, history });
  const { source: _, replica: __, ...plain } = copied;
  const gone: LedgerRecord = { ...plain, outcome: 'skipped', removedAt: new Date(3000) };
  const removals = () => [...dynamo.sorted.values()].filter(({ fact }) => fact?.S === 'removed');
  await both.record(gone);
  expect(removals()).toHaveLength(1);
  // The item was written, and nobody heard of it: the fact was not.
  dynamo.sorted.clear();
  await both.record(gone);
  expect(removals()).toMatchObject([{ time: { S: '1970-01-01T00:00:03.000Z' } }]);
  dynamo.sorted.clear();
  await both.record({ ...gone, lookedAt: new Date(4000), recordedAt: new Date(5000), removedAt: new Date(5000) });
  await both.record({ ...gone, lookedAt: new Date(4000), recordedAt: new Date(5000), removedAt: new Date(5000) });
  expect(removals()).toEqual([]);
});

it.each([
  ['down', /ECONNRESET|socket hang up/],
  ['silent', /aborted/],
  ['throttled', /ThrottlingException/],
] as const)('gives up if DynamoDB is %s', async (mood, message) => {
  dynamo.mood = mood;
  await expect(ledger.record(copied)).rejects.toThrow(message);
  await expect(ledger.note(key)).rejects.toThrow(message);
  // Each once more at most.
  expect(dynamo.requests.length).toBeLessThanOrEqual(6);
});
