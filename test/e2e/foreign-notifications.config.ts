import type { Configuration, DestinationConfiguration, SourceConfiguration } from '../../infra/config/config.ts';

const region = 'us-east-1';

/** A bucket with notifications of others, which are about other events than ours. */
export const shared: SourceConfiguration = { bucket: 'e2e-shared', region, existing: true };
export const sharedCopy: DestinationConfiguration = { bucket: 'e2e-shared-copy', region, concurrency: 2 };

/** A bucket that tells a queue of others of what is put. */
export const taken: SourceConfiguration = { bucket: 'e2e-taken', region, existing: true };

/** A bucket that feeds a topic of others. */
export const theirs = {
  bucket: 'e2e-theirs',
  region,
  existing: true,
  topicArn: `arn:aws:sns:${region}:000000000000:e2e-their-topic`,
} as const satisfies SourceConfiguration;
export const subscribers: readonly DestinationConfiguration[] = [
  { bucket: 'e2e-subscriber', region, concurrency: 2 },
  { bucket: 'e2e-subscriber-abroad', region: 'eu-west-1', concurrency: 2 },
];

export default {
  replicators: [
    { source: shared, destinations: [sharedCopy] },
    { source: taken, destinations: [{ bucket: 'e2e-taken-copy', region }] },
    { source: theirs, destinations: subscribers },
  ],
} satisfies Configuration;
