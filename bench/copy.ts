import { randomUUID } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import Table from 'cli-table3';
import type { Counts, Done, FromServer, Ground, Job } from './messages.ts';
import { child, messageFrom } from './processes.ts';
import { percent, target, versions } from './report.ts';

const IN_FLIGHT = 256;
const THROTTLED = {
  objects: 10_000,
  ground: { latency: 20, admits: { perSecond: 400, burst: 40 } },
} as const;
const FAR = { objects: 2000, rounds: 5, ground: { latency: 100 } } as const;
/** A process compiles what it runs often; for so many objects that is not measured. */
const WARM_UP = { objects: 500, ground: { latency: 0 } } as const;
const TARGETS = { ofAdmitted: 0.95, refused: 0.07, ratio: 2.5 } as const;

const CONTESTANTS = { ours: 'replicator.ts', sdk: 'sdk.ts' } as const;
type Contestant = keyof typeof CONTESTANTS;

interface Result extends Done {
  readonly counts: Counts;
  readonly objects: number;
}

/** Copies beside the SDK's. Prints what was measured; tells whether all targets were reached. */
export async function copyPart(): Promise<boolean> {
  const server = child('server.ts');
  try {
    const { endpoint = '' } = await messageFrom<FromServer>(server);
    const [throttled] = await pairs({ server, endpoint }, { ...THROTTLED, rounds: 1 });
    // Whatever else the machine does changes from minute to minute: only what ran side by side is compared.
    const far = await pairs({ server, endpoint }, FAR);
    return print(throttled, far.toSorted((a, b) => ratioOf(a) - ratioOf(b))[Math.floor(FAR.rounds / 2)]);
  } finally {
    server.kill();
  }
}

interface Server {
  readonly server: ChildProcess;
  readonly endpoint: string;
}

interface Race {
  readonly objects: number;
  readonly ground: Ground;
}

type Pair = Readonly<Record<Contestant, Result>>;

/** Each contestant in a process of its own, in turns. */
async function pairs(server: Server, { rounds, ...race }: Race & { readonly rounds: number }): Promise<Pair[]> {
  const [ours, sdk] = [child(CONTESTANTS.ours), child(CONTESTANTS.sdk)];
  try {
    await runOnce(server, ours, WARM_UP);
    await runOnce(server, sdk, WARM_UP);
    const results: Pair[] = [];
    for (let round = 0; round < rounds; round++) {
      results.push({ ours: await runOnce(server, ours, race), sdk: await runOnce(server, sdk, race) });
    }
    return results;
  } finally {
    ours.kill();
    sdk.kill();
  }
}

function ratioOf({ ours, sdk }: Pair): number {
  return rate(ours) / rate(sdk);
}

async function runOnce(
  { server, endpoint }: Server,
  contestant: ChildProcess,
  { objects, ground }: Race,
): Promise<Result> {
  server.send(ground);
  await messageFrom(server);
  const job: Job = { endpoint, run: randomUUID(), objects, inFlight: IN_FLIGHT };
  contestant.send(job);
  const done = await messageFrom<Done>(contestant);
  server.send('counts');
  const { counts } = await messageFrom<FromServer>(server);
  if (counts === undefined) throw new TypeError('The server does not tell its counts');
  return { ...done, counts, objects };
}

function print(throttled: Pair | undefined, far: Pair | undefined): boolean {
  if (throttled === undefined || far === undefined) throw new TypeError('No rounds');
  const table = new Table({
    head: ['', 'objects/s', 'lost', 'reported failed', 'copies', 'of them 503', 'CPU ms/object'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  const { perSecond } = THROTTLED.ground.admits;
  table.push(
    row(`${perSecond} copies/s admitted: s3-fanout-replicator`, throttled.ours),
    row(`${perSecond} copies/s admitted: SDK, standard retries`, throttled.sdk),
    row('100 ms a request: s3-fanout-replicator', far.ours),
    row('100 ms a request: SDK, default settings', far.sdk),
  );
  console.log(table.toString());

  const ratio = ratioOf(far);
  const ofAdmitted = rate(throttled.ours) / perSecond;
  const checks = [
    target(`objects lost under SlowDown: ${lost(throttled.ours)}`, '0', lost(throttled.ours) === 0),
    target(`of the admitted rate: ${percent(ofAdmitted)}`, '≥ 95 %', ofAdmitted >= TARGETS.ofAdmitted),
    target(
      `copies answered 503: ${percent(refused(throttled.ours))}`,
      '≤ 7 %',
      refused(throttled.ours) <= TARGETS.refused,
    ),
    target(`objects lost by the SDK beside it: ${lost(throttled.sdk)}`, '> 0', lost(throttled.sdk) > 0),
    target(`times the SDK's objects a second at 100 ms: ${ratio.toFixed(2)}`, '≥ 2.5', ratio >= TARGETS.ratio),
  ];
  console.log(`${versions()}\n`);
  return !checks.includes(false);
}

function row(name: string, result: Result): string[] {
  const { counts, failed, cpu, objects } = result;
  const cells = [lost(result), failed, counts.copies].map(String);
  return [name, rate(result).toFixed(0), ...cells, percent(refused(result)), (cpu / objects).toFixed(2)];
}

/** Copied objects a second. */
function rate({ counts, milliseconds }: Result): number {
  return (counts.replicas * 1000) / milliseconds;
}

function lost({ counts, objects }: Result): number {
  return objects - counts.replicas;
}

function refused({ counts }: Result): number {
  return counts.refused / counts.copies;
}
