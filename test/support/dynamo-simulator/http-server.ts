import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { type Item, updated, ValidationError } from './table.ts';

/** `down`: resets every connection; `silent`: answers nothing; `throttled`: refuses everything. */
export type Mood = 'up' | 'down' | 'silent' | 'throttled';

/** A DynamoDB with one table, whose partition key is `key`, for the real SDK. */
export interface DynamoSimulator {
  readonly endpoint: string;
  readonly items: Map<string, Item>;
  /** `UpdateItem`, `GetItem`: everything that was asked, whatever the mood. */
  readonly requests: string[];
  mood: Mood;
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
    requests: [],
    mood: 'up',
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
      const { Key, ...request } = v.parse(requestSchema, JSON.parse(body));
      const item = simulator.items.get(Key.key.S);
      if (operation === 'GetItem') return { status: 200, content: { Item: item } };
      if (operation !== 'UpdateItem') throw new ValidationError(`Not known here: ${operation}`);
      const after = updated(item ?? Key, request);
      if (after === undefined) return refusal('ConditionalCheckFailedException', { Item: item });
      simulator.items.set(Key.key.S, after);
      return { status: 200, content: {} };
    } catch (error) {
      return refusal('ValidationException', { message: String(error) });
    }
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

const requestSchema = v.object({
  Key: v.strictObject({ key: v.strictObject({ S: v.string() }) }),
  UpdateExpression: v.optional(v.string(), ''),
  ConditionExpression: v.optional(v.string(), ''),
  ExpressionAttributeNames: v.optional(v.record(v.string(), v.string()), {}),
  ExpressionAttributeValues: v.optional(v.record(v.string(), valueSchema), {}),
});
