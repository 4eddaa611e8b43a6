import type { BucketConfiguration, Configuration, DestinationConfiguration } from '../../infra/config/config.ts';

const region = 'us-east-1';

export const source: BucketConfiguration = { bucket: 'e2e-failures', region };
export const destination: DestinationConfiguration = { bucket: 'e2e-failures-copy', region, concurrency: 2 };

/** The destination's bucket is said to exist, and does not until a test creates it. */
export const outage = {
  source: { bucket: 'e2e-outage', region },
  destination: { bucket: 'e2e-outage-copy', region, existing: true, concurrency: 2 },
} as const;

export default {
  replicators: [
    { source, destinations: [destination], canary: false },
    { source: outage.source, destinations: [outage.destination], canary: false },
  ],
} satisfies Configuration;
