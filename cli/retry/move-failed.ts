import { DeleteMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { forEachConcurrently } from '../../shared/for-each.ts';
import { sendToQueue } from '../../shared/topic/send-to-queue.ts';
import { letGo, receiveFailed } from '../find/failed-messages.ts';
import type { FailedMessage } from '../find/failed-messages.ts';

export interface Moved {
  /** Messages. */
  readonly moved: number;
  /** The keys in them. */
  readonly named: ReadonlySet<string>;
  /** Messages that nobody understands: they stay where they are, as they would be back at once. */
  readonly left: number;
}

/**
 * Moves messages of the queue of the failed into the inbox: each is received, sent, then deleted, so that it is in one of the queues at any
 * time, and in both at worst. It ends when nothing is received but what was seen before: what fails again at once is not moved twice.
 *
 * (SQS can move all messages by itself, StartMessageMoveTask; but also those that nobody understands, and it does not tell which keys.)
 *
 * @throws if a queue refuses; what was moved by then is moved.
 */
export async function moveFailed(
  client: SQSClient,
  { from, to, sourceBucket }: { readonly from: string; readonly to: string; readonly sourceBucket: string },
): Promise<Moved> {
  const moved = new Set<string>();
  /** Under which they were sent: one of them that is received has failed again. */
  const newIds = new Set<string>();
  const named = new Set<string>();
  /** What is not moved, by its id. */
  const held = new Map<string, FailedMessage>();

  const pass = async (): Promise<boolean> => {
    const received = await receiveFailed(client, from, { sourceBucket, holdSeconds: HOLD_SECONDS });
    const unseen = received.filter(({ id }) => !moved.has(id) && !held.has(id));
    for (const message of received)
      if (newIds.has(message.id) || message.notUnderstood !== undefined) held.set(message.id, message);
    const fresh = unseen.filter(({ id }) => !held.has(id));
    const bodies = fresh.map(({ body }) => body);
    for (const id of await sendToQueue(client, to, bodies)) newIds.add(id);
    for (const { id, keys = [] } of fresh) {
      moved.add(id);
      for (const key of keys) named.add(key);
    }
    await remove(
      client,
      from,
      received.filter(({ id }) => moved.has(id)),
    );
    return unseen.length > 0;
  };

  try {
    await forEachConcurrently(Array.from({ length: PASSES_AT_A_TIME }), {
      limit: PASSES_AT_A_TIME,
      work: async () => {
        while (await pass());
      },
    });
  } finally {
    const receipts = [...held.values()].map(({ receipt }) => receipt);
    await letGo(client, from, receipts);
  }
  const left = [...held.values()].filter(({ notUnderstood }) => notUnderstood !== undefined).length;
  return { moved: moved.size, named, left };
}

const PASSES_AT_A_TIME = 8;
/** What is not moved must not be received again and again. */
const HOLD_SECONDS = 900;

/** One that cannot be deleted is received, and deleted, again; or the next retry moves it once more, which does no harm. */
async function remove(client: SQSClient, QueueUrl: string, messages: readonly FailedMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map(({ receipt }, at) => ({ Id: String(at), ReceiptHandle: receipt }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
}
