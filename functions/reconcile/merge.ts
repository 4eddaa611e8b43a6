import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { compareTexts, NO_TEXTS, textAt } from '../../shared/listing/texts.ts';
import type { Texts } from '../../shared/listing/texts.ts';

/** Rows in columns, in ascending order of their keys. */
export interface Keyed {
  readonly keys: Texts;
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
  /**
   * Called once for every key that any side has, in ascending order. The sides then tell who has it; `key` makes a string of it, which takes its time, and only until
   * `visit` returns.
   */
  readonly visit: (key: () => ObjectKey) => void;
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
  let smallest: Side | undefined;
  const key = () => keyAt(smallest?.page, smallest?.at ?? 0);
  for (;;) {
    smallest = smallestOf(sides);
    if (smallest === undefined) return undefined;
    visit(key);
    const { page, at } = smallest;
    if (goOn(sides)) return keyAt(page, at);
  }
}

function keyAt(page: Keyed | undefined, row: number): ObjectKey {
  return objectKey(textAt(page?.keys ?? NO_TEXTS, row));
}

/** Behind the key that was visited. @returns whether a side needs another page. */
function goOn(sides: readonly Side[]): boolean {
  let empty = false;
  for (const side of sides) {
    if (!side.here) continue;
    side.here = false;
    side.at++;
    if (side.page !== undefined && side.at >= side.page.keys.length) empty = true;
  }
  return empty;
}

/** Marks the sides that have the smallest key. @returns one of them. */
function smallestOf(sides: readonly Side[]): Side | undefined {
  let smallest: Side | undefined;
  for (const side of sides) {
    const order = orderOf(side, smallest);
    side.here = order <= 0;
    if (order >= 0) continue;
    for (const before of sides) {
      if (before === side) break;
      before.here = false;
    }
    smallest = side;
  }
  return smallest;
}

/** Less than 0: it comes before `smallest`. A side that has ended comes last. */
function orderOf({ page, at }: Side, smallest: Side | undefined): number {
  if (page === undefined) return 1;
  if (smallest?.page === undefined) return -1;
  return compareTexts(page.keys, at, smallest.page.keys, smallest.at);
}
