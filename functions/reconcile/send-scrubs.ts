import type { Files } from '../../shared/runs/files.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { differencePages } from './difference.ts';
import { UNSENT, whyWithheld } from './nomination.ts';
import type { Nomination } from './nomination.ts';
import type { Run } from './run.ts';
import { affordable, bytesToRead } from './scrub-choice.ts';
import type { Observed, World } from './world.ts';

/** Sends what is equal and has its turn, as far as the budget goes. To send a key twice is harmless, but is counted twice. */
export async function sendScrubs(
  world: World,
  {
    run,
    nomination,
    destinations,
    chunk,
  }: {
    readonly run: Run;
    readonly nomination: Nomination;
    readonly destinations: readonly Observed[];
    readonly chunk: string;
  },
): Promise<void> {
  const { scrub: settings } = world.settings;
  const leftOut: LeftOut = {};
  for await (const { differences } of differencePages(world.files, [chunk])) {
    await Promise.all(
      destinations.map(async ({ inbox, bucket }, to) => {
        const counts = nomination.scrub?.[to];
        if (settings === undefined || counts === undefined || whyWithheld(nomination, bucket.name) !== undefined)
          return;
        const isAffordable = affordable(world.settings, run, counts.wanted);
        const read: ObjectKey[] = [];
        const summed: ObjectKey[] = [];
        for (const { key, size, at } of differences) {
          if (!at.some((one) => one.to === to)) continue;
          const bytes = bytesToRead(size, settings);
          if (size > settings.maxObjectBytes) summed.push(key);
          else if (isAffordable(key) && counts.bytes + bytes <= settings.maxBytesPerRun) {
            read.push(key);
            counts.bytes += bytes;
          } else {
            counts.left++;
            (leftOut[to] ??= []).push(key);
          }
        }
        try {
          if (read.length > 0) await inbox.send(read, 'bytes');
          if (summed.length > 0) await inbox.send(summed, 'checksums');
        } catch (error) {
          // One inbox that takes nothing must not keep the others from being compared.
          world.log.error('inbox refused', { destination: bucket.name, error });
          nomination.withheld[bucket.name] = `${UNSENT}: ${error instanceof Error ? error.message : String(error)}`;
          return;
        }
        counts.sent += read.length + summed.length;
        nomination.sent[to] = (nomination.sent[to] ?? 0) + read.length + summed.length;
      }),
    );
  }
  // Nobody waits for what was not sent.
  if (Object.keys(leftOut).length > 0) await world.files.write(leftOutName(chunk), JSON.stringify(leftOut));
}

/** Keys of a chunk that were not sent, by the number of the destination. */
type LeftOut = Record<number, string[]>;

export async function leftOutOf(files: Files, chunk: string): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const file = await files.read(leftOutName(chunk));
  const leftOut: LeftOut = file === undefined ? {} : JSON.parse(file.text);
  return new Map(Object.entries(leftOut).map(([to, keys]) => [Number(to), new Set(keys)]));
}

function leftOutName(chunk: string): string {
  return `${chunk}.left-out.json`;
}
