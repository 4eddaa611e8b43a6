import type { Configuration, DestinationConfiguration, SourceConfiguration } from '../../infra/config/config.ts';

export const source: SourceConfiguration = { bucket: 'canary-source', region: 'us-east-1' };

export const destinations = [
  { bucket: 'canary-eu', region: 'eu-west-1', concurrency: 2 },
  { bucket: 'canary-near', region: 'us-east-1', concurrency: 2 },
] as const satisfies readonly DestinationConfiguration[];

export default {
  // The test starts it, and not the schedule.
  replicators: [{ source, destinations, canary: { everyMinutes: 720, withinSeconds: 780 } }],
} satisfies Configuration;
