import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { type Item, updated, ValidationError } from './table.ts';

/** `down`: resets every connection; `silent`: answers nothing; `throttled`: refuses everything. */
export type Mood = 'up' | 'down' | 'silent' | 'throttled';

/** A DynamoDB for the real SDK, with a table whose key is `key`, and one whose sort key is `at`, whatever they are called. */
export interface DynamoSimulator {
  readonly endpoint: string;
  readonly items: Map<string, Item>;
  /** Of the table with a sort key, by `key at`. */
  readonly sorted: Map<string, Item>;
  /** `UpdateItem`, `GetItem`: everything that was asked, whatever the mood. */
  readonly requests: string[];
  mood: Mood;
  /** Tables that somebody has deleted. */
  readonly missing: Set<string>;
  close(): Promise<void>;
}

export async function startDynamoSimulator(): Promise<DynamoSimulator> {
  const server = createServer((message, response) => void answer(message, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Cannot tell the port of the simulator');
  const simulator: DynamoSimulator = {
    endpoint: `http://127.0.0.1:${address.port}`,
    items: new Map(),
    sorted: new Map(),
    requests: [],
    mood: 'up',
    missing: new Set(),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return simulator;

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(message);
    const operation = String(message.headers['x-amz-target']).replace('DynamoDB_20120810.', '');
    simulator.requests.push(operation);
    if (simulator.mood === 'silent') return;
    if (simulator.mood === 'down') {
      message.socket.resetAndDestroy();
      return;
    }
    const { status, content } =
      simulator.mood === 'throttled' ? refusal('ThrottlingException') : serve(operation, body);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(content));
  }

  function serve(operation: string, body: string): Answer {
    try {
      if (operation === 'Query') return query(v.parse(querySchema, JSON.parse(body)));
      const { TableName, Key, ReturnValues, ...request } = v.parse(requestSchema, JSON.parse(body));
      if (simulator.missing.has(TableName)) return refusal('ResourceNotFoundException');
      const [items, id] = 'at' in Key ? [simulator.sorted, `${Key.key.S} ${Key.at.S}`] : [simulator.items, Key.key.S];
      const item = items.get(id);
      if (operation === 'GetItem') return { status: 200, content: { Item: item } };
      if (operation !== 'UpdateItem') throw new ValidationError(`Not known here: ${operation}`);
      const after = updated(item ?? { ...Key }, request);
      if (after === undefined) return refusal('ConditionalCheckFailedException', { Item: item });
      items.set(id, after);
      return { status: 200, content: ReturnValues === 'ALL_OLD' && item !== undefined ? { Attributes: item } : {} };
    } catch (error) {
      return refusal('ValidationException', { message: String(error) });
    }
  }

  /** Two items a page. */
  function query({ ExpressionAttributeValues, ExclusiveStartKey }: v.InferOutput<typeof querySchema>): Answer {
    const { S: key } = ExpressionAttributeValues[':key'];
    const all = [...simulator.sorted.values()]
      .filter((item) => item['key']?.S === key && String(item['at']?.S) > (ExclusiveStartKey?.at.S ?? ''))
      .toSorted((one, other) => Buffer.compare(Buffer.from(one['at']?.S ?? ''), Buffer.from(other['at']?.S ?? '')));
    const Items = all.slice(0, 2);
    const at = Items.at(-1)?.['at'];
    return { status: 200, content: { Items, ...(all.length > 2 && { LastEvaluatedKey: { key: { S: key }, at } }) } };
  }
}

interface Answer {
  readonly status: number;
  readonly content: object;
}

function refusal(type: string, more: object = {}): Answer {
  return { status: 400, content: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type, ...more } };
}

const valueSchema = v.union([v.strictObject({ S: v.string() }), v.strictObject({ N: v.string() })]);

const textSchema = v.strictObject({ S: v.string() });

const requestSchema = v.object({
  TableName: v.string(),
  Key: v.union([v.strictObject({ key: textSchema }), v.strictObject({ key: textSchema, at: textSchema })]),
  ReturnValues: v.optional(v.string()),
  UpdateExpression: v.optional(v.string(), ''),
  ConditionExpression: v.optional(v.string(), ''),
  ExpressionAttributeNames: v.optional(v.record(v.string(), v.string()), {}),
  ExpressionAttributeValues: v.optional(v.record(v.string(), valueSchema), {}),
});

const querySchema = v.object({
  KeyConditionExpression: v.literal('#key = :key'),
  ExpressionAttributeValues: v.strictObject({ ':key': textSchema }),
  ExclusiveStartKey: v.optional(v.strictObject({ key: textSchema, at: textSchema })),
});
