import type { ChildProcess } from 'node:child_process';
import Table from 'cli-table3';
import type { Contents, ListDone, ListJob, Shelves } from './listing-messages.ts';
import { canPin, messageFrom, pinnedChild } from './processes.ts';
import { load, median, target, versions } from './report.ts';
import { stocked } from './stocked.ts';

export const LIST_TARGETS = { cpu: 0.16, rate: 7 } as const;
const RACE = { objects: 1_000_000, rounds: 5 } as const;

/** Lists beside the SDK's paginator. Prints what was measured; tells whether all targets were reached. */
export async function listPart(): Promise<boolean> {
  const rounds = await listRounds(RACE);
  print(rounds);
  const { cpu, rate } = ratiosOf(rounds);
  console.log(`${versions()}${canPin() ? ', each process on its own processor' : ''}; load ${load()}\n`);
  const checks = [
    target(`of the SDK's CPU time: ${cpu.toFixed(3)}`, `≤ ${LIST_TARGETS.cpu}`, cpu <= LIST_TARGETS.cpu),
    target(`times the SDK's keys a second: ${rate.toFixed(2)}`, `≥ ${LIST_TARGETS.rate}`, rate >= LIST_TARGETS.rate),
  ];
  return !checks.includes(false);
}

interface Race extends Shelves {
  readonly rounds: number;
}

/** Ours and the SDK's turn, one after the other on the same processor. */
type Round = Readonly<Record<Contestant, ListDone>>;
type Contestant = keyof typeof CONTESTANTS;

const CONTESTANTS = { ours: 'list-ours.ts', sdk: 'list-sdk.ts' } as const;

/**
 * Lists in turns, each in a process of its own, after both have listed once and proved that they see every key and ETag.
 *
 * @throws {Error} if one sees anything else than what is there.
 */
async function listRounds({ objects, rounds }: Race): Promise<Round[]> {
  const { process: server, endpoint, source } = await stocked(objects);
  const [ours, sdk] = [pinnedChild(CONTESTANTS.ours, 1), pinnedChild(CONTESTANTS.sdk, 1)];
  try {
    const run = (lister: ChildProcess, sum = false) => listed(lister, { endpoint, source, sum });
    await run(sdk, true);
    await run(ours, true);
    const results: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      // In turns, also of who begins: what else the machine does changes from minute to minute.
      const early = round % 2 === 0 ? await run(ours) : undefined;
      const theirs = await run(sdk);
      results.push({ ours: early ?? (await run(ours)), sdk: theirs });
    }
    return results;
  } finally {
    for (const process of [server, ours, sdk]) process.kill();
  }
}

/** Medians of what the rounds tell, each round for itself. */
function ratiosOf(rounds: readonly Round[]): { readonly cpu: number; readonly rate: number } {
  return {
    cpu: median(rounds.map(({ ours, sdk }) => ours.cpu / sdk.cpu)),
    rate: median(rounds.map(({ ours, sdk }) => sdk.milliseconds / ours.milliseconds)),
  };
}

/** @throws {Error} if it saw anything else than what is there. */
export async function listed(
  lister: ChildProcess,
  {
    endpoint,
    source,
    sum,
    samples,
  }: {
    readonly endpoint: string;
    readonly source: Contents;
    readonly sum: boolean;
    readonly samples?: ListJob['samples'];
  },
): Promise<ListDone> {
  lister.send({ endpoint, bucket: source.bucket, sum, ...(samples && { samples }) } satisfies ListJob);
  const done = await messageFrom<ListDone>(lister);
  const exact = done.objects === source.objects && done.size === source.size && (!sum || done.sum === source.sum);
  if (!exact) throw new Error(`Listed ${JSON.stringify(done)}, but there is ${JSON.stringify(source)}`);
  return done;
}

function print(rounds: readonly Round[]): void {
  const table = new Table({
    head: [`${RACE.objects} keys, medians of ${RACE.rounds}`, 'keys/s', 'seconds', 'CPU seconds'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right'],
  });
  table.push(
    row(
      's3-fanout-replicator',
      rounds.map(({ ours }) => ours),
    ),
    row(
      'SDK, its paginator, default settings',
      rounds.map(({ sdk }) => sdk),
    ),
  );
  console.log(table.toString());
}

function row(name: string, runs: readonly ListDone[]): string[] {
  const seconds = median(runs.map(({ milliseconds }) => milliseconds)) / 1000;
  const cpu = median(runs.map(({ cpu }) => cpu)) / 1000;
  return [name, (RACE.objects / seconds).toFixed(0), seconds.toFixed(2), cpu.toFixed(2)];
}
