import { ChangeMessageVisibilityBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { decode } from '../../functions/replicate/decode.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';

/** A message of the queue of the failed. */
export interface FailedMessage {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
  /** ISO 8601 in UTC. */
  readonly sentAt: string | undefined;
  /** Why it was put aside at once; absent after 20 attempts. */
  readonly reason: string | undefined;
  /** What it names; `undefined` if nobody understands it. */
  readonly keys: readonly ObjectKey[] | undefined;
  /** Why nobody understands it. */
  readonly notUnderstood: string | undefined;
}

/**
 * Receives up to ten messages, which others do not see for `holdSeconds` then. It waits for two seconds if there seem to be none, as then SQS
 * asks all its servers, and an empty answer means that there is none.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
export async function receiveFailed(
  client: SQSClient,
  QueueUrl: string,
  { sourceBucket, holdSeconds }: { readonly sourceBucket: string; readonly holdSeconds: number },
): Promise<readonly FailedMessage[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 2,
      VisibilityTimeout: holdSeconds,
      MessageAttributeNames: ['reason'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes, MessageAttributes }) => {
    const decoded = decode(Body, sourceBucket);
    const sent = Attributes?.SentTimestamp;
    return {
      id: MessageId,
      receipt: ReceiptHandle,
      body: Body,
      sentAt: sent === undefined ? undefined : new Date(Number(sent)).toISOString(),
      reason: MessageAttributes?.['reason']?.StringValue,
      keys: decoded.message === 'hints' ? decoded.hints.map(({ key }) => key) : undefined,
      notUnderstood: decoded.message === 'not understood' ? decoded.why : undefined,
    };
  });
}

/** Lets others see messages again that were received. One that cannot be let go is seen again at its time. */
export async function letGo(client: SQSClient, QueueUrl: string, receipts: readonly string[]): Promise<void> {
  for (let first = 0; first < receipts.length; first += 10) {
    const Entries = receipts
      .slice(first, first + 10)
      .map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle, VisibilityTimeout: 0 }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}
