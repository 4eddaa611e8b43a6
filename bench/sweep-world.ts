import { paths } from '../functions/reconcile/run.ts';
import type { World } from '../functions/reconcile/world.ts';
import type { ListedBucket } from '../shared/listing/listing.ts';
import { undeliveredQueueName } from '../shared/names.ts';
import { s3ListedBucket, s3ListingClient } from '../shared/s3/s3-listing.ts';
import { memoryFiles } from '../test/support/memory-files.ts';
import { ACCOUNT, REGION } from './contestant.ts';
import type { SweepJob } from './listing-messages.ts';

/**
 * What is around the steps of a run: both buckets are listed through the SDK's client, with the settings of the function; the reports
 * bucket is in memory, and the ledger is empty.
 */
export async function sweepWorld({ endpoint, source, destination, samples }: SweepJob): Promise<World> {
  const files = memoryFiles();
  if (samples !== undefined) await files.write(paths.samples, JSON.stringify(samples));
  const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:${source}-fanout`;
  const replicas = listed(destination, endpoint);
  const none = async () => undefined;
  return {
    source: listed(source, endpoint),
    files,
    givenBack: () => async () => new Set(),
    toldOf: async () => ({ of: 'all', missing: [] }),
    subscriptions: async () => [
      {
        arn: `${topicArn}:subscription`,
        protocol: 'sqs',
        endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:${destination}`,
        deadLetterArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${undeliveredQueueName(source)}`,
      },
    ],
    observe: async () => ({
      bucket: replicas,
      ledger: { entries: async () => new Map() },
      expiryRules: async () => [],
      inbox: { send: none, state: async () => ({ messages: 0, paused: false }) },
      putMetrics: none,
    }),
    isRunning: async () => false,
    tell: none,
    log: { info: nothing, warn: nothing, error: nothing },
    // All objects are older than what may still be on the event path.
    now: () => NIGHT + performance.now(),
    remaining: () => 900_000,
    settings: {
      source: { bucket: source, owner: ACCOUNT, region: REGION },
      topicArn,
      reportsBucket: 'reports',
      maxBytesPerRun: Number.MAX_SAFE_INTEGER,
      eventMinutes: 15,
      quietSeconds: 120,
      secondPassSeconds: 600,
      listings: LISTINGS,
    },
  };
}

/** A bucket as the function lists it. */
export function listed(name: string, endpoint: string): ListedBucket {
  // The SDK reads it for itself.
  process.env['AWS_ENDPOINT_URL_S3'] = endpoint;
  const client = s3ListingClient(REGION, { reader: 'scanner', attempts: 6, sockets: LISTINGS, endpoint });
  return s3ListedBucket({ name, owner: ACCOUNT, client, signal: new AbortController().signal });
}

export const NIGHT = Date.parse('2026-11-22T01:00:00.000Z');
/** Of an invocation, at a time: the default of the function's setting. */
export const LISTINGS = 128;

function nothing(): void {
  // What is logged is not measured.
}
