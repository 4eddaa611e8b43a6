import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Restoration } from '../../../functions/restore/decide-restore.ts';
import { planKeys, planRange } from '../../../functions/restore/plan-range.ts';
import type { PlanWorld } from '../../../functions/restore/plan-range.ts';
import type { History } from '../../../shared/ledger/dynamo-history.ts';
import { compareKeys } from '../../../shared/objects/key-order.ts';
import type { ListedVersion } from '../../../shared/listing/listed-version.ts';
import type { KeyRange } from '../../../shared/listing/listing.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../../shared/objects/object-key.ts';
import type { KeyVersions, VersionListing } from '../../../shared/listing/version-listing.ts';

const NOW = { undelete: false };
const KEYS = ['a', 'a/', 'a/1', 'b', 'c', '～', '😀'].map(objectKey);
const NO_PAST: History = { factsOf: () => Promise.resolve([]), now: () => Promise.resolve({}) };

function version(key: string, n: number, more: Partial<ListedVersion> = {}): ListedVersion {
  const lastModified = new Date(Date.parse('2026-01-01T10:00:00Z') - n * 1000);
  return {
    versionId: `${key} ${n}`,
    lastModified,
    isLatest: n === 0,
    deleteMarker: false,
    etag: 'e',
    size: 1,
    ...more,
  };
}

function bucketOf(counts: readonly number[], more: Partial<ListedVersion> = {}): readonly KeyVersions[] {
  return KEYS.flatMap((key, index) => {
    const versions = Array.from({ length: counts[index] ?? 1 }, (_, n) => version(key, n, more));
    return versions.length === 0 ? [] : [{ key, versions }];
  });
}

/** In pages of `size`, each of which comes some turns later. */
function listingOf(all: readonly KeyVersions[], size = 3): VersionListing & { pages: number } {
  const rows = all.flatMap(({ key, versions }) => versions.map((one) => ({ key, one })));
  const listing = {
    name: 'photos-eu',
    pages: 0,
    async page({ cursor, after, prefix = '' }: Parameters<VersionListing['page']>[0]) {
      listing.pages++;
      await setImmediate();
      const within = rows.filter(({ key }) => key.startsWith(prefix));
      const seen = within.findLastIndex(({ key, one }) =>
        cursor
          ? compareKeys(key, cursor.key) < 0 || (key === cursor.key && one.versionId === cursor.version)
          : after !== undefined && compareKeys(key, after) <= 0,
      );
      const page = within.slice(seen + 1, seen + 1 + size);
      const last = page.at(-1);
      const hasMore = within.length > seen + 1 + size;
      const keys = [...Map.groupBy(page, ({ key }) => key)];
      return {
        keys: keys.map(([key, of]) => ({ key, versions: of.map(({ one }) => one) })),
        ...(hasMore && last && { next: { key: last.key, version: last.one.versionId } }),
      };
    },
  };
  return listing;
}

async function planned(range: KeyRange, world: Partial<PlanWorld> & Pick<PlanWorld, 'listing'>) {
  const told: Restoration[] = [];
  for await (const one of planRange(range, { concurrency: 4, ...world }, NOW)) told.push(one);
  return told;
}

it('decides on every key of a range with all of its versions, in order, in pages of every size', async () => {
  const cases = {
    counts: fc.array(fc.nat(5), { minLength: KEYS.length, maxLength: KEYS.length }),
    size: fc.integer({ min: 1, max: 9 }),
    after: fc.option(fc.constantFrom(...KEYS), { nil: undefined }),
    through: fc.option(fc.constantFrom(...KEYS), { nil: undefined }),
    prefix: fc.constantFrom(undefined, 'a', 'a/', 'x'),
    hasHistory: fc.boolean(),
  };
  await fc.assert(
    fc.asyncProperty(fc.record(cases), async ({ counts, size, hasHistory, after, through, prefix }) => {
      const all = bucketOf(counts);
      const range = { ...(after && { after }), ...(through && { through }), ...(prefix && { prefix }) };
      const seen: [ObjectKey, number][] = [];
      const history = {
        ...NO_PAST,
        async now(key: ObjectKey) {
          for (let turns = key.charCodeAt(0) % 3; turns > 0; turns--) await setImmediate();
          return {};
        },
      };
      const world = { listing: listingOf(all, size), concurrency: 4, ...(hasHistory && { history }) };
      const wanted = { version: 'none', undelete: false };
      const within = all.filter(
        ({ key }) =>
          (after === undefined || compareKeys(key, after) > 0) &&
          (through === undefined || compareKeys(key, through) <= 0) &&
          key.startsWith(prefix ?? ''),
      );
      for await (const one of planRange(range, world, wanted)) {
        expect(one).toMatchObject({ do: 'leave', reason: 'unknown' });
        seen.push([one.key, 0]);
      }
      expect(seen.map(([key]) => key)).toEqual(within.map(({ key }) => key));
      const last = within.map(({ versions }) => versions.at(-1));
      const asked = await Promise.all(
        within.map(({ key, versions }) =>
          first(planKeys([key], world, { version: versions.at(-1)?.versionId ?? '', undelete: false })),
        ),
      );
      expect(asked.map((one) => one?.do === 'restore' && one.version)).toEqual(last);
    }),
    { numRuns: 100 },
  );
});

