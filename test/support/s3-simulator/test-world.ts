import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { startSimulator, type Simulator, type SimulatorOptions } from './http-server.ts';
import { createBucket, createStore, type BucketOptions, type Store, type StoreOptions } from './store.ts';

/** A simulator with the buckets `source` and `replica`, the real SDK before it, for the length of one test. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const store = createStore({ now: () => NOW, ...options.store });
  createBucket(store, { name: 'source', owner: SOURCE_OWNER, ...options.source });
  createBucket(store, { name: 'replica', owner: REPLICA_OWNER, ...options.replica });
  const simulator = await startSimulator(store, options.simulator);
  const client = clientOf(simulator);
  onTestFinished(async () => {
    client.destroy();
    await simulator.close();
  });
  return { store, simulator, client };
}

/** The SDK as it is, but for retries, which would hide what was answered. */
export function clientOf({ endpoint }: Simulator, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
    ...config,
  });
}

export const SOURCE_OWNER = '111111111111';
export const REPLICA_OWNER = '222222222222';
export const NOW = Date.parse('2026-11-21T10:00:00.750Z');

export interface WorldOptions {
  readonly store?: StoreOptions;
  readonly source?: Partial<BucketOptions>;
  readonly replica?: Partial<BucketOptions>;
  readonly simulator?: SimulatorOptions;
}

export interface World {
  readonly store: Store;
  readonly simulator: Simulator;
  readonly client: S3Client;
}

/** What a failed call says: `412 PreconditionFailed`. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'no failure';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = statusOf(error);
    return status === undefined ? error.name : `${status} ${error.name}`;
  }
}

function statusOf(error: object): number | undefined {
  const metadata: unknown = Reflect.get(error, '$metadata');
  const status: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined;
  return typeof status === 'number' ? status : undefined;
}
