import { compareKeys } from '../objects/key-order.ts';
import type { KeyRange, Level, ListedBucket } from './listing.ts';
import { objectKey } from '../objects/object-key.ts';
import type { ObjectKey } from '../objects/object-key.ts';

/** Cuts all keys that begin with `prefix` at some keys, each of which ends a range. The ranges hold every key once, wherever they are cut. */
export function rangesBetween(cuts: readonly ObjectKey[], prefix?: string): readonly KeyRange[] {
  const within = cuts.filter((cut) => prefix === undefined || cut.startsWith(prefix));
  const sorted = [...new Set(within)].toSorted(compareKeys);
  const of = prefix === undefined ? {} : { prefix };
  return [undefined, ...sorted].map((after, index) => {
    const through = sorted[index];
    return { ...of, ...(after !== undefined && { after }), ...(through !== undefined && { through }) };
  });
}

/** At most so many of them, evenly. */
export function thinnedOut<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, index) => items[Math.floor(((index + 1) * items.length) / (most + 1))],
  ).filter((item) => item !== undefined);
}

/**
 * Where to cut a bucket of which nothing is known: at its folders, and where there are few of them at the folders within, level by level.
 * A bucket without `/` in its keys stays in one piece until samples of its keys are known.
 */
export async function cutsAtFolders(
  bucket: Pick<ListedBucket, 'level'>,
  { prefix = '', wanted }: { readonly prefix?: string | undefined; readonly wanted: number },
): Promise<readonly ObjectKey[]> {
  const cuts = new Set<string>();
  let frontier = [prefix];
  let requests = 0;
  while (frontier.length > 0 && cuts.size < wanted && requests < MOST_REQUESTS) {
    // What is cut here is what has not been cut yet, over all of the bucket.
    const asked = thinnedOut(frontier, MOST_REQUESTS - requests);
    requests += asked.length;
    const levels = await Promise.all(asked.map((folder) => bucket.level(folder)));
    frontier = levels.flatMap(foldersOf);
    for (const folder of frontier) cuts.add(folder);
  }
  return thinnedOut([...cuts].toSorted(compareKeys), wanted).map(objectKey);
}

/** Each request takes as long as listing a thousand keys. */
const MOST_REQUESTS = 64;

function foldersOf({ prefixes }: Level): readonly string[] {
  return prefixes;
}
