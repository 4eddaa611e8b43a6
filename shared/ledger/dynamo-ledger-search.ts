import { DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { LEDGER_TROUBLE_INDEX } from '../names.ts';
import type { ObjectKey } from '../objects/object-key.ts';

/** A ledger as people ask it: for one key, and for what is in trouble. */
export interface LedgerSearch {
  /** All attributes of an item (see `changesOf`); `undefined` if nothing is recorded. @throws if it cannot be read. */
  item(key: ObjectKey): Promise<LedgerItem | undefined>;
  /** What is left in that way, newest first, page after page. @throws if it cannot be read. */
  trouble(outcome: TroubleOutcome): AsyncGenerator<LedgerItem>;
  /** How many these are, counted to that number. @throws if it cannot be read. */
  count(outcome: TroubleOutcome, limit: number): Promise<{ readonly objects: number; readonly orMore: boolean }>;
}

export type TroubleOutcome = 'failed' | 'cannot';

/** Attributes by their names in the table. */
export type LedgerItem = Readonly<Record<string, string | number>> & { readonly key: string };

export function dynamoLedgerSearch(table: string, config: DynamoDBClientConfig): LedgerSearch {
  const client = new DynamoDBClient(config);
  const query = (outcome: TroubleOutcome) => ({
    TableName: table,
    IndexName: LEDGER_TROUBLE_INDEX,
    KeyConditionExpression: 'trouble = :outcome',
    ExpressionAttributeValues: { ':outcome': { S: outcome } },
    ScanIndexForward: false,
  });
  return {
    async item(key) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: { key: { S: key } }, ConsistentRead: true }),
      );
      return Item && itemOf(Item);
    },
    async *trouble(outcome) {
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({ ...query(outcome), ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
        );
        for (const item of Items) yield itemOf(item);
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    },
    async count(outcome, limit) {
      let objects = 0;
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const { Count = 0, LastEvaluatedKey } = await client.send(
          new QueryCommand({ ...query(outcome), Select: 'COUNT', ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
        );
        objects += Count;
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined && objects < limit);
      return { objects, orMore: ExclusiveStartKey !== undefined };
    },
  };
}

function itemOf(item: Readonly<Record<string, AttributeValue>>): LedgerItem {
  const attributes = Object.entries(item).flatMap(([name, { S, N }]): [string, string | number][] => {
    if (S !== undefined) return [[name, S]];
    return N === undefined ? [] : [[name, Number(N)]];
  });
  return { ...Object.fromEntries(attributes), key: item['key']?.S ?? '' };
}
