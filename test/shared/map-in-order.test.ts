import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mapInOrder } from '../../shared/map-in-order.ts';

it('yields all results in the order of the items, with no more at work than allowed, whatever ends first', async () => {
  const cases = {
    turns: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }),
    limit: fc.integer({ min: 1, max: 9 }),
  };
  await fc.assert(
    fc.asyncProperty(fc.record(cases), async ({ turns, limit }) => {
      let [working, most] = [0, 0];
      const results = mapInOrder(turns.entries(), {
        limit,
        async work([index, waits]) {
          most = Math.max(most, ++working);
          for (let turn = 0; turn < waits; turn++) await setImmediate();
          working--;
          return index;
        },
      });
      expect(await all(results)).toEqual([...turns.keys()]);
      expect(most).toBeLessThanOrEqual(limit);
    }),
    { numRuns: 50 },
  );
});

it('tells an error when its turn comes, and waits for what has begun', async () => {
  const seen: number[] = [];
  let working = 0;
  const results = mapInOrder([1, 2, 3, 4, 5], {
    limit: 4,
    async work(item) {
      working++;
      if (item === 3) {
        working--;
        throw new Error('Three');
      }
      await setImmediate();
      await setImmediate();
      working--;
      return item;
    },
  });
  const told = (async () => {
    for await (const item of results) seen.push(item);
  })();
  await expect(told).rejects.toThrow('Three');
  expect(seen).toEqual([1, 2]);
  expect(working).toBe(0);
});

it('tells an error of the iterable after the results of all items before it', async () => {
  const seen: number[] = [];
  async function* items() {
    yield 1;
    yield 2;
    await setImmediate();
    throw new Error('Listing failed');
  }
  const told = (async () => {
    for await (const item of mapInOrder(items(), { limit: 8, work: (one) => Promise.resolve(one * 10) }))
      seen.push(item);
  })();
  await expect(told).rejects.toThrow('Listing failed');
  expect(seen).toEqual([10, 20]);
});

it('takes no more than it can carry, and one item', async () => {
  let [carried, most] = [0, 0];
  const weights = [5, 50, 1, 1, 1, 200, 3, 60, 60, 1];
  const results = mapInOrder(weights, {
    limit: 8,
    heavy: { weigh: (weight) => weight, most: 100 },
    async work(weight) {
      most = Math.max(most, carried);
      carried += weight;
      await setImmediate();
      return weight;
    },
  });
  const told: number[] = [];
  for await (const weight of results) {
    carried -= weight;
    told.push(weight);
  }
  expect(told).toEqual(weights);
  expect(most).toBeLessThanOrEqual(100);
});

it('closes the iterable when its reader leaves', async () => {
  let isClosed = false;
  function* items() {
    try {
      for (let item = 0; ; item++) yield item;
    } finally {
      isClosed = true;
    }
  }
  for await (const item of mapInOrder(items(), { limit: 3, work: (one) => Promise.resolve(one) }))
    if (item === 4) break;
  expect(isClosed).toBe(true);
});

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
