import type { Replicator } from '../../infra/config/replicator.ts';
import { BucketError } from '../../shared/objects/bucket.ts';
import { decide, mayBeTheSame } from '../../shared/decide.ts';
import type { Action } from '../../shared/decide.ts';
import { dynamoLedgerSearch } from '../../shared/ledger/dynamo-ledger-search.ts';
import type { LedgerItem } from '../../shared/ledger/dynamo-ledger-search.ts';
import { expiredUpTo } from '../../shared/expiry.ts';
import { NOTED, noteOf } from '../../shared/ledger/ledger.ts';
import { ledgerTableName } from '../../shared/names.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { BucketAccess } from '../../shared/s3/s3-access.ts';
import { s3Expiry } from '../../shared/s3/s3-expiry.ts';
import { s3Look } from '../../shared/s3/s3-look.ts';
import type { Look } from '../../shared/s3/s3-look.ts';
import { isUnread, known, reading } from './reading.ts';
import type { Reading } from './reading.ts';
import { bucketClient } from '../aws/bucket-client.ts';
import { clientOptions } from '../aws/client-options.ts';

/** One key at the source and at every destination, as it is now and as it is recorded. */
export interface KeyFacts {
  readonly key: string;
  readonly source: { readonly bucket: string; readonly live: Reading<Live> };
  readonly destinations: readonly KeyAtDestination[];
}

/** Without an object there is none of that key. */
export interface Live {
  readonly object?: Look;
}

export interface KeyAtDestination {
  readonly bucket: string;
  readonly live: Reading<Live>;
  /** What the function would decide now; absent where one of the two sides could not be read. */
  readonly verdict?: Action['reason'];
  /** The item of the ledger; without one nothing is recorded. */
  readonly recorded: Reading<{ readonly item?: LedgerItem }>;
}

type Place = Replicator['destinations'][number] | Replicator['source'];

/** Never throws: what cannot be read is said to be. */
export async function lookForKey(
  key: ObjectKey,
  { source, destinations }: Pick<Replicator, 'source' | 'destinations'>,
): Promise<KeyFacts> {
  const from = accessTo(source);
  const live = await look(from, key);
  return {
    key,
    source: { bucket: source.bucket, live },
    destinations: await Promise.all(
      destinations.map(async (destination) => {
        const { bucket, region } = destination;
        const to = accessTo(destination);
        const ledger = dynamoLedgerSearch(ledgerTableName(bucket), clientOptions(region));
        const [here, recorded] = await Promise.all([
          look(to, key),
          reading(async () => {
            const item = await ledger.item(key);
            return item === undefined ? {} : { item };
          }),
        ]);
        if (isUnread(live) || isUnread(here)) return { bucket, live: here, recorded };
        const verdict = await compare(key, { from, to, source: live, replica: here, item: known(recorded)?.item });
        return { bucket, live: here, verdict, recorded };
      }),
    ),
  };
}

function accessTo({ bucket: name, account: owner, region }: Place): BucketAccess {
  const client = bucketClient(region, { attempts: 3, sockets: 4 });
  return { name, owner, client, signal: AbortSignal.timeout(PATIENCE_MS) };
}

const PATIENCE_MS = 60_000;

function look(access: BucketAccess, key: ObjectKey): Promise<Reading<Live>> {
  return reading(async () => {
    const object = await s3Look(access, key);
    return object === undefined ? {} : { object };
  });
}

/** As the function does it: the lifecycle and the checksums are asked only where they can matter. */
async function compare(
  key: ObjectKey,
  {
    from,
    to,
    source,
    replica,
    item,
  }: {
    readonly from: BucketAccess;
    readonly to: BucketAccess;
    readonly source: Live;
    readonly replica: Live;
    readonly item: LedgerItem | undefined;
  },
): Promise<Action['reason']> {
  const [ours, theirs] = [source.object?.state, replica.object?.state];
  const note = item && noteOf(Object.fromEntries(NOTED.map((name) => [name, text(item[name])])));
  if (ours !== undefined && theirs === undefined && note !== undefined) {
    const { rules } = await s3Expiry(to);
    const upTo = expiredUpTo(rules, { key, size: ours.size, now: Date.now() });
    return decide(ours, theirs, { note, expiredUpTo: upTo }).reason;
  }
  if (ours === undefined || !mayBeTheSame(ours, theirs)) return decide(ours, theirs).reason;
  const { reason } = decide(ours, theirs, { note });
  if (reason !== 'content differs') return reason;
  const [oursSummed, theirsSummed] = await Promise.all([summed(from, key), summed(to, key)]);
  return decide(oursSummed?.state ?? ours, theirsSummed?.state ?? theirs, { note }).reason;
}

function text(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** The checksum, not the look itself, needs the KMS key of an object: whoever may not use it does without. */
async function summed(access: BucketAccess, key: ObjectKey): Promise<Look | undefined> {
  try {
    return await s3Look(access, key, { checksum: true });
  } catch (error) {
    if (error instanceof BucketError) return undefined;
    throw error;
  }
}
