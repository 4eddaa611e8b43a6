import type { BucketConfiguration, Configuration, DestinationConfiguration } from '../../infra/config/config.ts';

export const source: BucketConfiguration = { bucket: 'restore-source', region: 'us-east-1' };

export const destination: DestinationConfiguration = { bucket: 'restore-eu', region: 'eu-west-1' };

// A canary would be one more object than the tests put.
export default {
  replicators: [{ source, destinations: [destination], canary: false }],
} satisfies Configuration;
