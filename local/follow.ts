import { setTimeout as pause } from 'node:timers/promises';
import type { Replicator, Source } from '../infra/config/replicator.ts';
import { bucketOfSubscriber, topicName } from '../shared/names.ts';
import { awsClients } from './aws-clients.ts';
import type { Emulator } from './emulator.ts';
import { setWhatIsLeftOut } from './left-out-settings.ts';
import { type Listed, listBucket } from './listing.ts';
import { attachSubscriptions, inboxesOf } from './subscriptions.ts';

type Listings = Map<string, ReadonlyMap<string, Listed>>;

/**
 * Shows every object that arrives at a destination, for as long as the process runs, and attaches the destinations that
 * are deployed meanwhile.
 */
export async function follow(emulator: Emulator, replicators: readonly Replicator[]): Promise<never> {
  const known: Listings = new Map();
  const madeUp = new Set<string>();
  for (const { source } of replicators) await arrivals(emulator, { source, known });
  let told: string | undefined;
  for (let tick = 0; ; tick += 1) {
    try {
      if (tick % 3 === 0) {
        for (const stack of await attachSubscriptions(emulator))
          console.log(
            `${stack}: its subscription was missing, and is made (the emulator makes none across Regions; AWS would not bring back one that somebody deleted)`,
          );
        await setWhatIsLeftOut(emulator, madeUp);
      }
      for (const { source } of replicators)
        for (const line of await arrivals(emulator, { source, known })) console.log(line);
      told = undefined;
    } catch (error) {
      // Stacks may be changed or destroyed meanwhile: what is not there now may be in a second.
      const why = error instanceof Error ? error.message : String(error);
      if (why !== told) console.error(`Cannot look at the destinations, trying again: ${why}`);
      told = why;
    }
    await pause(1_000);
  }
}

/** A line for every object that was not known. The first look at a source's destinations only gets to know them. */
async function arrivals(
  emulator: Emulator,
  { source, known }: { readonly source: Source; readonly known: Listings },
): Promise<readonly string[]> {
  const { s3, sns } = awsClients(emulator, source.region);
  const topicArn = source.topicArn ?? `arn:aws:sns:${source.region}:${source.account}:${topicName(source.bucket)}`;
  // None while the source's stack is destroyed: the emulator goes on without it.
  const inboxes = (await inboxesOf(sns, topicArn)) ?? [];
  const lines: string[] = [];
  const first = !known.has(source.bucket);
  const sources = await listBucket({ s3, bucket: source.bucket });
  known.set(source.bucket, sources);
  for (const [region = '', , name = ''] of inboxes.map((arn) => arn.split(':').slice(3))) {
    const bucket = bucketOfSubscriber(name);
    const replicas = await listBucket({ s3: awsClients(emulator, region).s3, bucket });
    const before = known.get(bucket);
    known.set(bucket, replicas);
    if (first) continue;
    if (before === undefined) lines.push(`${bucket}  is a destination now, and gets what is put from now on`);
    for (const [key, replica] of replicas) {
      const { etag, lastModified } = before?.get(key) ?? {};
      if (etag === replica.etag && lastModified === replica.lastModified) continue;
      lines.push(
        `${bucket}  ${JSON.stringify(key)}  ${replica.size.toLocaleString('en')} bytes${lag(sources.get(key), replica)}`,
      );
    }
  }
  return lines;
}

function lag(source: Listed | undefined, replica: Listed): string {
  if (source === undefined || source.etag !== replica.etag) return '';
  return `, ${(Math.max(0, replica.lastModified - source.lastModified) / 1000).toFixed(1)} s after the source`;
}
