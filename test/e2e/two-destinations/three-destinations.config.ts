import type { Configuration, DestinationConfiguration } from '../../../infra/config/config.ts';
import { concurrency, destinations, source } from './two-destinations.config.ts';

/** In the source's own Region, where the emulator attaches the subscription by itself. */
export const third: DestinationConfiguration = { bucket: 'e2e-third', region: 'us-east-1', concurrency };

export default {
  replicators: [{ source, destinations: [...destinations, third], canary: false }],
} satisfies Configuration;
