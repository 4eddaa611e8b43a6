import type { Destination, Replicator } from '../../infra/config/replicator.ts';
import { dynamoHistory } from '../../shared/ledger/dynamo-history.ts';
import { ledgerTableName, versionsTableName } from '../../shared/names.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { s3VersionedBucket } from '../../shared/s3/s3-versions.ts';
import { timeline } from '../../shared/ledger/timeline.ts';
import { errorCode } from '../../shared/s3/s3-answer.ts';
import { bucketClient } from '../aws/bucket-client.ts';
import { isOfTheConnection } from '../aws/cause.ts';
import { causeOf } from '../aws/cause-of.ts';
import { clientOptions } from '../aws/client-options.ts';
import { explained } from '../aws/explained.ts';
import { findReplicator } from '../find/find-replicator.ts';
import { historyText } from './history-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { KeyHistory, Unread } from './key-history.ts';

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
 * @returns the exit code: 1 if nothing is known of it anywhere, 3 if a part could not be read: what can be is told.
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
  for (const { why } of histories.flatMap(({ unread }) => unread)) err(why);
  const known = histories.filter(({ moments, deleteMarkers }) => moments.length + deleteMarkers.length > 0);
  const read = histories.filter(({ unread }) => unread.length < PARTS);
  if (options.json === true) out(json(key, { replicator, histories }));
  else if (known.length > 0) out(historyText(key, histories));
  if (known.length > 0) return histories.some(({ unread }) => unread.length > 0) ? EXIT_CODES.inPart : 0;
  if (read.length > 0)
    err(`Nothing is known of ${JSON.stringify(key)} at ${read.map(({ destination }) => destination).join(', ')}`);
  return EXIT_CODES.nothing;
}

const EXIT_CODES = { nothing: 1, inPart: 3 } as const;

/** The history, the ledger and the bucket. */
const PARTS = 3;

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
  const unread: Unread[] = [];
  const [facts = [], now, listed = []] = await Promise.all([
    part('history', { of: `table "${versions}"`, needs: 'dynamodb:Query', work: () => known.factsOf(key) }),
    part('ledger', { of: `table "${ledger}"`, needs: 'dynamodb:GetItem', work: () => known.now(key) }),
    part('bucket', {
      of: `bucket "${bucket}"`,
      needs: 's3:ListBucketVersions',
      work: () => all(there.versionsOf(key)),
    }),
  ]);
  return {
    destination: bucket,
    region,
    moments: timeline({ facts, listed, ...(now !== undefined && { now }) }).toReversed(),
    deleteMarkers: listed.filter(({ deleteMarker }) => deleteMarker),
    unread: unread.toSorted((one, other) => (one.what < other.what ? -1 : 1)),
  };

  /** What is there of it; `undefined` if it cannot be read, as it is gone, or nobody may. @throws if nothing else could be read either. */
  async function part<T>(
    what: Unread['what'],
    { of, needs, work }: { readonly of: string; readonly needs: string; readonly work: () => Promise<T> },
  ): Promise<T | undefined> {
    const remedy = `the credentials in use need ${needs}`;
    try {
      return await explained(`read the ${of} in ${region}`, { remedy, work });
    } catch (error) {
      if (!(error instanceof UsageError) || isOfTheConnection(causeOf(error).kind)) throw error;
      const why = isGone(error.cause)
        ? `The ${of} in ${region} does not exist: run \`npm run status\`, which says what to do`
        : error.message;
      unread.push({ what, why });
      return undefined;
    }
  }
}

function isGone(error: unknown): boolean {
  return ['ResourceNotFoundException', 'NoSuchBucket'].includes(errorCode(error));
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
