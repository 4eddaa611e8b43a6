import { setTimeout as pause } from 'node:timers/promises';
import { type BucketAccess, type Listed, listBucket } from './listing.ts';
import { patience } from './patience.ts';
import { Problem } from './problem.ts';
import type { Put } from './put-objects.ts';

/**
 * Lists a destination again and again until every object that was put is there with the ETag it was put with.
 *
 * @throws {Problem} if nothing arrives for three minutes.
 */
export async function awaitReplicas(
  { s3, bucket }: BucketAccess,
  options: {
    /** Grows while objects are still being put. */
    readonly puts: ReadonlyMap<string, Put>;
    /** How many will be put. */
    readonly total: () => number;
    readonly onProgress?: (said: string) => void;
    /** @default 180_000 */
    readonly patienceMs?: number;
  },
): Promise<ReadonlyMap<string, Listed>> {
  const { puts, total, onProgress, patienceMs = 180_000 } = options;
  const waiting = patience(patienceMs);
  for (;;) {
    const listing = await listBucket({ s3, bucket });
    const absent = [...puts].filter(([key, { etag }]) => listing.get(key)?.etag !== etag).map(([key]) => key);
    const arrived = puts.size - absent.length;
    onProgress?.(`${bucket}: ${arrived} of ${total()}${waiting.said()}`);
    if (arrived === total()) return listing;
    const seen = `${arrived} of ${puts.size}`;
    if (waiting.isOver(seen)) {
      const some = absent.slice(0, 3).map((key) => JSON.stringify(key));
      throw new Problem(
        `Nothing has arrived in "${bucket}" for ${patienceMs / 1000} s: ${seen} objects are there, among the absent are ` +
          `${some.join(', ')}. The reason is in the emulator's log in .local, where the function logs`,
      );
    }
    await pause(POLL_MS);
  }
}

const POLL_MS = 500;
