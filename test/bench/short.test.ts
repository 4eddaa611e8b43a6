import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listed, LIST_TARGETS } from '../../bench/list.ts';
import { pinnedChild } from '../../bench/processes.ts';
import { stocked, sweeper, sweeperBundle, swept } from '../../bench/stocked.ts';
import type { Stocked } from '../../bench/stocked.ts';

/**
 * The short form of `npm run bench -- list sweep`. Other tests run beside it: only CPU time is compared, not time, and of each the least
 * of some rounds by turns, as other work only ever adds to it.
 */
let buckets: Stocked;
let sides: Record<'ours' | 'sdk' | 'sweep', ChildProcess>;
const least = { ours: Infinity, sdk: Infinity, sweep: Infinity };

const list = async (side: 'ours' | 'sdk', sum = false) => (await listed(sides[side], { ...buckets, sum })).cpu;

beforeAll(async () => {
  buckets = await stocked(100_000);
  sides = {
    ours: pinnedChild('list-ours.ts', 1),
    sdk: pinnedChild('list-sdk.ts', 1),
    sweep: sweeper(await sweeperBundle()),
  };
  await list('sdk', true);
  await list('ours', true);
  let { samples } = await swept(sides.sweep, buckets);
  // V8 compiles what has run for some seconds; and from the third run on the ranges of a sweep are those of every night.
  for (let run = 0; run < 5; run++) {
    await list('ours');
    ({ samples } = await swept(sides.sweep, buckets, samples));
  }
  for (let round = 0; round < 4 || (round < MOST_ROUNDS && !areMet()); round++) {
    least.sdk = Math.min(least.sdk, await list('sdk'));
    least.ours = Math.min(least.ours, await list('ours'));
    least.sweep = Math.min(least.sweep, (await swept(sides.sweep, buckets, samples)).cpu);
  }
});

afterAll(() => {
  for (const process of [buckets.process, ...Object.values(sides)]) process.kill();
});

/** On a busy machine caches and processors are shared, and a quiet moment takes more rounds to come. */
const MOST_ROUNDS = 40;
const areMet = () => ratios().every((ratio) => ratio < LIST_TARGETS.cpu * 1.3);
const ratios = () => [least.ours / least.sdk, least.sweep / (2 * least.sdk)];

test('lists with a small part of the CPU time that the SDK takes', () => {
  expect(least.ours / least.sdk).toBeLessThan(LIST_TARGETS.cpu * 1.3);
});

test('sweeps with a small part of the CPU time that the SDK takes to list both sides; the answer was exact', () => {
  expect(least.sweep / (2 * least.sdk)).toBeLessThan(LIST_TARGETS.cpu * 1.3);
});
