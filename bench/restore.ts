import type { ChildProcess } from 'node:child_process';
import Table from 'cli-table3';
import { PEERS, pathOf } from './peers.ts';
import { canPin, messageFrom, pinnedChild } from './processes.ts';
import { load, median, target, versions as software } from './report.ts';
import { AT } from './restore-messages.ts';
import type { Asked, PlanDone, PlanJob, Restored, Versioned, Versions } from './restore-messages.ts';
import { outputOf, versionOf } from './run-peer.ts';

const RACE = { versions: 1_000_000, rounds: 3 } as const;
const FEW = 250_000;
/** Parts of what rclone takes, in time and in CPU time, and of the SDK's own reader in CPU time; `growth`: times the memory for four times the versions. */
export const RESTORE_TARGETS = { wall: 0.67, cpu: 0.6, sdk: 0.4, growth: 1.2 } as const;

type Ours = Pick<PlanJob, 'reader' | 'ledger'>;
const OURS = {
  ours: { reader: 'scanner', ledger: false },
  'ours, with a ledger': { reader: 'scanner', ledger: true },
  'ours, read by the SDK': { reader: 'sdk', ledger: false },
} as const satisfies Record<string, Ours>;

interface Done {
  readonly milliseconds: number;
  readonly cpu: number;
  readonly peak: number | undefined;
  readonly requests: number;
}

/** Plans the restore of a bucket to a moment, beside rclone listing it as of then. Prints what was measured; tells whether all targets were reached. */
export async function restorePart(): Promise<boolean> {
  const few = await peakOf(FEW);
  const bucket = await versioned(RACE.versions);
  try {
    const { keys, versions, held } = bucket;
    console.log(`${versions} versions of ${keys} keys, ${held.objects} to restore; load ${load()}`);
    const rounds = await inTurns(bucket);
    print(rounds, bucket);
    console.log(`${software()}${canPin() ? ', each process on its own processor, but rclone' : ''}; load ${load()}\n`);
    return !judged(rounds, few).includes(false);
  } finally {
    bucket.process.kill();
  }
}

export interface VersionedBucket extends Versioned {
  readonly process: ChildProcess;
  /** How many requests were answered since this was asked last. */
  readonly requests: () => Promise<number>;
}

export async function versioned(versions: number): Promise<VersionedBucket> {
  const process = pinnedChild('version-server.ts', 0, ['--max-old-space-size=8192']);
  process.send({ versions } satisfies Versions);
  const made = await messageFrom<Versioned>(process);
  return {
    ...made,
    process,
    async requests() {
      process.send({ asked: true } satisfies Asked);
      return messageFrom<number>(process);
    },
  };
}

export function planner(): ChildProcess {
  return pinnedChild('restore-ours.ts', 1, ['--max-semi-space-size=2']);
}

/** @throws {Error} if it would restore anything else than what was there then. */
export async function planned(by: ChildProcess, { endpoint, bucket, held }: Versioned, how: Ours): Promise<PlanDone> {
  by.send({ endpoint, bucket, ...how } satisfies PlanJob);
  const done = await messageFrom<PlanDone>(by);
  mustBe(done, held);
  return done;
}

function mustBe(told: Restored, held: Restored): void {
  if (told.objects === held.objects && told.size === held.size) return;
  throw new Error(`Would restore ${JSON.stringify(told)}, but there was ${JSON.stringify(held)}`);
}

/** From the start of the process, as the others are. */
async function ours(bucket: VersionedBucket, how: Ours): Promise<Done> {
  await bucket.requests();
  const began = performance.now();
  const process = planner();
  try {
    const { cpuOfProcess: cpu, peak } = await planned(process, bucket, how);
    return { milliseconds: performance.now() - began, cpu, peak, requests: await bucket.requests() };
  } finally {
    process.kill();
  }
}

const RCLONE = PEERS.find(({ name }) => name === 'rclone');

