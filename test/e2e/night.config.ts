import type { Configuration, DestinationConfiguration, SourceConfiguration } from '../../infra/config/config.ts';

export const source: SourceConfiguration = { bucket: 'night-source', region: 'us-east-1', existing: true };

/** Three in two Regions. */
export const destinations = [
  { bucket: 'night-dr', region: 'us-west-2', existing: true },
  { bucket: 'night-eu', region: 'eu-west-1', existing: true },
  { bucket: 'night-eu-2', region: 'eu-west-1', existing: true },
] as const satisfies readonly DestinationConfiguration[];

export default {
  // In a test everything has changed just now.
  replicators: [{ source, destinations, reconcile: { eventMinutes: 0 } }],
} satisfies Configuration;