it('takes together thousands of versions of one key, over many pages', async () => {
  const all = bucketOf([1, 1, 30_000]);
  const told = await planned({}, { listing: listingOf(all, 7000), history: NO_PAST });
  expect(told.map((one) => one.key)).toEqual(KEYS);
  const { versionId } = version('a/1', 29_999);
  const oldest = planRange(
    {},
    { listing: listingOf(all, 7000), concurrency: 4 },
    { version: versionId, undelete: false },
  );
  const found: ObjectKey[] = [];
  for await (const one of oldest) if (one.do === 'restore') found.push(one.key);
  expect(found).toEqual(['a/1']);
});

it('asks for no page behind the end of the range', async () => {
  const listing = listingOf(bucketOf([1, 1, 1, 1, 1, 1, 1]), 2);
  await planned({ through: objectKey('a/') }, { listing });
  expect(listing.pages).toBe(2);
});

it('asks for so many keys at once, and no more', async () => {
  let [asking, most] = [0, 0];
  const history: History = {
    ...NO_PAST,
    async now() {
      most = Math.max(most, ++asking);
      await setImmediate();
      await setImmediate();
      asking--;
      return {};
    },
  };
  await planned({}, { listing: listingOf(bucketOf([])), history, concurrency: 3 });
  expect(most).toBe(3);
});

describe('the history', () => {
  it('is asked for the item alone where only what is now is wanted', async () => {
    const asked: string[] = [];
    const history: History = {
      factsOf(key) {
        asked.push(`facts of ${key}`);
        return Promise.resolve([]);
      },
      now(key) {
        asked.push(`item of ${key}`);
        return Promise.resolve({ removedAt: new Date('2026-02-01T10:00:00Z') });
      },
    };
    const world = { listing: listingOf(bucketOf([1, 0, 0, 0, 0, 0, 0])), history, concurrency: 2 };
    const told = await first(planRange({}, world, NOW));
    expect(told).toMatchObject({ do: 'restore', removed: new Date('2026-02-01T10:00:00Z') });
    expect(asked).toEqual(['item of a']);
    await first(planRange({}, world, { ...NOW, at: new Date() }));
    expect(asked).toEqual(['item of a', 'facts of a', 'item of a']);
  });

  it.each(['factsOf', 'now'] as const)(
    'that does not answer for %s ends the plan at that key, with its name',
    async (what) => {
      const history: History = {
        ...NO_PAST,
        [what]: (key: ObjectKey) => (key === 'b' ? Promise.reject(new Error('Throttled')) : NO_PAST[what](key)),
      };
      const seen: ObjectKey[] = [];
      const told = (async () => {
        const world = { listing: listingOf(bucketOf([])), history, concurrency: 100 };
        for await (const one of planRange({}, world, { ...NOW, at: new Date() })) seen.push(one.key);
      })();
      await expect(told).rejects.toThrow(
        'Cannot plan the restore of "b" from "photos-eu": its history cannot be read: Throttled',
      );
      expect(seen).toEqual(['a', 'a/', 'a/1']);
    },
  );
});

it('a page that fails ends the plan with its error, after what comes before it', async () => {
  const listing = listingOf(bucketOf([]), 2);
  const failing: VersionListing = {
    ...listing,
    page: (request) => (request.cursor?.key === 'b' ? Promise.reject(new Error('No page')) : listing.page(request)),
  };
  for (const history of [NO_PAST, undefined]) {
    const seen: ObjectKey[] = [];
    const told = (async () => {
      const world = { listing: failing, concurrency: 2, ...(history && { history }) };
      for await (const one of planRange({}, world, NOW)) seen.push(one.key);
    })();
    await expect(told).rejects.toThrow('No page');
    // Of the last one more versions may come.
    expect(seen).toEqual(['a', 'a/', 'a/1']);
  }
});

it('single keys are decided on in their order, also those of which nothing is left', async () => {
  const keys = ['c', 'gone', 'a', 'never'].map(objectKey);
  const source = { etag: 'e', versionId: 's', lastModified: new Date('2026-01-01T09:00:00Z'), size: 1 };
  const history: History = {
    ...NO_PAST,
    factsOf: (key) =>
      Promise.resolve(key === 'gone' ? [{ fact: 'version', source, replica: { etag: 'e', versionId: 'r' } }] : []),
  };
  const told: string[] = [];
  for await (const one of planKeys(keys, { listing: listingOf(bucketOf([])), history, concurrency: 2 }, NOW))
    told.push(`${one.key} ${one.do === 'leave' ? one.reason : one.version.versionId}`);
  expect(told).toEqual(['c c 0', 'gone expired', 'a a 0', 'never unknown']);
});

async function first<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}
