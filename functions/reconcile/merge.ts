import { compareKeys } from '../../shared/key-order.ts';
import type { ObjectKey } from '../../shared/object-key.ts';

/** Rows in columns, in ascending order of their keys. */
export interface Keyed {
  readonly keys: readonly ObjectKey[];
}

/** One of the listings that are merged. While a key is visited: where its row is, if this side has the key. */
export interface Side<Page extends Keyed = Keyed> {
  page: Page | undefined;
  /** The row in `page`. */
  at: number;
  /** Whether this side has the key that is being visited. */
  here: boolean;
  ended: boolean;
  /** Goes on to the next row; if the page has no more, to the next page. */
  readonly fill: () => Promise<void>;
  readonly close: () => Promise<unknown>;
}

export function sideOf<Page extends Keyed>(listing: AsyncIterable<Page>): Side<Page> {
  const pages = listing[Symbol.asyncIterator]();
  const side: Side<Page> = {
    page: undefined,
    at: 0,
    here: false,
    ended: false,
    async fill() {
      while (!side.ended && (side.page === undefined || side.at >= side.page.keys.length)) {
        const { done, value } = await pages.next();
        side.ended = done === true;
        side.page = done === true ? undefined : value;
        side.at = 0;
      }
    },
    async close() {
      if (!side.ended) await pages.return?.();
    },
  };
  return side;
}

export interface Visitor {
  /** Called once for every key that any side has, in ascending order. The sides then tell who has it. */
  readonly visit: (key: ObjectKey) => void;
  /**
   * Called after the visits that needed no further page, at least once for each page; answers whether to go on.
   * `last`: the last key that was visited.
   */
  readonly between: (last: ObjectKey) => Promise<boolean>;
}

/**
 * Visits the keys of several ascending listings in one pass. It holds one page of each side, whatever their lengths.
 *
 * @returns whether it came to the end; not if `between` said no.
 * @throws what a side throws: a listing that failed is not a listing that ended.
 */
export async function merge(sides: readonly Side[], { visit, between }: Visitor): Promise<boolean> {
  try {
    for (;;) {
      // All at once: each waits for its bucket.
      await Promise.all(sides.map((side) => side.fill()));
      const last = visitUntilOneIsEmpty(sides, visit);
      if (last === undefined) return true;
      if (!(await between(last))) return false;
    }
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

/** Every side that has not ended has a row. @returns the last key that was visited; `undefined` if all have ended. */
function visitUntilOneIsEmpty(sides: readonly Side[], visit: Visitor['visit']): ObjectKey | undefined {
  let last: ObjectKey | undefined;
  for (;;) {
    const key = smallestKey(sides);
    if (key === undefined) return last;
    for (const side of sides) side.here = side.page?.keys[side.at] === key;
    visit(key);
    last = key;
    let empty = false;
    for (const side of sides) {
      if (!side.here) continue;
      side.here = false;
      side.at++;
      if (side.page !== undefined && side.at >= side.page.keys.length) empty = true;
    }
    if (empty) return last;
  }
}

function smallestKey(sides: readonly Side[]): ObjectKey | undefined {
  let smallest: ObjectKey | undefined;
  for (const { page, at } of sides) {
    const key = page?.keys[at];
    if (key === undefined || key === smallest) continue;
    if (smallest === undefined || compareKeys(key, smallest) < 0) smallest = key;
  }
  return smallest;
}
