import { load, target, versions } from './report.ts';
import { stocked, sweeper, sweeperBundle, swept } from './stocked.ts';

const SIZES = { few: 250_000, many: 4_000_000 } as const;
/** `most`: MiB, what the function has. */
const TARGETS = { growth: 1.2, most: 512 } as const;

/** Sweeps a small and a large bucket, each in a process of its own. Prints what was measured; tells whether all targets were reached. */
export async function sweepMemoryPart(): Promise<boolean> {
  const few = await peakOf(SIZES.few);
  const many = await peakOf(SIZES.many);
  console.log(`${versions()}; load ${load()}\n`);
  const growth = many / few;
  const checks = [
    target(
      `times the memory for ${SIZES.many / SIZES.few} times the keys: ${growth.toFixed(2)}`,
      `≤ ${TARGETS.growth}`,
      growth <= TARGETS.growth,
    ),
    target(
      `MiB of memory for ${SIZES.many} × ${SIZES.many} keys: ${many.toFixed(0)}`,
      `< ${TARGETS.most}`,
      many < TARGETS.most,
    ),
  ];
  return !checks.includes(false);
}

/** Of a run without samples, and of one with them: the larger one. */
async function peakOf(objects: number): Promise<number> {
  const buckets = await stocked(objects);
  try {
    const process = sweeper(await sweeperBundle());
    const { samples, ...first } = await swept(process, buckets);
    const { peak } = await swept(process, buckets, samples);
    process.kill();
    console.log(
      `${objects} × ${objects} keys: ${first.peak.toFixed(0)} MiB, after a second run ${peak.toFixed(0)} MiB; load ${load()}`,
    );
    return peak;
  } finally {
    buckets.process.kill();
  }
}
