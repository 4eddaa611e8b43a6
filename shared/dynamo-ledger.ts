import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { changesOf, rankOf } from './ledger.ts';
import type { Changes, Ledger, LedgerRecord } from './ledger.ts';
import type { ObjectKey } from './object-key.ts';

/** Which table, and how many requests at a time. */
export interface LedgerAddress {
  readonly region: string;
  readonly table: string;
  readonly sockets: number;
}

let client: DynamoDBClient | undefined;

/** A ledger in DynamoDB, an item for each key. A table that does not answer costs a second, and no more. */
export function dynamoLedger({ region, table, sockets }: LedgerAddress): Ledger {
  client ??= new DynamoDBClient({
    region,
    maxAttempts: 2,
    requestHandler: { httpsAgent: { maxSockets: sockets }, httpAgent: { maxSockets: sockets } },
  });
  const items = client;
  return {
    async record(record) {
      const abortSignal = AbortSignal.timeout(PATIENCE_MS);
      try {
        await items.send(new UpdateItemCommand(update(table, record)), { abortSignal });
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The SDK may have sent it twice: then it is refused by itself.
        if (error.Item?.['rank']?.S === rankOf(record)) return;
        await items.send(new UpdateItemCommand(countOnly(table, record.key)), { abortSignal });
      }
    },
    async note(key) {
      const command = new GetItemCommand({
        TableName: table,
        Key: { key: { S: key } },
        // The copy that it tells of may be a moment old.
        ConsistentRead: true,
        ProjectionExpression: 'replicaETag, replicaMadeFrom',
      });
      const { Item } = await items.send(command, { abortSignal: AbortSignal.timeout(PATIENCE_MS) });
      const replicaETag = Item?.['replicaETag']?.S;
      const sourceETag = Item?.['replicaMadeFrom']?.S;
      return replicaETag === undefined || sourceETag === undefined ? undefined : { sourceETag, replicaETag };
    },
  };
}

const PATIENCE_MS = 1_000;

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html */
function update(table: string, record: LedgerRecord) {
  const { set, setOnce, remove } = changesOf(record);
  const assignments = [
    ...Object.keys(set).map((name) => `#${name} = :${name}`),
    ...Object.keys(setOnce).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
  ];
  const removals = remove.length > 0 ? [`REMOVE ${remove.map((name) => `#${name}`).join(', ')}`] : [];
  return {
    TableName: table,
    Key: { key: { S: record.key } },
    UpdateExpression: [`SET ${assignments.join(', ')}`, ...removals, 'ADD #attempts :one'].join(' '),
    ConditionExpression: 'attribute_not_exists(#rank) OR #rank < :rank',
    ExpressionAttributeNames: namesOf({ set, setOnce, remove }),
    ExpressionAttributeValues: { ...valuesOf({ ...set, ...setOnce }), ':one': { N: '1' } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

function countOnly(table: string, key: ObjectKey) {
  return {
    TableName: table,
    Key: { key: { S: key } },
    UpdateExpression: 'ADD attempts :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  };
}

/** By way of `#`, as many a name of an attribute is a word of DynamoDB's. */
function namesOf({ set, setOnce, remove }: Changes): Record<string, string> {
  const names = [...Object.keys(set), ...Object.keys(setOnce), ...remove, 'attempts'];
  return Object.fromEntries(names.map((name) => [`#${name}`, name]));
}

function valuesOf(values: Readonly<Record<string, string | number>>): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      `:${name}`,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );
}
