import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { dynamoHistory } from '../../../shared/ledger/dynamo-history.ts';
import type { History } from '../../../shared/ledger/dynamo-history.ts';
import { dynamoLedger } from '../../../shared/ledger/dynamo-ledger.ts';
import type { Ledger, LedgerRecord } from '../../../shared/ledger/ledger.ts';
import { timeline } from '../../../shared/ledger/timeline.ts';
import { type DynamoSimulator, startDynamoSimulator } from '../../support/dynamo-simulator/http-server.ts';
import { happenings, KEY, keyStory } from '../../support/key-story.ts';

let dynamo: DynamoSimulator;
let ledger: Ledger;
let history: History;

beforeAll(async () => {
  dynamo = await startDynamoSimulator();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const [region, table] = ['eu-west-1', 'photos-eu-ledger'];
  ledger = dynamoLedger({ region, table, sockets: 10, history: { table: 'photos-eu-versions', days: 36_500 } });
  history = dynamoHistory({ ledger: table, versions: 'photos-eu-versions' }, { region });
});
beforeEach(forget);
afterAll(async () => {
  vi.unstubAllEnvs();
  await dynamo.close();
});

function forget(): void {
  dynamo.mood = 'up';
  dynamo.items.clear();
  dynamo.sorted.clear();
  dynamo.requests.length = 0;
}

/** They depend on when, or after what, a fact was recorded. */
const PASSING = new Set(['expires', 'goneSince', 'foundAt']);

/** What the table holds of what events told; what was only found depends on what had been found before. */
async function told(records: readonly LedgerRecord[]): Promise<Record<string, unknown>> {
  forget();
  for (const record of records) await ledger.record(record);
  const items = [...dynamo.sorted].filter(([, item]) => !item['found']);
  return Object.fromEntries(
    items.map(([id, item]) => [id, Object.fromEntries(Object.entries(item).filter(([name]) => !PASSING.has(name)))]),
  );
}

it('whatever the order of the records, and however often they come, the same facts are there', async () => {
  const stories = happenings(fc.constant(false)).chain((all) => {
    const { records } = keyStory(all);
    const again = fc.shuffledSubarray([...records, ...records], { minLength: records.length * 2 });
    return fc.record({ records: fc.constant(records), again, some: fc.subarray([...records]) });
  });
  await fc.assert(
    fc.asyncProperty(stories, async ({ records, again, some }) => {
      const all = await told(records);
      expect(await told(again)).toEqual(all);
      // What is lost is missing, and nothing else is.
      expect(all).toMatchObject(await told(some));
      await told(some);
      expect(await told([...some, ...records])).toEqual(all);
    }),
    { numRuns: 15 },
  );
});

it('at every moment the source held what the history says, also where events were lost and the change was found', async () => {
  await fc.assert(
    fc.asyncProperty(happenings(fc.boolean()), fc.boolean(), async (all, anyOrder) => {
      const lost = all.some((one) => one.lost);
      const { records, truth, listed } = keyStory(all);
      forget();
      for (const record of anyOrder && !lost ? records.toReversed() : records) await ledger.record(record);
      const moments = timeline({ facts: await history.factsOf(KEY), listed, now: await history.now(KEY) });
      for (const { since, content } of truth) {
        // What was only found is dated from its finding, or in whole seconds.
        const at = lost ? since + 15 : since;
        const later = truth.find((other) => other.since > since);
        if (later !== undefined && lost && Math.floor(later.since / 1000) === Math.floor(at / 1000)) continue;
        const held = moments.findLast((moment) => moment.since.getTime() <= at);
        expect({ at, content: held?.what === 'removed' ? undefined : held?.replica?.etag }).toEqual({ at, content });
      }
    }),
    { numRuns: 150 },
  );
});

it('what has expired is not there, though DynamoDB has not deleted it yet', async () => {
  const { records } = keyStory([{ what: 'put', content: 'one', after: 1, lost: false }]);
  for (const record of records) await ledger.record(record);
  expect(await history.factsOf(KEY)).toHaveLength(1);
  for (const [id, item] of dynamo.sorted) dynamo.sorted.set(id, { ...item, expires: { N: '1' } });
  expect(await history.factsOf(KEY)).toEqual([]);
});

it('a failure to write one of the two is told after both have ended', async () => {
  const [record] = keyStory([{ what: 'put', content: 'one', after: 1, lost: false }]).records;
  if (record === undefined) throw new Error('There is no record');
  dynamo.mood = 'down';
  await expect(ledger.record(record)).rejects.toThrow(/socket|ECONNRESET|reset/i);
  expect(dynamo.requests).toEqual(['UpdateItem', 'UpdateItem', 'UpdateItem', 'UpdateItem']);
});
