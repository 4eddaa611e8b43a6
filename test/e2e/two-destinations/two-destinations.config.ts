import type { BucketConfiguration, Configuration, DestinationConfiguration } from '../../../infra/config/config.ts';

/** Few copies at a time, so that a burst has to wait in the inboxes. */
export const concurrency = 3;

export const source: BucketConfiguration = { bucket: 'e2e-source', region: 'us-east-1' };

export const destinations = [
  { bucket: 'e2e-eu', region: 'eu-west-1', concurrency },
  { bucket: 'e2e.dotted.bucket', region: 'us-west-2', concurrency },
] as const satisfies readonly DestinationConfiguration[];

// A canary would be one more object than the tests put.
export default { replicators: [{ source, destinations, canary: false }] } satisfies Configuration;
