import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { expiryOf, factItem } from './fact-item.ts';
import { factsAfter, factsOf } from './history.ts';
import type { Before, Fact } from './history.ts';
import { changesOf, NOTED, noteOf, rankOf } from './ledger.ts';
import type { Changes, Ledger, LedgerRecord } from './ledger.ts';
import type { ObjectKey } from '../objects/object-key.ts';

/** Which table, and how many requests at a time. */
export interface LedgerAddress {
  readonly region: string;
  readonly table: string;
  readonly sockets: number;
  /** Where each version and removal is kept, for so many days; absent: nowhere. */
  readonly history?: { readonly table: string; readonly days: number } | undefined;
}

let client: DynamoDBClient | undefined;

/**
 * A ledger in DynamoDB, an item for each key; and a table of its history, an item for each fact. A table that does not answer costs a second,
 * and no more, unless whoever asks has more patience.
 */
export function dynamoLedger({ region, table, sockets, history }: LedgerAddress): Ledger {
  client ??= new DynamoDBClient({
    region,
    maxAttempts: 2,
    requestHandler: { httpsAgent: { maxSockets: sockets }, httpAgent: { maxSockets: sockets } },
  });
  const items = client;

  async function keep(record: LedgerRecord, facts: readonly Fact[], options: SendOptions): Promise<void> {
    if (history === undefined) return;
    const { table, days } = history;
    await all(facts.map((fact) => items.send(new UpdateItemCommand(addition(table, { record, fact, days })), options)));
  }

  /** What the item was before; `undefined` if it is newer than the record, and stays. */
  async function tell(record: LedgerRecord, options: SendOptions): Promise<Before | undefined> {
    try {
      const { Attributes = {} } = await items.send(new UpdateItemCommand(update(table, record)), options);
      return texts(Attributes);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // It was sent before, and had no answer: then it is refused by itself.
      if (error.Item?.['rank']?.S === rankOf(record)) return beforeItself(record, texts(error.Item));
      await items.send(new UpdateItemCommand(countOnly(table, record.key)), options);
      return undefined;
    }
  }

  return {
    keepsHistory: history !== undefined,
    async record(record, patience = PATIENCE_MS) {
      const options = { abortSignal: AbortSignal.timeout(patience) };
      const told = tell(record, options).then((before) => before && keep(record, factsAfter(record, before), options));
      // At the same time: the facts are true whatever becomes of the item.
      await all([told, keep(record, factsOf(record), options)]);
    },
    async note(key) {
      const command = new GetItemCommand({
        TableName: table,
        Key: { key: { S: key } },
        // The copy that it tells of may be a moment old.
        ConsistentRead: true,
        ProjectionExpression: NOTED.join(', '),
      });
      const { Item } = await items.send(command, { abortSignal: AbortSignal.timeout(PATIENCE_MS) });
      return noteOf(Object.fromEntries(NOTED.map((name) => [name, Item?.[name]?.S])));
    },
  };
}

const PATIENCE_MS = 1_000;

interface SendOptions {
  readonly abortSignal: AbortSignal;
}
type Item = Readonly<Record<string, AttributeValue>>;

/** Waits for all, also if one fails. @throws what the first to fail threw. */
async function all(tasks: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(tasks);
  await Promise.all(tasks);
}

function texts({ removedAt, sourceLastModified, sourceVersion }: Item): Before {
  return { removedAt: removedAt?.S, sourceLastModified: sourceLastModified?.S, sourceVersion: sourceVersion?.S };
}

/**
 * What the item was before the record, of which it was made: of a removal it keeps the first time, so that another one was there before. What a record of an
 * object has replaced is not known any more; it matters only where no event told.
 */
function beforeItself({ removedAt }: LedgerRecord, { removedAt: kept }: Before): Before | undefined {
  if (removedAt === undefined) return undefined;
  return { removedAt: kept === removedAt.toISOString() ? undefined : kept };
}

/** Adds to what is known of a fact. Without a condition: nothing in it contradicts what is there. */
function addition(
  table: string,
  { record, fact, days }: { readonly record: LedgerRecord; readonly fact: Fact; readonly days: number },
) {
  const { at, attributes } = factItem(fact);
  const set = { ...attributes, expires: expiryOf(fact, { recordedAt: record.recordedAt, days }) };
  const names = Object.keys(set);
  return {
    TableName: table,
    Key: { key: { S: record.key }, at: { S: at } },
    UpdateExpression: `SET ${names.map((name) => `#${name} = ${name === 'foundAt' ? `if_not_exists(#${name}, :${name})` : `:${name}`}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: valuesOf(set),
  };
}

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
    ReturnValues: 'ALL_OLD' as const,
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
