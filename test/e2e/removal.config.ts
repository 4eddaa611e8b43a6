import type { BucketConfiguration, Configuration, DestinationConfiguration } from '../../infra/config/config.ts';

/** All in one Region: across two, the emulator does not end a subscription, as it does not make one. */
const region = 'us-east-1';

export const source: BucketConfiguration = { bucket: 'e2e-left-source', region };
export const leaving: DestinationConfiguration = { bucket: 'e2e-leaving', region, concurrency: 2 };
export const staying: DestinationConfiguration = { bucket: 'e2e-staying', region, concurrency: 2 };

export default { replicators: [{ source, destinations: [leaving, staying], canary: false }] } satisfies Configuration;
