/** Plans a run and sweeps all of its shares, one after the other, by the steps that the function does. */
import { readShare } from '../functions/reconcile/share-files.ts';
import { readPlan } from '../functions/reconcile/run-plan.ts';
import { newRun } from '../functions/reconcile/run.ts';
import type { Share } from '../functions/reconcile/share.ts';
import { step } from '../functions/reconcile/steps.ts';
import type { SweepTally } from '../functions/reconcile/tally.ts';
import type { SweepDone, SweepJob } from './listing-messages.ts';
import { NIGHT, sweepWorld } from './sweep-world.ts';

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' });

process.on('message', (job: SweepJob) => void measured(job));

async function measured(job: SweepJob): Promise<void> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const shares = await sweep(job);
  const milliseconds = performance.now() - began;
  const done: SweepDone = {
    milliseconds,
    cpu: sum(process.cpuUsage(cpu)),
    cpuOfProcess: sum(process.cpuUsage()),
    peak: process.resourceUsage().maxRSS / 1024,
    ...resultOf(shares),
  };
  process.send?.(done);
}

async function sweep(job: SweepJob): Promise<readonly Share<SweepTally>[]> {
  const world = await sweepWorld(job);
  const startedAt = new Date(NIGHT).toISOString();
  const run = newRun({ execution: 'bench', startedAt, pass: 1, request: { trigger: 'schedule' } });
  await step(world, { step: 'plan', run });
  const shares: Share<SweepTally>[] = [];
  for (let share = 0; share < ((await readPlan(world, run))?.shares ?? 0); share++) {
    await step(world, { step: 'sweep', run, share });
    shares.push(...[await readShare<SweepTally>(world, run, share)].filter((one) => one !== undefined));
  }
  return shares;
}

function resultOf(shares: readonly Share<SweepTally>[]) {
  const keys = total(shares.map(({ source }) => source.keys));
  const of = (count: (tally: SweepTally) => number) => total(shares.flatMap(({ tallies }) => tallies.map(count)));
  return {
    keys,
    equal: of(({ equal }) => equal),
    differences: {
      missing: of(({ found }) => found.missed),
      changed: of(({ found }) => found.stale),
      extra: of(({ extra }) => extra),
    },
    requests: total(shares.map(({ requests }) => requests)),
    samples: { keys: shares.flatMap(({ ranges }) => ranges.flatMap(({ samples }) => samples)), total: keys },
  };
}

function sum({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
