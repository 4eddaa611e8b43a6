import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merge, sideOf } from '../../../functions/reconcile/merge.ts';
import type { Keyed, Side } from '../../../functions/reconcile/merge.ts';
import { textAt, textsOf } from '../../../shared/listing/texts.ts';
import { inOrder } from '../../support/model-bucket.ts';

/** Characters at which the orders of UTF-8 and UTF-16 part, combining ones, and those that split folders. */
const unit = fc.constantFrom(
  'a',
  'b',
  '/',
  '+',
  'e\u0301',
  'é',
  '\uD7FF',
  '\uE000',
  '\uFF5E',
  '\u{10000}',
  '\u{1F600}',
);
const keys = fc.uniqueArray(fc.string({ unit, minLength: 1, maxLength: 4 }), { maxLength: 30 }).map(inOrder);
const pageSizes = fc.array(fc.nat(4), { minLength: 1, maxLength: 8 });

describe('merge', () => {
  it('visits every key of any number of sides once, in order, however they are cut into pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(keys, pageSizes), { minLength: 1, maxLength: 5 }), async (listings) => {
        const visited = await visits(listings.map(([all, sizes]) => pages(all, sizes)));
        const union = inOrder(new Set(listings.flatMap(([all]) => all)));
        expect(visited).toEqual(union.map((key) => ({ key, here: listings.map(([all]) => all.includes(key)) })));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the row of the key on each side', async () => {
    const one = sideOf(pages(['a', 'b', 'c'], [2]));
    const other = sideOf(pages(['b', 'c'], [1]));
    const rows: unknown[] = [];
    await merge([one, other], {
      visit: (key) => rows.push([key(), keyOf(one), keyOf(other)]),
      between: async () => true,
    });
    expect(rows).toEqual([
      ['a', 'a', false],
      ['b', 'b', 'b'],
      ['c', 'c', 'c'],
    ]);
  });

  it('stops when it is told to, and says that it has not come to the end', async () => {
    const seen: string[] = [];
    const cursors: string[] = [];
    const ended = await merge([sideOf(pages(['a', 'b', 'c'], [1]))], {
      visit: (key) => seen.push(key()),
      async between(last) {
        cursors.push(last);
        return last !== 'b';
      },
    });
    expect({ ended, seen, cursors }).toEqual({ ended: false, seen: ['a', 'b'], cursors: ['a', 'b'] });
  });

  it.each([0, 1])('fails if side %i fails, and lets go of the other', async (bad) => {
    let closed = false;
    async function* good() {
      try {
        for (const key of ['a', 'b', 'c']) yield { keys: textsOf([key]) };
      } finally {
        closed = true;
      }
    }
    async function* failing() {
      yield { keys: textsOf(['a']) };
      throw new Error('page 2 cannot be had');
    }
    const sides = bad === 0 ? [sideOf(failing()), sideOf(good())] : [sideOf(good()), sideOf(failing())];
    await expect(visitsOf(sides)).rejects.toThrow('page 2 cannot be had');
    expect(closed).toBe(true);
  });

  it('holds one page of each side', async () => {
    let ahead = 0;
    async function* listing() {
      for (let n = 0; n < 50; n++) {
        ahead++;
        yield { keys: textsOf([`k${String(n).padStart(2, '0')}`]) };
      }
    }
    const side = sideOf(listing());
    let visited = 0;
    await merge([side], {
      visit() {
        visited++;
        expect(ahead).toBe(visited);
      },
      between: async () => true,
    });
    expect(visited).toBe(50);
  });
});

async function visits(listings: readonly AsyncIterable<Keyed>[]) {
  return visitsOf(listings.map((listing) => sideOf(listing)));
}

async function visitsOf(sides: readonly ReturnType<typeof sideOf>[]) {
  const visited: { key: string; here: boolean[] }[] = [];
  const ended = await merge(sides, {
    visit: (key) => visited.push({ key: key(), here: sides.map(({ here }) => here) }),
    between: async () => true,
  });
  expect(ended).toBe(true);
  return visited;
}

async function* pages(all: readonly string[], sizes: readonly number[]): AsyncGenerator<Keyed> {
  let first = 0;
  for (let n = 0; first < all.length; n++) {
    // Every so often an empty one; never two for ever.
    const size = sizes[n % sizes.length] || n % 2;
    yield { keys: textsOf(all.slice(first, first + size)) };
    first += size;
  }
}

function keyOf({ page, at, here }: Side) {
  return here && page !== undefined && textAt(page.keys, at);
}