/** Nothing where it is not on this machine. */
async function rclone(bucket: VersionedBucket): Promise<Done | undefined> {
  const path = RCLONE && pathOf(RCLONE);
  if (RCLONE === undefined || path === undefined) return undefined;
  await bucket.requests();
  const began = performance.now();
  const at = AT.toISOString();
  const { cpu, output } = await outputOf(
    [path, 'size', '--json', '--fast-list', '--s3-version-at', at, `bench:${bucket.bucket}`],
    RCLONE.environment(bucket.endpoint),
  );
  const milliseconds = performance.now() - began;
  const { count, bytes }: { readonly count: number; readonly bytes: number } = JSON.parse(
    output.slice(output.indexOf('{')),
  );
  mustBe({ objects: count, size: bytes }, bucket.held);
  return { milliseconds, cpu, peak: undefined, requests: await bucket.requests() };
}

type Rounds = ReadonlyMap<string, readonly Done[]>;

async function inTurns(bucket: VersionedBucket): Promise<Rounds> {
  const path = RCLONE && pathOf(RCLONE);
  console.log(RCLONE && path ? `rclone: ${versionOf(RCLONE, path)}` : 'skipped  rclone: it is not here');
  const runs: readonly (readonly [string, () => Promise<Done | undefined>])[] = [
    ...Object.entries(OURS).map(([name, how]) => [name, () => ours(bucket, how)] as const),
    ['rclone', () => rclone(bucket)],
  ];
  const rounds = new Map<string, Done[]>();
  for (let round = 0; round < RACE.rounds; round++)
    // In turns, also of who begins: what else the machine does changes from minute to minute.
    for (const [name, run] of [...runs.slice(round % runs.length), ...runs.slice(0, round % runs.length)]) {
      const done = await run();
      if (done !== undefined) rounds.set(name, [...(rounds.get(name) ?? []), done]);
    }
  return rounds;
}

async function peakOf(versions: number): Promise<number> {
  const bucket = await versioned(versions);
  try {
    const { peak } = await ours(bucket, OURS['ours, with a ledger']);
    return peak ?? Number.NaN;
  } finally {
    bucket.process.kill();
  }
}

function judged(rounds: Rounds, few: number): boolean[] {
  const { wall, cpu, sdk, growth } = RESTORE_TARGETS;
  const part = (other: string, of: (done: Done) => number) =>
    median((rounds.get(other) ?? []).map((theirs, round) => ratio(rounds.get('ours')?.[round], theirs, of)));
  const check = (what: string, value: number, wanted: number) =>
    target(`${what}: ${value.toFixed(3)}`, `≤ ${wanted.toFixed(2)}`, value <= wanted);
  const many = Math.max(...(rounds.get('ours, with a ledger') ?? []).map(({ peak = Number.NaN }) => peak));
  return [
    check(
      "of the CPU time with the SDK's reader",
      part('ours, read by the SDK', (one) => one.cpu),
      sdk,
    ),
    check(
      `times the memory (${few.toFixed(0)} → ${many.toFixed(0)} MiB) for four times the versions`,
      many / few,
      growth,
    ),
    ...(rounds.has('rclone')
      ? [
          check(
            'of the time of rclone',
            part('rclone', (one) => one.milliseconds),
            wall,
          ),
          check(
            'of the CPU time of rclone',
            part('rclone', (one) => one.cpu),
            cpu,
          ),
        ]
      : []),
  ];
}

function ratio(ours: Done | undefined, theirs: Done, of: (done: Done) => number): number {
  return ours === undefined ? Number.NaN : of(ours) / of(theirs);
}

function print(rounds: Rounds, { keys }: Versioned): void {
  const table = new Table({
    head: [`${RACE.versions} versions, medians`, 'rounds', 'keys/s', 'seconds', 'CPU seconds', 'MiB', 'requests'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const [name, runs] of rounds) {
    const seconds = median(runs.map(({ milliseconds }) => milliseconds)) / 1000;
    const cpu = median(runs.map((one) => one.cpu)) / 1000;
    const peak = Math.max(...runs.map((one) => one.peak ?? Number.NaN));
    table.push([
      name,
      String(runs.length),
      (keys / seconds).toFixed(0),
      seconds.toFixed(2),
      cpu.toFixed(2),
      Number.isNaN(peak) ? '' : peak.toFixed(0),
      String(median(runs.map(({ requests }) => requests))),
    ]);
  }
  console.log(table.toString());
}
