import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Message } from './read-batch.ts';

/** What may be done with a message beside settling it. */
export interface Inbox {
  /**
   * Puts a message that nobody will ever understand where a person looks for it, with the reason.
   *
   * @throws if the queue does not take it: the message must then come back.
   */
  toFailed(message: Message, why: string): Promise<void>;
  /**
   * Lets a message that failed for certain come back before the inbox's visibility time-out ends, which is six times the
   * function's time limit: after a minute at first, then each time later.
   *
   * @throws if SQS refuses; the message then comes back at its time.
   */
  comeBackSooner(message: Message): Promise<void>;
}

/** The queues of one destination. */
export interface InboxAddress {
  readonly region: string;
  readonly inboxUrl: string;
  readonly failedUrl: string;
  /** The inbox's visibility time-out, in seconds. */
  readonly visibilitySeconds: number;
}

let client: SQSClient | undefined;

/** The queues through the AWS SDK. A queue that does not answer costs seconds, not the rest of the invocation. */
export function sqsInbox({ region, inboxUrl, failedUrl, visibilitySeconds }: InboxAddress): Inbox {
  client ??= new SQSClient({ region });
  const queues = client;
  return {
    async toFailed({ id, body }, why) {
      await queues.send(
        new SendMessageCommand({
          QueueUrl: failedUrl,
          MessageBody: body,
          MessageAttributes: { reason: text(why), messageId: text(id) },
        }),
        { abortSignal: AbortSignal.timeout(PATIENCE_MS) },
      );
    },
    async comeBackSooner({ receipt }) {
      if (receipt === undefined) return;
      await queues.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: inboxUrl,
          ReceiptHandle: receipt.handle,
          VisibilityTimeout: Math.min(visibilitySeconds, 60 * 2 ** (receipt.count - 1)),
        }),
        { abortSignal: AbortSignal.timeout(PATIENCE_MS) },
      );
    },
  };
}

const PATIENCE_MS = 3_000;

/** SQS takes tab, newline and printable characters, and counts attributes into the size of a message. */
function text(value: string) {
  const printable = value.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '?');
  return { DataType: 'String', StringValue: printable.slice(0, 500).toWellFormed() || '?' };
}
