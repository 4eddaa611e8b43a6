import { paths } from './run.ts';
import type { Run, Step } from './run.ts';
import { newShare } from './share.ts';
import type { Share, RangeProgress } from './share.ts';
import type { World } from './world.ts';
import type { Files } from '../../shared/runs/files.ts';
import type { SweepTally, VerifyTally } from './tally.ts';

/** A share as it was left by its last worker. @returns `undefined` if it was never planned. */
export async function readShare<Tally>(
  { files }: Pick<World, 'files'>,
  run: Run,
  share: number,
  step: 'sweep' | 'verify' = 'sweep',
): Promise<Share<Tally> | undefined> {
  const file = await files.read(paths.share(run, step, share));
  return file === undefined ? undefined : JSON.parse(file.text);
}

/** Writes one file for each worker, and the list over which the state machine maps. @returns how many there are. */
export async function writeShares(
  files: Files,
  {
    run,
    step,
    ranges,
    tallies,
  }: {
    readonly run: Run;
    readonly step: Step;
    readonly ranges: readonly Pick<RangeProgress, 'range' | 'differences' | 'scrubs'>[];
    readonly tallies: readonly (SweepTally | VerifyTally)[];
  },
): Promise<number> {
  const shares: { readonly share: number }[] = [];
  for (let first = 0; first < ranges.length; first += RANGES_A_SHARE) {
    const share = shares.length;
    shares.push({ share });
    const body = JSON.stringify(newShare(ranges.slice(first, first + RANGES_A_SHARE), [...tallies]));
    await files.write(paths.share(run, step, share), body);
  }
  await files.write(paths.shares(run, step), JSON.stringify(shares));
  return shares.length;
}

/** A worker lists so many ranges at a time, so that it waits for S3 in all of them at once. */
const RANGES_A_SHARE = 64;
