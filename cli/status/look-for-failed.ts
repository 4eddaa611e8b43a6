import { SQSClient } from '@aws-sdk/client-sqs';
import type { Destination } from '../../infra/config/replicator.ts';
import { dynamoLedgerSearch } from '../../shared/ledger/dynamo-ledger-search.ts';
import type { LedgerItem, LedgerSearch, TroubleOutcome } from '../../shared/ledger/dynamo-ledger-search.ts';
import { failedQueueName, ledgerTableName } from '../../shared/names.ts';
import { queueUrl } from '../../shared/topic/queue.ts';
import { clientOptions } from '../aws/client-options.ts';
import { letGo, receiveFailed } from '../find/failed-messages.ts';
import type { FailedMessage } from '../find/failed-messages.ts';
import { reading } from './reading.ts';
import type { Reading } from './reading.ts';

/** What a destination could not do, with the reasons. */
export interface FailedFacts {
  readonly bucket: string;
  /** Their last attempt failed. */
  readonly failed: Reading<Listed>;
  /** Cannot be copied as they are. */
  readonly cannot: Reading<Listed>;
  readonly queue: Reading<QueueContents>;
}

export interface Listed {
  /** Newest first. */
  readonly items: readonly LedgerItem[];
  /** There are more than were asked for. */
  readonly more: boolean;
}

export interface QueueContents {
  /** Messages that were looked at. */
  readonly messages: number;
  readonly more: boolean;
  /** The keys that they name. */
  readonly keys: number;
  readonly notUnderstood: readonly Odd[];
}

export interface Odd {
  readonly id: string;
  readonly sentAt: string | undefined;
  readonly reason: string;
  /** The beginning of it. */
  readonly body: string;
}

/** @param around.limit of objects, for each outcome. */
export async function lookForFailed(
  { bucket, region }: Pick<Destination, 'bucket' | 'region'>,
  { sourceBucket, limit }: { readonly sourceBucket: string; readonly limit: number },
): Promise<FailedFacts> {
  const ledger = dynamoLedgerSearch(ledgerTableName(bucket), clientOptions(region));
  const [failed, cannot, queue] = await Promise.all([
    reading(() => list(ledger, 'failed', limit)),
    reading(() => list(ledger, 'cannot', limit)),
    reading(() => lookIntoQueue({ bucket, region }, sourceBucket)),
  ]);
  return { bucket, failed, cannot, queue };
}

async function list(ledger: LedgerSearch, outcome: TroubleOutcome, limit: number): Promise<Listed> {
  const items: LedgerItem[] = [];
  for await (const item of ledger.trouble(outcome)) {
    if (items.length === limit) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}

/** The messages stay: nobody else sees them while they are looked at. */
async function lookIntoQueue(
  { bucket, region }: Pick<Destination, 'bucket' | 'region'>,
  sourceBucket: string,
): Promise<QueueContents> {
  const client = new SQSClient(clientOptions(region));
  const url = await queueUrl(client, { name: failedQueueName(bucket) });
  const seen = new Map<string, FailedMessage>();
  let ended = false;
  try {
    while (!ended && seen.size < MESSAGES_LOOKED_AT) {
      const received = await receiveFailed(client, url, { sourceBucket, holdSeconds: HOLD_SECONDS });
      ended = received.every(({ id }) => seen.has(id));
      for (const message of received) seen.set(message.id, message);
    }
  } finally {
    const receipts = [...seen.values()].map(({ receipt }) => receipt);
    await letGo(client, url, receipts);
  }
  const messages = [...seen.values()];
  return {
    messages: messages.length,
    more: !ended,
    keys: new Set(messages.flatMap(({ keys = [] }) => keys)).size,
    notUnderstood: messages.flatMap(({ id, sentAt, reason, notUnderstood, body }) =>
      notUnderstood === undefined ? [] : [{ id, sentAt, reason: reason ?? notUnderstood, body: body.slice(0, 200) }],
    ),
  };
}

const MESSAGES_LOOKED_AT = 1000;
/** Longer than it takes to look at so many. */
const HOLD_SECONDS = 120;
