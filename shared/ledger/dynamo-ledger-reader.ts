import { setTimeout } from 'node:timers/promises';
import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { backOff } from '../back-off.ts';
import { forEachConcurrently } from '../for-each.ts';
import { NOTED } from './ledger.ts';
import type { LedgerEntry, LedgerReader } from './ledger.ts';
import { objectKey } from '../objects/object-key.ts';
import type { ObjectKey } from '../objects/object-key.ts';

/** A ledger in DynamoDB, for those who only read it. */
export function dynamoLedgerReader(table: string, config: DynamoDBClientConfig): LedgerReader {
  const client = new DynamoDBClient(config);
  return {
    async entries(keys) {
      const entries = new Map<ObjectKey, LedgerEntry>();
      await forEachConcurrently(batchesOf(keys), {
        limit: BATCHES_AT_A_TIME,
        work: async (batch) => {
          for (const item of await readAll(client, { table, keys: batch })) {
            const key = item['key']?.S;
            if (key !== undefined) entries.set(objectKey(key), entryOf(item));
          }
        },
      });
      return entries;
    },
  };
}

const READ = [...NOTED, 'sourceETag'] as const;

/** A batch has at most so many. */
const MOST_KEYS = 100;
const BATCHES_AT_A_TIME = 16;
const ATTEMPTS = 8;

function* batchesOf(keys: readonly ObjectKey[]) {
  // DynamoDB refuses a batch that names a key twice.
  const each = [...new Set(keys)];
  for (let first = 0; first < each.length; first += MOST_KEYS) yield each.slice(first, first + MOST_KEYS);
}

/**
 * DynamoDB answers a part of a batch where it is short of capacity, and says what is left.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
async function readAll(
  client: DynamoDBClient,
  { table, keys }: { readonly table: string; readonly keys: readonly ObjectKey[] },
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let left = keys.map((key): Record<string, AttributeValue> => ({ key: { S: key } }));
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt === ATTEMPTS)
      throw new Error(`Cannot read ${left.length} keys of the table "${table}": it is short of capacity`);
    if (attempt > 0) await setTimeout(backOff(attempt, Math.random()));
    const command = new BatchGetItemCommand({
      RequestItems: {
        [table]: {
          Keys: left,
          ProjectionExpression: ['#key', 'reason', ...READ].join(', '),
          ExpressionAttributeNames: { '#key': 'key' },
        },
      },
    });
    const { Responses = {}, UnprocessedKeys = {} } = await client.send(command);
    items.push(...(Responses[table] ?? []));
    left = UnprocessedKeys[table]?.Keys ?? [];
  }
  return items;
}

function entryOf(item: Readonly<Record<string, AttributeValue>>): LedgerEntry {
  const known = READ.flatMap((name): [string, string][] => {
    const value = item[name]?.S;
    return value === undefined ? [] : [[name, value]];
  });
  return { outcome: '', recordedAt: '', reason: item['reason']?.S ?? '', ...Object.fromEntries(known) };
}
