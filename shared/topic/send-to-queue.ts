import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { forEachConcurrently } from '../for-each.ts';
import type { ObjectKey } from '../objects/object-key.ts';

/**
 * Sends messages, in as few requests as can be.
 *
 * @returns the ids that they got.
 * @throws if one could not be sent; others may have been.
 */
export async function sendToQueue(
  client: SQSClient,
  QueueUrl: string,
  bodies: Iterable<string>,
): Promise<readonly string[]> {
  const ids: string[] = [];
  await forEachConcurrently(batchesOf(bodies), {
    limit: BATCHES_AT_A_TIME,
    work: async (entries) => void ids.push(...(await sendBatch(client, QueueUrl, entries))),
  });
  return ids;
}

/** The bodies of messages that ask for these keys to be looked at; or, `compare`, to be compared by that. */
export function* messagesFor(keys: readonly ObjectKey[], compare?: 'bytes' | 'checksums'): Generator<string> {
  for (let first = 0; first < keys.length; first += KEYS_A_MESSAGE) {
    const named = keys.slice(first, first + KEYS_A_MESSAGE).map((key) => ({ key, ...(compare && { compare }) }));
    yield inAscii(JSON.stringify({ keys: named }));
  }
}

/** A message is settled, or comes back, as a whole: few keys in it make few looks more. */
const KEYS_A_MESSAGE = 10;
const MESSAGES_A_BATCH = 10;
/** Of a batch: SQS takes 256 KiB in every Region. */
const MOST_BYTES = 250_000;
const BATCHES_AT_A_TIME = 8;
const ATTEMPTS = 5;

function* batchesOf(bodies: Iterable<string>): Generator<SendMessageBatchRequestEntry[]> {
  let batch: SendMessageBatchRequestEntry[] = [];
  let bytes = 0;
  for (const MessageBody of bodies) {
    const more = Buffer.byteLength(MessageBody);
    if (batch.length > 0 && (batch.length === MESSAGES_A_BATCH || bytes + more > MOST_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ Id: String(batch.length), MessageBody });
    bytes += more;
  }
  if (batch.length > 0) yield batch;
}

/** SQS refuses some characters, such as U+FFFE, that a key may hold; JSON can say them all in ASCII. */
function inAscii(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** SQS may take a part of a batch. @throws if some messages are not taken in the end. */
async function sendBatch(
  client: SQSClient,
  QueueUrl: string,
  entries: SendMessageBatchRequestEntry[],
): Promise<readonly string[]> {
  const ids: string[] = [];
  let left = entries;
  for (let attempt = 1; ; attempt++) {
    const { Successful = [], Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: left }),
    );
    ids.push(...Successful.flatMap(({ MessageId }) => MessageId ?? []));
    if (Failed.length === 0) return ids;
    const failed = new Map(Failed.map(({ Id, Code, Message }) => [Id, `${Code}: ${Message}`]));
    left = left.filter(({ Id }) => failed.has(Id));
    if (attempt === ATTEMPTS)
      throw new Error(`Cannot send ${left.length} messages to "${QueueUrl}": ${[...failed.values()][0]}`);
  }
}
