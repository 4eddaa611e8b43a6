import { readRehearsals } from '../../functions/restore/rehearsal/rehearsal-memory.ts';
import type { Replicator } from '../../infra/config/replicator.ts';
import { s3Files } from '../../shared/s3/s3-files.ts';
import { bucketClient } from '../aws/bucket-client.ts';
import { findRestoreStack } from '../find/restore-stack.ts';
import type { RehearsalFacts } from './facts.ts';

/** The last rehearsal of a restore from each destination. @throws if the stack of restores, or its files, cannot be read. */
export async function lastRehearsals({
  source,
  destinations,
}: Pick<Replicator, 'source' | 'destinations'>): Promise<RehearsalFacts> {
  const { reportsBucket } = await findRestoreStack(source);
  const client = bucketClient(source.region, { attempts: 3, sockets: 16 });
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const files = s3Files({ name: reportsBucket, owner: source.account, client, signal });
  const all = await Promise.all(
    destinations.map(async ({ bucket }) => {
      const last = (await readRehearsals(files, bucket))?.last;
      if (last === undefined) return [];
      const { endedAt, succeeded, cause, objects, bytes } = last;
      return [[bucket, { endedAt, succeeded, cause, objects, bytes }] as const];
    }),
  );
  return Object.fromEntries(all.flat());
}

const PATIENCE_MS = 60_000;
