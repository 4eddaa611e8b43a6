import type { BucketConfiguration, Configuration, DestinationConfiguration } from '../../infra/config/config.ts';

export const source: BucketConfiguration = { bucket: 'rehearsal-source', region: 'us-east-1' };

export const destination: DestinationConfiguration = { bucket: 'rehearsal-eu', region: 'eu-west-1' };

// A canary would be one more object than the tests put.
export default {
  replicators: [{ source, destinations: [destination], canary: false, rehearsal: { objects: 5, maxGigabytes: 1 } }],
} satisfies Configuration;
