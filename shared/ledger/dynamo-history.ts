import { DynamoDBClient, GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { factOf } from './fact-item.ts';
import type { Fact } from './history.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import type { Now } from './moment.ts';

/** What is known of a key at one destination. */
export interface History {
  /** All facts that have not expired, ordered by the source's time. @throws if they cannot be read. */
  factsOf(key: ObjectKey): Promise<readonly Fact[]>;
  /** What the ledger's item says; empty if there is none. @throws if it cannot be read. */
  now(key: ObjectKey): Promise<Now>;
}

/** The tables of a destination's ledger and history in DynamoDB, for those who only read them. */
export function dynamoHistory(
  { ledger, versions }: { readonly ledger: string; readonly versions: string },
  config: DynamoDBClientConfig,
): History {
  const client = new DynamoDBClient(config);
  return {
    async factsOf(key) {
      const facts: Fact[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: versions,
          ConsistentRead: true,
          KeyConditionExpression: '#key = :key',
          ExpressionAttributeNames: { '#key': 'key' },
          ExpressionAttributeValues: { ':key': { S: key } },
        },
      );
      const today = Date.now() / 1000;
      for await (const { Items = [] } of pages)
        for (const item of Items.map(plain)) {
          // DynamoDB deletes what has expired within days, in any order.
          const fact = Number(item['expires'] ?? Number.POSITIVE_INFINITY) > today ? factOf(item) : undefined;
          if (fact !== undefined) facts.push(fact);
        }
      return facts;
    },
    async now(key) {
      const { Item = {} } = await client.send(
        new GetItemCommand({ TableName: ledger, ConsistentRead: true, Key: { key: { S: key } } }),
      );
      return nowOf(plain(Item));
    },
  };
}

type Plain = Readonly<Record<string, string | undefined>>;

function plain(item: Readonly<Record<string, AttributeValue>>): Plain {
  return Object.fromEntries(Object.entries(item).map(([name, { S, N }]) => [name, S ?? N]));
}

function nowOf(item: Plain): Now {
  const { sourceETag, sourceVersion, sourceLastModified, size, removedAt, ...rest } = item;
  const { replicaETag, replicaVersion, replicaMadeFrom } = rest;
  const isOfSource = replicaETag !== undefined && sourceETag !== undefined && replicaMadeFrom === sourceETag;
  return {
    ...(isOfSource && {
      source: {
        etag: sourceETag,
        ...(sourceVersion !== undefined && { versionId: sourceVersion }),
        ...(sourceLastModified !== undefined && { lastModified: new Date(sourceLastModified) }),
        ...(size !== undefined && { size: Number(size) }),
      },
      replica: { etag: replicaETag, versionId: replicaVersion },
    }),
    ...(removedAt !== undefined && { removedAt: new Date(removedAt) }),
  };
}
