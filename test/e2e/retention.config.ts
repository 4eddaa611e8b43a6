import type { BucketConfiguration, Configuration, DestinationConfiguration } from '../../infra/config/config.ts';

const region = 'us-east-1';

export const source: BucketConfiguration = { bucket: 'e2e-kept-source', region };
export const created: DestinationConfiguration = {
  bucket: 'e2e-kept-30-days',
  region,
  concurrency: 2,
  retention: { expireAfterDays: 30 },
};
/** With a lifecycle of its own. */
export const existing: DestinationConfiguration = {
  bucket: 'e2e-kept-as-it-was',
  region,
  concurrency: 2,
  existing: true,
};

export default {
  replicators: [{ source, destinations: [created, existing], canary: false, reconcile: { eventMinutes: 0 } }],
} satisfies Configuration;
