import Table from 'cli-table3';
import type { SweepDone } from './listing-messages.ts';
import { PEERS, pathOf } from './peers.ts';
import type { Peer } from './peers.ts';
import { load, median, target, versions } from './report.ts';
import { runPeer, versionOf } from './run-peer.ts';
import type { PeerDone } from './run-peer.ts';
import { stocked, sweeper, sweeperBundle, swept } from './stocked.ts';
import type { Stocked } from './stocked.ts';

const RACE = { objects: 1_000_000, rounds: 5, peers: PEERS } as const;

/** One round: ours, and those of the others whose turn it was. */
interface Round {
  readonly ours: Ours;
  readonly peers: ReadonlyMap<Peer, PeerDone>;
}

type Ours = Pick<SweepDone, 'cpu' | 'peak' | 'requests'> & { readonly milliseconds: number };

interface Found {
  readonly peer: Peer;
  readonly path: string;
}

/** Sweeps a million keys beside other programs. Prints what was measured; tells whether all targets were reached. */
export async function sweepPart(): Promise<boolean> {
  const found = RACE.peers.flatMap((peer) => {
    const path = pathOf(peer);
    if (path === undefined) console.log(`skipped  ${peer.name}: it is not here`);
    return path === undefined ? [] : [{ peer, path }];
  });
  for (const { peer, path } of found) console.log(`${peer.name}: ${versionOf(peer, path)}`);
  const buckets = await stocked(RACE.objects);
  try {
    const { missing, changed, extra } = buckets.differences;
    console.log(`${missing} missing, ${changed} changed with the same size, ${extra} extra; load ${load()}`);
    const rounds = await sweepRounds(buckets, found);
    print(rounds, found, buckets);
    console.log(`${versions()}; load ${load()}\n`);
    return !found.flatMap(({ peer }) => judged(peer, rounds)).includes(false);
  } finally {
    buckets.process.kill();
  }
}

async function sweepRounds(buckets: Stocked, found: readonly Found[]): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  const bundle = await sweeperBundle();
  for (let round = 0; round < RACE.rounds; round++) {
    // In turns, also of who begins: what else the machine does changes from minute to minute.
    const early = round % 2 === 0 ? await ours(buckets, bundle) : undefined;
    const peers = new Map<Peer, PeerDone>();
    for (const { peer, path } of found) if (round < peer.rounds) peers.set(peer, await runPeer(peer, path, buckets));
    rounds.push({ ours: early ?? (await ours(buckets, bundle)), peers });
  }
  return rounds;
}

/** From the start of the process, as the others are. @throws {Error} if the answer is not exact. */
async function ours(buckets: Stocked, bundle: string): Promise<Ours> {
  const began = performance.now();
  const process = sweeper(bundle);
  try {
    const { cpuOfProcess, peak, requests } = await swept(process, buckets);
    return { milliseconds: performance.now() - began, cpu: cpuOfProcess, peak, requests };
  } finally {
    process.kill();
  }
}

function judged(peer: Peer, rounds: readonly Round[]): boolean[] {
  const part = (of: (one: { readonly milliseconds: number; readonly cpu: number }) => number) =>
    median(
      rounds.flatMap(({ ours, peers }) => {
        const theirs = peers.get(peer);
        return theirs === undefined ? [] : of(ours) / of(theirs);
      }),
    );
  const { wall, cpu } = peer.targets;
  const check = (what: string, value: number, wanted: number) =>
    target(
      `of the ${what} of ${peer.name}: 1/${(1 / value).toFixed(1)}`,
      `≤ 1/${Math.round(1 / wanted)}`,
      value <= wanted,
    );
  return [
    check(
      'time',
      part(({ milliseconds }) => milliseconds),
      wall,
    ),
    ...(cpu === undefined
      ? []
      : [
          check(
            'CPU time',
            part((one) => one.cpu),
            cpu,
          ),
        ]),
  ];
}

function print(rounds: readonly Round[], found: readonly Found[], { differences }: Stocked): void {
  const { missing, changed, extra } = differences;
  const table = new Table({
    head: [
      `${RACE.objects} × ${RACE.objects} keys`,
      'rounds',
      'seconds',
      'CPU seconds',
      'requests',
      'to copy, to remove',
    ],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  });
  const mine = rounds.map(({ ours }) => ours);
  const peak = Math.max(...mine.map((one) => one.peak)).toFixed(0);
  table.push([`s3-fanout-replicator (${peak} MiB)`, ...figures(mine), `${missing + changed}, ${extra}: exact`]);
  for (const { peer } of found) {
    const theirs = rounds.flatMap(({ peers }) => peers.get(peer) ?? []);
    const [{ copies, removes } = { copies: 0, removes: 0 }] = theirs;
    const exact = copies === missing + changed && removes === extra;
    table.push([peer.name, ...figures(theirs), `${copies}, ${removes}: ${exact ? 'exact' : 'WRONG'}`]);
  }
  console.log(table.toString());
}

function figures(runs: readonly { readonly milliseconds: number; readonly cpu: number; readonly requests: number }[]) {
  const seconds = (values: readonly number[]) => (median(values) / 1000).toFixed(2);
  return [
    String(runs.length),
    seconds(runs.map(({ milliseconds }) => milliseconds)),
    seconds(runs.map(({ cpu }) => cpu)),
    String(median(runs.map(({ requests }) => requests))),
  ];
}
