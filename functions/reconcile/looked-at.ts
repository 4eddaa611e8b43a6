import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { Difference } from './difference.ts';
import { differencePages } from './difference.ts';
import { readShare } from './share-files.ts';
import type { Nomination } from './nomination.ts';
import type { Run } from './run.ts';
import { leftOutOf } from './send-scrubs.ts';
import type { SweepTally } from './tally.ts';
import type { Observed, World } from './world.ts';

/**
 * How far the ledger of one destination shows that the keys which a run sent have been looked at since. It is gone through in the order in which
 * they were sent, and each key is read once, but for a few that the walk has overtaken. Travels as JSON.
 */
export interface Walk {
  /** The next key to be asked for. */
  readonly at: Place;
  /** Whether all have been asked for. */
  readonly ended: boolean;
  /** Keys that were looked at. */
  readonly lookedAt: number;
  /** Asked for, and not looked at yet. */
  readonly waiting: readonly ObjectKey[];
  /** Looked at, and failed: another attempt comes within minutes, or in an hour. Of many, the first ones. */
  readonly failing: readonly ObjectKey[];
  /** How many failing ones are not asked for again. */
  readonly failed: number;
}

/** Which line of which file of a run. */
interface Place {
  readonly share: number;
  readonly range: number;
  readonly chunk: number;
  readonly line: number;
}

export const WALK_BEGINS: Walk = {
  at: { share: 0, range: 0, chunk: 0, line: 0 },
  ended: false,
  lookedAt: 0,
  waiting: [],
  failing: [],
  failed: 0,
};

/** Whether nothing is left that was not looked at. */
export function hasSeenAll({ ended, waiting }: Walk): boolean {
  return ended && waiting.length === 0;
}

/** Keys of which the ledger says that their last attempt failed. */
export function failingOf({ failing, failed }: Walk): number {
  return failing.length + failed;
}

/** @throws if the ledger, or a file of the run, cannot be read. */
export async function walkOn(
  world: World,
  {
    run,
    shares,
    nomination,
    to,
    destination,
    walk,
  }: {
    readonly run: Run;
    /** Of the sweep. */
    readonly shares: number;
    readonly nomination: Nomination;
    /** The number of the destination. */
    readonly to: number;
    readonly destination: Observed;
    readonly walk: Walk;
  },
): Promise<Walk> {
  const { ledger } = destination;
  const again = await sorted([...walk.waiting, ...walk.failing]);
  let { at, ended, failed } = walk;
  let lookedAt = walk.lookedAt + again.lookedAt - walk.failing.length;
  const { waiting, failing } = again;
  let asked = 0;
  if (!ended && waiting.length < MOST_WAITING) {
    ended = true;
    for await (const { differences, next } of sentFrom(world, { run, shares, nomination, at })) {
      const mine = differences.flatMap(({ key, at: where }) => (where.some((one) => one.to === to) ? [key] : []));
      const found = await sorted(mine);
      lookedAt += found.lookedAt;
      waiting.push(...found.waiting);
      failing.push(...found.failing);
      asked += differences.length;
      at = next;
      if (waiting.length < MOST_WAITING && asked < MOST_A_LOOK && world.remaining() > RESERVE_MS) continue;
      ended = false;
      break;
    }
  }
  failed += Math.max(0, failing.length - MOST_WAITING);
  return { at, ended, lookedAt, waiting, failing: failing.slice(0, MOST_WAITING), failed };

  async function sorted(keys: readonly ObjectKey[]) {
    const entries = keys.length === 0 ? new Map<ObjectKey, never>() : await ledger.entries(keys);
    const isNew = (key: ObjectKey) => (entries.get(key)?.recordedAt ?? '') >= nomination.startedAt;
    const seen = keys.filter(isNew);
    return {
      lookedAt: seen.length,
      waiting: keys.filter((key) => !isNew(key)),
      failing: seen.filter((key) => entries.get(key)?.outcome === 'failed'),
    };
  }
}

/** What is asked for again at every look is bounded: a walk that has overtaken so many waits for them. */
const MOST_WAITING = 1000;
const MOST_A_LOOK = 100_000;
const RESERVE_MS = 60_000;
const LINES_AT_A_TIME = 1000;

/** What a run sent, in that order, each with the place behind it. */
async function* sentFrom(
  world: World,
  {
    run,
    shares,
    nomination,
    at: from,
  }: { readonly run: Run; readonly shares: number; readonly nomination: Nomination; readonly at: Place },
): AsyncGenerator<{ readonly differences: readonly Difference[]; readonly next: Place }> {
  let at = from;
  for (; at.share < shares; at = { share: at.share + 1, range: 0, chunk: 0, line: 0 }) {
    const ranges = (await readShare<SweepTally>(world, run, at.share))?.ranges ?? [];
    for (; at.range < ranges.length; at = { ...at, range: at.range + 1, chunk: 0, line: 0 }) {
      const { differences = [], scrubs = [] } = ranges[at.range] ?? {};
      const chunks = [...differences, ...scrubs];
      for (; at.chunk < chunks.length; at = { ...at, chunk: at.chunk + 1, line: 0 }) {
        const all = await linesOf(world, {
          nomination,
          chunk: chunks[at.chunk] ?? '',
          isScrub: at.chunk >= differences.length,
        });
        while (at.line < all.length) {
          const some = all.slice(at.line, at.line + LINES_AT_A_TIME);
          at = { ...at, line: at.line + some.length };
          yield { differences: some, next: at };
        }
      }
    }
  }
}

async function linesOf(
  { files }: World,
  {
    nomination,
    chunk,
    isScrub,
  }: { readonly nomination: Nomination; readonly chunk: string; readonly isScrub: boolean },
): Promise<readonly Difference[]> {
  const all: Difference[] = [];
  for await (const { differences } of differencePages(files, [chunk])) all.push(...differences);
  if (!isScrub) return all;
  if (nomination.scrub === undefined) return [];
  const leftOut = await leftOutOf(files, chunk);
  return all.map((one) => ({ ...one, at: one.at.filter(({ to }) => leftOut.get(to)?.has(one.key) !== true) }));
}
