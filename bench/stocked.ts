import type { ChildProcess } from 'node:child_process';
import { bundled } from './bundled.ts';
import type { Latency, Served, Shelved, Shelves, SweepDone, SweepJob } from './listing-messages.ts';
import { messageFrom, pinnedChild } from './processes.ts';

/** The listing server with both buckets in it, on a processor of its own. */
export interface Stocked extends Shelved {
  readonly process: ChildProcess;
  /** From now on. @returns how many requests were answered since this was asked last. */
  readonly latency: (milliseconds: number) => Promise<number>;
}

export async function stocked(objects: number): Promise<Stocked> {
  // Millions of keys are more than V8 grants by itself.
  const process = pinnedChild('listing-server.ts', 0, ['--max-old-space-size=8192']);
  process.send({ objects } satisfies Shelves);
  const shelved = await messageFrom<Shelved>(process);
  return {
    ...shelved,
    process,
    async latency(latency) {
      process.send({ latency } satisfies Latency);
      return (await messageFrom<Served>(process)).requests;
    },
  };
}

/** A process that sweeps, bundled and with the memory settings of the function. */
export function sweeper(bundle: string): ChildProcess {
  return pinnedChild(bundle, 1, ['--max-semi-space-size=2']);
}

/** What `sweeper` runs. */
export function sweeperBundle(): Promise<string> {
  return bundled('sweep-ours.ts');
}

/** @throws {Error} if it found anything else than what differs. */
export async function swept(
  by: ChildProcess,
  { endpoint, source, destination, differences }: Stocked,
  samples?: SweepJob['samples'],
): Promise<SweepDone> {
  const job = { endpoint, source: source.bucket, destination: destination.bucket, ...(samples && { samples }) };
  by.send(job satisfies SweepJob);
  const done = await messageFrom<SweepDone>(by);
  const { missing, changed, extra } = done.differences;
  const exact =
    missing === differences.missing &&
    changed === differences.changed &&
    extra === differences.extra &&
    done.keys === source.objects &&
    done.equal === source.objects - missing - changed;
  if (!exact) throw new Error(`Found ${JSON.stringify(done)}, but what differs is ${JSON.stringify(differences)}`);
  return done;
}
