import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { dynamoLedgerReader } from '../../../shared/ledger/dynamo-ledger-reader.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';

const dynamo = mockClient(DynamoDBClient);
const TABLE = 'photos-eu-ledger';
const reader = () => dynamoLedgerReader(TABLE, { region: 'eu-west-1' });
const keys = Array.from({ length: 250 }, (_, n) => objectKey(`k${n}`));

beforeEach(() => dynamo.reset());

it('reads a hundred keys at a time, each once, and leaves out what is not known', async () => {
  dynamo.on(BatchGetItemCommand).callsFake(({ RequestItems }) => ({
    Responses: { [TABLE]: RequestItems[TABLE].Keys.filter(({ key }: Item) => key.S !== 'k7').map(itemOf) },
  }));
  const entries = await reader().entries([...keys, ...keys]);
  expect(dynamo.commandCalls(BatchGetItemCommand)).toHaveLength(3);
  expect(entries.size).toBe(249);
  expect(entries.get(objectKey('k8'))).toEqual({
    outcome: 'copied',
    reason: 'absent',
    recordedAt: '2026-11-21T00:00:00.000Z',
    replicaETag: 'etag of k8',
  });
});

it('asks again for what DynamoDB has not answered', async () => {
  dynamo
    .on(BatchGetItemCommand)
    .resolvesOnce({
      Responses: { [TABLE]: [itemOf({ key: { S: 'k0' } })] },
      UnprocessedKeys: { [TABLE]: { Keys: [{ key: { S: 'k1' } }] } },
    })
    .resolvesOnce({ Responses: { [TABLE]: [itemOf({ key: { S: 'k1' } })] } });
  const entries = await reader().entries(keys.slice(0, 2));
  expect([...entries.keys()]).toEqual(['k0', 'k1']);
});

it('fails if the table cannot be read', async () => {
  dynamo.on(BatchGetItemCommand).rejects(new Error('no such table'));
  await expect(reader().entries(keys)).rejects.toThrow('no such table');
});

interface Item {
  readonly key: { readonly S: string };
}

function itemOf({ key }: Item) {
  return {
    key,
    outcome: { S: 'copied' },
    reason: { S: 'absent' },
    recordedAt: { S: '2026-11-21T00:00:00.000Z' },
    replicaETag: { S: `etag of ${key.S}` },
  };
}
