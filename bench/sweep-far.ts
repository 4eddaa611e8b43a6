import Table from 'cli-table3';
import type { ObjectKey } from '../shared/objects/object-key.ts';
import { listed } from './list.ts';
import type { ListDone } from './listing-messages.ts';
import { pinnedChild } from './processes.ts';
import { load, median, target, versions } from './report.ts';
import { stocked, sweeper, sweeperBundle, swept } from './stocked.ts';
import type { Stocked } from './stocked.ts';

const RACE = { objects: 1_000_000, latency: 100, rounds: 5 } as const;
const TARGETS = { folders: { rate: 20, requests: 1.2 }, samples: { rate: 30, requests: 1.08 } } as const;

type Measured = Pick<ListDone, 'milliseconds' | 'cpu'> & { readonly requests: number };

/** Lists a bucket that is far away. Prints what was measured; tells whether all targets were reached. */
export async function sweepFarPart(): Promise<boolean> {
  const buckets = await stocked(RACE.objects);
  try {
    const known = await samplesOf(buckets);
    console.log(`${RACE.latency} ms a page; load ${load()}`);
    const folders: Measured[] = [];
    const samples: Measured[] = [];
    for (let round = 0; round < RACE.rounds; round++) {
      folders.push(await far(buckets, 'list-ranges.ts'));
      samples.push(await far(buckets, 'list-ranges.ts', known));
    }
    const sdk = await far(buckets, 'list-sdk.ts');
    print([
      ['SDK, its paginator, one page after the other', [sdk]],
      ['ranges found through folders', folders],
      ['ranges of the last run', samples],
    ]);
    console.log(`${versions()}; load ${load()}\n`);
    const checks = [
      ...judged('found through folders', { runs: folders, sdk, wanted: TARGETS.folders }),
      ...judged('of the last run', { runs: samples, sdk, wanted: TARGETS.samples }),
    ];
    return !checks.includes(false);
  } finally {
    buckets.process.kill();
  }
}

/** As a sweep that knew those of another one has left them. */
async function samplesOf(buckets: Stocked): Promise<readonly ObjectKey[]> {
  const process = sweeper(await sweeperBundle());
  try {
    const first = await swept(process, buckets);
    return (await swept(process, buckets, first.samples)).samples.keys;
  } finally {
    process.kill();
  }
}

/** In a process of its own: the first listing of an invocation. The time is without its start. */
async function far(buckets: Stocked, file: string, samples?: readonly ObjectKey[]): Promise<Measured> {
  const process = pinnedChild(file, 1, ['--max-semi-space-size=2']);
  try {
    await buckets.latency(RACE.latency);
    const { endpoint, source } = buckets;
    const { milliseconds, cpu } = await listed(process, { endpoint, source, sum: false, samples });
    return { milliseconds, cpu, requests: await buckets.latency(0) };
  } finally {
    process.kill();
  }
}

function judged(
  ranges: string,
  {
    runs,
    sdk,
    wanted,
  }: {
    readonly runs: readonly Measured[];
    readonly sdk: Measured;
    readonly wanted: { readonly rate: number; readonly requests: number };
  },
): boolean[] {
  const rate = sdk.milliseconds / median(runs.map(({ milliseconds }) => milliseconds));
  const requests = median(runs.map((run) => run.requests)) / sdk.requests;
  return [
    target(`times as fast as the SDK, ranges ${ranges}: ${rate.toFixed(1)}`, `≥ ${wanted.rate}`, rate >= wanted.rate),
    target(
      `times the requests of the SDK, ranges ${ranges}: ${requests.toFixed(3)}`,
      `≤ ${wanted.requests}`,
      requests <= wanted.requests,
    ),
  ];
}

function print(rows: readonly (readonly [string, readonly Measured[]])[]): void {
  const table = new Table({
    head: [`${RACE.objects} keys, ${RACE.latency} ms a page`, 'rounds', 'seconds', 'CPU seconds', 'requests'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right'],
  });
  for (const [name, runs] of rows) {
    const seconds = (values: readonly number[]) => (median(values) / 1000).toFixed(2);
    table.push([
      name,
      String(runs.length),
      seconds(runs.map(({ milliseconds }) => milliseconds)),
      seconds(runs.map(({ cpu }) => cpu)),
      String(median(runs.map(({ requests }) => requests))),
    ]);
  }
  console.log(table.toString());
}
