import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { readMemory } from './destination-memory.ts';
import { differencePages } from './difference.ts';
import type { Plan } from './run-plan.ts';
import { paths } from './run.ts';
import type { Run, SharesFile } from './run.ts';
import type { RangeProgress } from './share.ts';
import { newVerifyTally, total } from './tally.ts';
import { scrubChoice } from './scrub-choice.ts';
import { sendScrubs } from './send-scrubs.ts';
import type { SweepTally } from './tally.ts';
import type { Observed, World } from './world.ts';
import { whyWithheld, TOO_MUCH, UNSENT } from './nomination.ts';
import type { Nomination } from './nomination.ts';
import { readShare, writeShares } from './share-files.ts';

/**
 * Sends what differs to the inboxes of the destinations, after it is known how much it is. To send a key twice is harmless.
 *
 * @returns whether all are sent, and then where the list of the shares is that must be listed again; without, nothing differed.
 */
export async function nominate(
  world: World,
  { run, plan, destinations }: { readonly run: Run; readonly plan: Plan; readonly destinations: readonly Observed[] },
): Promise<{ readonly done: boolean; readonly shares?: SharesFile }> {
  const { files } = world;
  const name = paths.nomination(run);
  const stored = await files.read(name);
  const nomination: Nomination = stored === undefined ? await newNomination(world, run, plan) : JSON.parse(stored.text);
  for (; nomination.share < plan.shares; nextShare(nomination)) {
    const ranges = (await readShare<SweepTally>(world, run, nomination.share))?.ranges ?? [];
    for (; nomination.range < ranges.length; nextRange(nomination)) {
      const { differences = [], scrubs = [] } = ranges[nomination.range] ?? {};
      const chunks = [...differences, ...scrubs];
      while (nomination.chunk < chunks.length) {
        if (world.remaining() < RESERVE_MS) {
          await files.write(name, JSON.stringify(nomination));
          return { done: false };
        }
        if (nomination.chunk < differences.length) {
          const some = differences.slice(nomination.chunk, nomination.chunk + CHUNKS_AT_A_TIME);
          await Promise.all(some.map((chunk) => sendChunk(world, { nomination, destinations, chunk })));
          nomination.chunk += some.length;
        } else {
          // One after the other, as each takes of the same budget.
          await sendScrubs(world, { run, nomination, destinations, chunk: chunks[nomination.chunk] ?? '' });
          nomination.chunk++;
        }
      }
    }
  }
  nomination.toVerify ??= await planVerification(world, run, plan);
  await files.write(name, JSON.stringify(nomination));
  world.log.info('nominated', { run: run.id, sent: nomination.sent, withheld: nomination.withheld });
  if (nomination.toVerify === 0) return { done: true };
  return { done: true, shares: { bucket: world.settings.reportsBucket, key: paths.shares(run, 'verify') } };
}

const RESERVE_MS = 60_000;
const CHUNKS_AT_A_TIME = 4;

function nextShare(nomination: Nomination): void {
  nomination.share++;
  nomination.range = 0;
}

function nextRange(nomination: Nomination): void {
  nomination.range++;
  nomination.chunk = 0;
}

async function newNomination(world: World, run: Run, plan: Plan): Promise<Nomination> {
  const sums = plan.destinations.map(() => ({ bytes: 0, objects: 0, toScrub: 0 }));
  for (let share = 0; share < plan.shares; share++) {
    const { tallies = [] } = (await readShare<SweepTally>(world, run, share)) ?? {};
    for (const [to, { bytesFound, found, scrub }] of tallies.entries()) {
      const sum = sums[to];
      if (sum === undefined) continue;
      sum.bytes += bytesFound;
      sum.objects += total(found);
      sum.toScrub += scrub?.bytes ?? 0;
    }
  }
  const reasons = await Promise.all(
    plan.destinations.map(async ({ bucket }, to) => {
      const why = await withholding(world, run, { bucket, bytes: sums[to]?.bytes ?? 0 });
      return why === undefined ? [] : [[bucket, why] as const];
    }),
  );
  const withheld = Object.fromEntries(reasons.flat());
  world.log.info('found', { run: run.id, sums, withheld });
  const startedAt = new Date(world.now()).toISOString();
  const scrub =
    scrubChoice(world.settings, run) && sums.map(({ toScrub }) => ({ wanted: toScrub, sent: 0, bytes: 0, left: 0 }));
  const sent = plan.destinations.map(() => 0);
  return { startedAt, withheld, sent, ...(scrub && { scrub }), share: 0, range: 0, chunk: 0 };
}

/** A wrong verdict must not copy a bucket anew every night. Before the first run that was carried through, it is being filled. */
async function withholding(
  { files, settings }: World,
  { request }: Run,
  { bucket, bytes }: { readonly bucket: string; readonly bytes: number },
): Promise<string | undefined> {
  if (request.verifyOnly === true) return 'only compared, as asked';
  if (bytes <= settings.maxBytesPerRun) return undefined;
  if ((await readMemory(files, bucket))?.filledBy === undefined) return undefined;
  return `${TOO_MUCH} ${settings.maxBytesPerRun} bytes that a run may repair`;
}

async function sendChunk(
  world: World,
  {
    nomination,
    destinations,
    chunk,
  }: { readonly nomination: Nomination; readonly destinations: readonly Observed[]; readonly chunk: string },
): Promise<void> {
  for await (const { differences } of differencePages(world.files, [chunk])) {
    const keys: ObjectKey[][] = destinations.map(() => []);
    for (const { key, at } of differences) for (const { to } of at) keys[to]?.push(key);
    await Promise.all(
      destinations.map(async ({ inbox, bucket }, to) => {
        const mine = keys[to] ?? [];
        if (mine.length === 0 || whyWithheld(nomination, bucket.name) !== undefined) return;
        try {
          await inbox.send(mine);
          nomination.sent[to] = (nomination.sent[to] ?? 0) + mine.length;
        } catch (error) {
          // One inbox that takes nothing must not keep the others from being repaired.
          world.log.error('inbox refused', { destination: bucket.name, error });
          nomination.withheld[bucket.name] = `${UNSENT}: ${error instanceof Error ? error.message : String(error)}`;
        }
      }),
    );
  }
}

/** What differed is listed again: ranges that did not differ are proved already. */
async function planVerification(world: World, run: Run, plan: Plan): Promise<number> {
  const differing: Pick<RangeProgress, 'range' | 'differences' | 'scrubs'>[] = [];
  for (let share = 0; share < plan.shares; share++) {
    const { ranges = [] } = (await readShare<SweepTally>(world, run, share)) ?? {};
    // Of a range that was not listed to its end, only what was listed.
    for (const { range, cursor, done, differences, scrubs = [] } of ranges) {
      if (differences.length > 0)
        differing.push({ range: done || cursor === undefined ? range : { ...range, through: cursor }, differences });
      // The ledger tells what became of these: they need not be listed.
      if (scrubs.length > 0) differing.push({ range, differences: [], scrubs });
    }
  }
  return writeShares(world.files, {
    run,
    step: 'verify',
    ranges: differing,
    tallies: plan.destinations.map(newVerifyTally),
  });
}
