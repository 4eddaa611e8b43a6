import { awaitReplicas } from '../../local/await-replicas.ts';
import { awsClients } from '../../local/aws-clients.ts';
import { compare, type Comparison } from '../../local/compare.ts';
import { type BucketAccess, type Listed, listBucket } from '../../local/listing.ts';
import type { ObjectToPut } from '../../local/odd-objects.ts';
import { type Put, putObjects } from '../../local/put-objects.ts';
import { emulator } from './emulator.ts';
import * as config from './two-destinations/two-destinations.config.ts';
import { LONGEST_SECONDS } from './longest-seconds.ts';

/** The deployed buckets, each with a client for its Region. */
export const source = access(config.source);
export const destinations = config.destinations.map(access);

export function access({ bucket, region }: { readonly bucket: string; readonly region: string }): BucketAccess {
  return { bucket, s3: awsClients(emulator, region).s3 };
}

/** An object of text, with nothing else to it. */
export function text(key: string, content: string): ObjectToPut {
  const bytes = Buffer.from(content);
  return { key, size: bytes.length, body: async () => bytes };
}

/** Puts objects into a source; of several with one key, the last that was acknowledged counts. */
export async function put(objects: readonly ObjectToPut[], into = source): Promise<ReadonlyMap<string, Put>> {
  const puts = new Map<string, Put>();
  await putObjects(objects, { ...into, puts });
  return puts;
}

/** Waits until every put has arrived at every given destination. */
export async function arrived(
  puts: ReadonlyMap<string, Put>,
  at: readonly BucketAccess[] = destinations,
): Promise<void> {
  await Promise.all(
    at.map((bucket) => awaitReplicas(bucket, { puts, total: () => puts.size, patienceMs: LONGEST_SECONDS * 1000 })),
  );
}

/** How a destination differs from the source in the keys that a test cares for. */
export async function comparison(destination: BucketAccess, of: (key: string) => boolean): Promise<Comparison> {
  return compare(only(of, await listBucket(source)), only(of, await listBucket(destination)));
}

function only(of: (key: string) => boolean, listing: ReadonlyMap<string, Listed>): ReadonlyMap<string, Listed> {
  return new Map([...listing].filter(([key]) => of(key)));
}
