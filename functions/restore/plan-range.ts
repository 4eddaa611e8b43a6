import type { History } from '../../shared/ledger/dynamo-history.ts';
import type { KeyRange } from '../../shared/listing/listing.ts';
import { mapInOrder } from '../../shared/map-in-order.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { KeyVersions, VersionListing } from '../../shared/listing/version-listing.ts';
import { decideRestore } from './decide-restore.ts';
import type { Restoration, Wanted } from './decide-restore.ts';
import type { Known } from './past-of.ts';
import { versionsByKey } from './versions-by-key.ts';

/** What a plan is made from. */
export interface PlanWorld {
  /** Of the destination. */
  readonly listing: VersionListing;
  /** Absent: the destination has no ledger. */
  readonly history?: History;
  /** So many keys are asked for at once. */
  readonly concurrency: number;
}

/**
 * What a restore does with each key of a range that the destination knows, in ascending order of keys. Memory does not grow with the range.
 *
 * @throws {BucketError} if the listing fails, after what comes before it.
 * @throws {Error} if the history of a key cannot be read: by the replicas' own dates another state might come back than the one that was asked for.
 */
export async function* planRange(
  range: KeyRange,
  world: PlanWorld,
  wanted: Wanted,
): AsyncGenerator<Restoration, void, undefined> {
  const keys = versionsByKey(world.listing, range);
  if (world.history === undefined) {
    // Nobody needs to be waited for.
    for await (const { key, versions } of keys) yield decideRestore(key, { versions, facts: [], now: {} }, wanted);
    return;
  }
  yield* mapInOrder(keys, {
    limit: world.concurrency,
    heavy: { weigh: ({ versions }) => versions.length, most: MOST_VERSIONS },
    work: (versions) => decide(versions, { world, wanted }),
  });
}

/** Of all keys that are asked for at once, but for the last one: a key may have any number. */
const MOST_VERSIONS = 20_000;

/** As `planRange`, for single keys, in their order: also for those of which the destination has nothing any more. */
export async function* planKeys(
  keys: Iterable<ObjectKey> | AsyncIterable<ObjectKey>,
  world: PlanWorld,
  wanted: Wanted,
): AsyncGenerator<Restoration, void, undefined> {
  yield* mapInOrder(keys, {
    limit: world.concurrency,
    work: async (key) => decide(await versionsOf(key, world.listing), { world, wanted }),
  });
}

interface Planning {
  readonly world: PlanWorld;
  readonly wanted: Wanted;
}

async function decide({ key, versions }: KeyVersions, { world, wanted }: Planning): Promise<Restoration> {
  const needsFacts = versions.length === 0 || !isOfNow(wanted);
  return decideRestore(key, { versions, ...(await knownOf(key, { world, needsFacts })) }, wanted);
}

/** What is now the ledger's item alone tells, for half of the requests. */
function isOfNow({ at, version }: Wanted): boolean {
  return at === undefined && version === undefined;
}

async function knownOf(
  key: ObjectKey,
  { world, needsFacts }: { readonly world: PlanWorld; readonly needsFacts: boolean },
): Promise<Omit<Known, 'versions'>> {
  const { history, listing } = world;
  if (history === undefined) return { facts: [], now: {} };
  try {
    const [facts, now] = await Promise.all([needsFacts ? history.factsOf(key) : [], history.now(key)]);
    return { facts, now };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot plan the restore of ${JSON.stringify(key)} from "${listing.name}": its history cannot be read: ${why}`,
      { cause },
    );
  }
}

async function versionsOf(key: ObjectKey, listing: VersionListing): Promise<KeyVersions> {
  // The key itself comes first of all that begin with it.
  for await (const found of versionsByKey(listing, { prefix: key, through: key })) return found;
  return { key, versions: [] };
}
