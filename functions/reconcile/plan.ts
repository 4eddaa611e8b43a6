import type { Files } from '../../shared/runs/files.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { discover } from '../../shared/topic/discover.ts';
import type { DestinationAddress } from '../../shared/topic/discover.ts';
import { readMemory } from './destination-memory.ts';
import { cutsAtFolders, rangesBetween, thinnedOut } from '../../shared/listing/ranges.ts';
import { paths } from './run.ts';
import type { Run, SharesFile } from './run.ts';
import { sourceTells } from './source-tells.ts';
import { newSweepTally } from './tally.ts';
import type { World } from './world.ts';
import { readPlan } from './run-plan.ts';
import type { Plan } from './run-plan.ts';
import { writeShares } from './share-files.ts';
import { minutesOf, youngSince } from './young-since.ts';

/** Keys of the source that the last complete run saw, for ranges of equal length. */
export interface Samples {
  readonly keys: readonly ObjectKey[];
  /** Objects that the source held. */
  readonly total: number;
}

/**
 * Finds the destinations, cuts the keys into ranges, and writes down the shares of the workers.
 *
 * @throws if there is nothing that could be compared; why, is in the plan by then.
 */
export async function plan(world: World, run: Run): Promise<{ readonly shares: SharesFile }> {
  const shares = { bucket: world.settings.reportsBucket, key: paths.shares(run, 'sweep') };
  // Asked again: others may be working on it by now.
  if (((await readPlan(world, run))?.destinations.length ?? 0) > 0) return { shares };
  const { destinations, problems } = await reachable(world, run);
  const samples = await readSamples(world.files);
  const cuts = await cutsOnce(world.files, run, await cutsFor(world, run, samples));
  const ranges = rangesBetween(cuts, run.request.prefix).map((range) => ({ range, differences: [] }));
  const planned: Plan = {
    destinations,
    problems,
    shares: await writeShares(world.files, {
      run,
      step: 'sweep',
      ranges: destinations.length === 0 ? [] : ranges,
      tallies: destinations.map(newSweepTally),
    }),
    sampleEvery: Math.max(FEWEST_KEYS, Math.ceil((samples?.total ?? 0) / MOST_RANGES)),
    // What is put while a destination is deployed may come before its inbox is fed: then nothing is left to the event path.
    youngFrom: youngSince(run.request.trigger === 'deploy' ? 0 : minutesOf(world, run), world.now()),
    listings: hasLongKeys(cuts) ? LISTINGS_OF_LONG_KEYS : world.settings.listings,
  };
  await world.files.write(paths.plan(run), JSON.stringify(planned));
  if (destinations.length === 0) throw new Error(problems.join('; '));
  world.log.info('planned', { run: run.id, ...planned, ranges: ranges.length });
  return { shares };
}

/**
 * The cuts of a run, whoever plans it: should a planner that was taken for dead come to life again, it must not leave shares
 * that are cut in another way beside those of its successor, as keys in between would be in none.
 */
async function cutsOnce(files: Files, run: Run, cuts: readonly ObjectKey[]): Promise<readonly ObjectKey[]> {
  await files.write(paths.cuts(run), JSON.stringify(cuts), 'absent');
  const file = await files.read(paths.cuts(run));
  const agreed: readonly string[] = JSON.parse(file?.text ?? '[]');
  return agreed.map(objectKey);
}

/** Pages of long keys, as S3 sends them, fill the memory: as many are read at a time as fit. */
function hasLongKeys(cuts: readonly ObjectKey[]): boolean {
  return cuts.length > 0 && cuts.reduce((sum, key) => sum + encodeURIComponent(key).length, 0) / cuts.length > 250;
}

const LISTINGS_OF_LONG_KEYS = 32;

/** Fewer keys would make more half-filled pages than they save time. */
const FEWEST_KEYS = 10_000;
/** Beyond this, ranges grow with the bucket. */
const MOST_RANGES = 20_000;
/** As long as nothing is known of a bucket. */
export const RANGES_AT_FOLDERS = 128;

async function reachable(
  world: World,
  { request, leftOut = [] }: Run,
): Promise<{ readonly destinations: readonly DestinationAddress[]; readonly problems: readonly string[] }> {
  const { destinations, problems } = discover(await world.subscriptions(), world.settings);
  const lost = [...(await sourceTells(world)), ...(await lostDestinations(world, destinations, request))];
  const wanted = destinations.filter(
    ({ bucket }) =>
      (request.destination === undefined || bucket === request.destination) &&
      leftOut.every((one) => one.bucket !== bucket),
  );
  if (wanted.length === 0 && leftOut.length > 0)
    return {
      destinations: [],
      problems: [
        ...problems,
        ...lost,
        `Other runs have all destinations: ${leftOut.map(({ bucket, run }) => `${bucket} (${run})`).join(', ')}`,
      ],
    };
  if (wanted.length === 0 && request.destination !== undefined)
    return {
      destinations: [],
      problems: [
        ...problems,
        `"${request.destination}" is not subscribed to the topic; subscribed are ${destinations.map(({ bucket }) => bucket).join(', ') || 'none'}`,
      ],
    };
  const looks = await Promise.all(
    wanted.map(async (destination) => {
      try {
        const { bucket, inbox } = await world.observe(destination);
        await Promise.all([bucket.level(''), inbox.state()]);
        return { destination };
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return { problem: `Cannot look at the destination "${destination.bucket}" through its observer role: ${why}` };
      }
    }),
  );
  return {
    destinations: looks.flatMap(({ destination }) => destination ?? []),
    problems: [...problems, ...lost, ...looks.flatMap(({ problem }) => problem ?? [])],
  };
}

/**
 * Destinations that were compared within the last week and are not subscribed any more: nothing reaches them. After that week it
 * is taken for what somebody wanted.
 */
async function lostDestinations(
  { files, now }: World,
  subscribed: readonly DestinationAddress[],
  { destination }: Run['request'],
): Promise<readonly string[]> {
  if (destination !== undefined) return [];
  const known = (await files.list(paths.destinations)).flatMap((name) => /([^/]+)\.json$/.exec(name)?.[1] ?? []);
  const missing = known.filter((name) => subscribed.every(({ bucket }) => bucket !== name));
  const lost = await Promise.all(missing.map(async (bucket) => ({ bucket, memory: await readMemory(files, bucket) })));
  return lost
    .filter(({ memory }) => memory !== undefined && now() - Date.parse(memory.completedAt) < WEEK_MS)
    .map(
      ({ bucket, memory }) =>
        `"${bucket}" is not subscribed to the topic any more; it was compared last at ${memory?.completedAt}. Deploy its stack again; ` +
        'if it was removed on purpose, this is said for a week',
    );
}

const WEEK_MS = 7 * 24 * 3_600_000;

async function cutsFor(world: World, { request }: Run, samples: Samples | undefined): Promise<readonly ObjectKey[]> {
  const { prefix = '' } = request;
  const known = (samples?.keys ?? []).filter((key) => key.startsWith(prefix));
  if (known.length > 0) return thinnedOut(known, MOST_RANGES);
  // Few keys are few pages, and need no cutting.
  if (samples !== undefined && (prefix !== '' || samples.total < 3 * FEWEST_KEYS)) return [];
  return cutsAtFolders(world.source, { prefix, wanted: RANGES_AT_FOLDERS });
}

async function readSamples(files: Files): Promise<Samples | undefined> {
  const file = await files.read(paths.samples);
  if (file === undefined) return undefined;
  const samples: Samples = JSON.parse(file.text);
  return { ...samples, keys: samples.keys.map(objectKey) };
}
