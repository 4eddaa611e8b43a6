import { mapInOrder } from '../../shared/map-in-order.ts';
import type { ListedVersion } from '../../shared/listing/listed-version.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { STORAGE_CLASSES } from '../../shared/objects/storage-classes.ts';
import type { StorageClass } from '../../shared/objects/storage-classes.ts';
import type { VersionListing } from '../../shared/listing/version-listing.ts';

/** What is known of the keys that a restore will look at. */
export interface Amount {
  readonly keys: number;
  /** Of the newest object of each key. */
  readonly classes: Readonly<Partial<Record<StorageClass, InClass>>>;
  /** Whether there was time for all of them. */
  readonly all: boolean;
  /** Where this comes from, as `This rests on …` goes on. */
  readonly basis: string;
}

export interface InClass {
  readonly objects: number;
  readonly bytes: number;
  /** Requests that copy them: one each, or one for each part and two more. */
  readonly copies: number;
}

/** Lists for a while, so that a bucket of any size costs no more than that. */
export async function countKeys(
  listing: VersionListing,
  { prefix, until, now }: { readonly prefix: string | undefined; readonly until: number; readonly now: () => number },
): Promise<Amount> {
  const tally = newTally();
  let cursor: Awaited<ReturnType<VersionListing['page']>>['next'];
  let last: string | undefined;
  do {
    const page = await listing.page({ ...(prefix !== undefined && { prefix }), ...(cursor && { cursor }) });
    for (const { key, versions } of page.keys) {
      // A key may go on from the page before.
      if (key === last) continue;
      last = key;
      tally.add(versions);
    }
    cursor = page.next;
  } while (cursor !== undefined && now() < until);
  const all = cursor === undefined;
  return {
    ...tally.amount(),
    all,
    basis: all ? 'a listing just now' : 'a listing of as many keys as ten seconds were enough for',
  };
}

/** Of single keys: all of a few, or as many as are a fair sample, and as much for each of the others. */
export async function sampleKeys(listing: VersionListing, keys: readonly ObjectKey[]): Promise<Amount> {
  const every = Math.max(1, Math.ceil(keys.length / MOST_SAMPLES));
  const sample = keys.filter((_, at) => at % every === 0);
  const tally = newTally();
  const pages = mapInOrder(sample, {
    limit: 8,
    work: async (key) => ({ key, page: await listing.page({ prefix: key }) }),
  });
  for await (const { key, page } of pages) tally.add(page.keys.find((one) => one.key === key)?.versions ?? []);
  const looked = tally.amount();
  if (sample.length === keys.length) return { ...looked, keys: keys.length, all: true, basis: 'a look at each key' };
  const factor = keys.length / sample.length;
  const classes = Object.fromEntries(
    Object.entries(looked.classes).map(([name, { objects, bytes, copies }]) => [
      name,
      { objects: Math.round(objects * factor), bytes: Math.round(bytes * factor), copies: Math.round(copies * factor) },
    ]),
  );
  return {
    keys: keys.length,
    classes,
    all: true,
    basis: `a look at ${sample.length} of the keys, and as much for the others`,
  };
}

const MOST_SAMPLES = 100;

function newTally() {
  let keys = 0;
  const classes = new Map<StorageClass, InClass>();
  return {
    add(versions: readonly ListedVersion[]): void {
      keys++;
      const newest = versions.find(({ deleteMarker }) => !deleteMarker);
      if (newest === undefined) return;
      const name = classOf(newest.storageClass);
      const { objects, bytes, copies } = classes.get(name) ?? { objects: 0, bytes: 0, copies: 0 };
      classes.set(name, {
        objects: objects + 1,
        bytes: bytes + newest.size,
        copies: copies + copyRequestsOf(newest.etag),
      });
    },
    amount: () => ({ keys, classes: Object.fromEntries(classes) }),
  };
}

/** What S3 does not call by one of these names is priced as Standard. */
function classOf(name: string | undefined): StorageClass {
  return STORAGE_CLASSES.find((known) => known === name) ?? 'STANDARD';
}

/** An object that came in parts is copied on its own part boundaries: so many parts, the beginning and the end. */
export function copyRequestsOf(etag: string): number {
  const [, parts] = /-(\d+)$/.exec(etag) ?? [];
  return parts === undefined ? 1 : Number(parts) + 2;
}
