import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SendMessageBatchRequestEntry, SQSClientConfig } from '@aws-sdk/client-sqs';
import { forEachConcurrently } from '../../shared/for-each.ts';
import { PAUSED_TAG } from '../../shared/names.ts';
import type { ObjectKey } from '../../shared/object-key.ts';
import { parseArn } from '../../shared/discover.ts';
import type { ObservedInbox } from './world.ts';

/** The inbox of a destination through the AWS SDK. */
export function sqsObservedInbox(inboxArn: string, config: SQSClientConfig): ObservedInbox {
  const client = new SQSClient(config);
  let url: Promise<string> | undefined;
  const queueUrl = () => (url ??= urlOf(client, inboxArn));
  return {
    async send(keys, compare) {
      const QueueUrl = await queueUrl();
      await forEachConcurrently(batchesOf(keys, compare), {
        limit: BATCHES_AT_A_TIME,
        work: (Entries) => sendBatch(client, QueueUrl, Entries),
      });
    },
    async state() {
      const QueueUrl = await queueUrl();
      const [{ Attributes = {} }, { Tags = {} }] = await Promise.all([
        client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] })),
        client.send(new ListQueueTagsCommand({ QueueUrl })),
      ]);
      const messages = COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
      return { messages, paused: PAUSED_TAG in Tags };
    },
  };
}

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
] as const;

/** A message is settled, or comes back, as a whole: few keys in it make few looks more. */
const KEYS_A_MESSAGE = 10;
const MESSAGES_A_BATCH = 10;
/** Of a batch, in bytes: SQS takes 256 KiB in every Region. */
const MOST_BYTES = 250_000;
const BATCHES_AT_A_TIME = 8;
const ATTEMPTS = 5;

async function urlOf(client: SQSClient, inboxArn: string): Promise<string> {
  const arn = parseArn(inboxArn);
  if (arn === undefined) throw new Error(`Cannot understand the ARN "${inboxArn}"`);
  const { QueueUrl } = await client.send(
    new GetQueueUrlCommand({ QueueName: arn.resource, QueueOwnerAWSAccountId: arn.account }),
  );
  if (QueueUrl === undefined) throw new Error(`SQS does not tell where "${inboxArn}" is`);
  return QueueUrl;
}

function* batchesOf(
  keys: readonly ObjectKey[],
  compare: 'bytes' | 'checksums' | undefined,
): Generator<SendMessageBatchRequestEntry[]> {
  let batch: SendMessageBatchRequestEntry[] = [];
  let bytes = 0;
  for (let first = 0; first < keys.length; first += KEYS_A_MESSAGE) {
    const named = keys.slice(first, first + KEYS_A_MESSAGE).map((key) => ({ key, ...(compare && { compare }) }));
    const MessageBody = inAscii(JSON.stringify({ keys: named }));
    if (batch.length === MESSAGES_A_BATCH || bytes + MessageBody.length > MOST_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ Id: String(batch.length), MessageBody });
    bytes += MessageBody.length;
  }
  if (batch.length > 0) yield batch;
}

/** SQS refuses some characters, such as U+FFFE, that a key may hold; JSON can say them all in ASCII. */
function inAscii(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** SQS may take a part of a batch. @throws if some messages are not taken in the end. */
async function sendBatch(client: SQSClient, QueueUrl: string, entries: SendMessageBatchRequestEntry[]): Promise<void> {
  let left = entries;
  for (let attempt = 1; ; attempt++) {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: left }));
    if (Failed.length === 0) return;
    const failed = new Map(Failed.map(({ Id, Code, Message }) => [Id, `${Code}: ${Message}`]));
    left = left.filter(({ Id }) => failed.has(Id));
    if (attempt === ATTEMPTS)
      throw new Error(`Cannot send ${left.length} messages to "${QueueUrl}": ${[...failed.values()][0]}`);
  }
}
