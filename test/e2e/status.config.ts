import type { BucketConfiguration, Configuration, DestinationConfiguration } from '../../infra/config/config.ts';

const region = 'us-east-1';

export const source: BucketConfiguration = { bucket: 'e2e-status', region };
export const breaking: DestinationConfiguration = { bucket: 'e2e-status-breaking', region, concurrency: 2 };
export const steady: DestinationConfiguration = { bucket: 'e2e-status-steady', region, concurrency: 2 };

export default {
  // In a test everything has changed just now.
  replicators: [
    { source, destinations: [breaking, steady], reconcile: { eventMinutes: 0 }, canary: false, rehearsal: false },
  ],
} satisfies Configuration;
