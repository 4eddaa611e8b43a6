import type { Destination, Replicator } from '../../infra/config/replicator.ts';
import { dynamoHistory } from '../../shared/ledger/dynamo-history.ts';
import { ledgerTableName, versionsTableName } from '../../shared/names.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { s3VersionedBucket } from '../../shared/s3/s3-versions.ts';
import { timeline } from '../../shared/ledger/timeline.ts';
import { bucketClient } from '../aws/bucket-client.ts';
import { clientOptions } from '../aws/client-options.ts';
import { explained } from '../aws/explained.ts';
import { findReplicator } from '../find/find-replicator.ts';
import { historyText } from './history-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { KeyHistory } from './key-history.ts';

/** What was asked for on the command line. */
export interface HistoryOptions {
  readonly config: string;
  readonly key: string;
  readonly source?: string;
  readonly destination?: string;
  readonly json?: boolean;
}

/**
 * Tells all that is known of a key: what the source held when, and what each destination has of it.
 *
 * @returns the exit code: 1 if nothing is known of it anywhere.
 * @throws {UsageError}
 */
export async function history(
  options: HistoryOptions,
  { out, err, signal }: Pick<Terminal, 'out' | 'err' | 'signal'>,
): Promise<number> {
  const key = keyOf(options.key);
  const replicator = await findReplicator(options, options.config);
  const { destinations } = replicator;
  const asked = destinations.filter(
    ({ bucket }) => options.destination === undefined || bucket === options.destination,
  );
  const histories = await Promise.all(asked.map((destination) => historyAt(destination, { key, signal })));
  if (histories.every(({ moments, deleteMarkers }) => moments.length + deleteMarkers.length === 0)) {
    if (options.json === true) out(json(key, { replicator, histories }));
    err(`Nothing is known of ${JSON.stringify(key)} at ${asked.map(({ bucket }) => bucket).join(', ')}`);
    return 1;
  }
  out(options.json === true ? json(key, { replicator, histories }) : historyText(key, histories));
  return 0;
}

function keyOf(text: string): ObjectKey {
  try {
    return objectKey(text);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { exitCode: 2, cause: error });
    throw error;
  }
}

async function historyAt(
  { bucket, region, account }: Destination,
  { key, signal }: { readonly key: ObjectKey; readonly signal: AbortSignal },
): Promise<KeyHistory> {
  const [ledger, versions] = [ledgerTableName(bucket), versionsTableName(bucket)];
  const known = dynamoHistory({ ledger, versions }, clientOptions(region));
  const client = bucketClient(region, { attempts: 6, sockets: 8 });
  const there = s3VersionedBucket({ name: bucket, owner: account, client, signal });
  const reading = <T>(what: string, { needs, work }: { readonly needs: string; readonly work: () => Promise<T> }) =>
    explained(`read ${what} in ${region}`, {
      remedy: `is the stack of ${bucket} deployed, in this version? The credentials in use need ${needs}`,
      work,
    });
  const [facts, now, listed] = await Promise.all([
    reading(`the table "${versions}"`, { needs: 'dynamodb:Query', work: () => known.factsOf(key) }),
    reading(`the table "${ledger}"`, { needs: 'dynamodb:GetItem', work: () => known.now(key) }),
    reading(`the bucket "${bucket}"`, { needs: 's3:ListBucketVersions', work: () => all(there.versionsOf(key)) }),
  ]);
  return {
    destination: bucket,
    region,
    moments: timeline({ facts, listed, now }).toReversed(),
    deleteMarkers: listed.filter(({ deleteMarker }) => deleteMarker),
  };
}

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

function json(
  key: ObjectKey,
  { replicator, histories }: { readonly replicator: Replicator; readonly histories: readonly KeyHistory[] },
): string {
  return JSON.stringify({ key, source: replicator.source.bucket, destinations: histories }, undefined, 2);
}
