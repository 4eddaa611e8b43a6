import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import type {
  ChangeMessageVisibilityBatchCommandInput,
  DeleteMessageBatchCommandInput,
  GetQueueUrlCommandInput,
  SendMessageBatchCommandInput,
} from '@aws-sdk/client-sqs';
import type { AwsStub } from 'aws-sdk-client-mock';
import type { ServiceInputTypes, ServiceOutputTypes, SQSClientResolvedConfig } from '@aws-sdk/client-sqs';

export interface MockedMessage {
  readonly id: string;
  readonly body: string;
  readonly reason?: string;
  hidden?: boolean;
}

/** Queues by their names, in which messages are received, sent, deleted and hidden as SQS does it. */
export interface MockedQueues {
  readonly queues: Map<string, MockedMessage[]>;
  /** By queue. */
  readonly tags: Map<string, Record<string, string>>;
  /** What was asked, in order: `receive`, `send`, `delete`, `let go`, with the queue. */
  readonly log: string[];
}

export function mockQueues(sqs: AwsStub<ServiceInputTypes, ServiceOutputTypes, SQSClientResolvedConfig>): MockedQueues {
  const queues = new Map<string, MockedMessage[]>();
  const tags = new Map<string, Record<string, string>>();
  const log: string[] = [];
  let next = 0;
  const at = (QueueUrl = '') => queues.get(QueueUrl.split('/').at(-1) ?? '') ?? [];
  const say = (what: string, QueueUrl = '') => log.push(`${what} ${QueueUrl.split('/').at(-1)}`);
  sqs.on(GetQueueUrlCommand).callsFake(({ QueueName = '' }: GetQueueUrlCommandInput) => {
    if (!queues.has(QueueName))
      throw new QueueDoesNotExist({ message: 'The specified queue does not exist.', $metadata: {} });
    return { QueueUrl: `https://sqs/111122223333/${QueueName}` };
  });
  sqs.on(GetQueueAttributesCommand).callsFake(({ QueueUrl }: { QueueUrl: string }) => {
    const messages = at(QueueUrl);
    const hidden = messages.filter((message) => message.hidden === true).length;
    return {
      Attributes: {
        ApproximateNumberOfMessages: String(messages.length - hidden),
        ApproximateNumberOfMessagesDelayed: '0',
        ApproximateNumberOfMessagesNotVisible: String(hidden),
      },
    };
  });
  sqs
    .on(ListQueueTagsCommand)
    .callsFake(({ QueueUrl }: { QueueUrl: string }) => ({ Tags: tags.get(QueueUrl.split('/').at(-1) ?? '') }));
  sqs.on(ReceiveMessageCommand).callsFake(({ QueueUrl }: { QueueUrl: string }) => {
    say('receive', QueueUrl);
    const messages = at(QueueUrl).filter(({ hidden }) => hidden !== true);
    const received = messages.slice(0, 10);
    for (const message of received) message.hidden = true;
    return {
      Messages: received.map(({ id, body, reason }) => ({
        MessageId: id,
        ReceiptHandle: `receipt of ${id}`,
        Body: body,
        Attributes: { SentTimestamp: String(Date.parse('2026-11-20T00:00:00Z')) },
        ...(reason !== undefined && { MessageAttributes: { reason: { DataType: 'String', StringValue: reason } } }),
      })),
    };
  });
  sqs.on(SendMessageBatchCommand).callsFake(({ QueueUrl, Entries = [] }: SendMessageBatchCommandInput) => {
    say('send', QueueUrl);
    return {
      Successful: Entries.map(({ Id, MessageBody: body = '' }) => {
        const id = `new-${++next}`;
        at(QueueUrl).push({ id, body });
        return { Id, MessageId: id };
      }),
    };
  });
  sqs.on(DeleteMessageBatchCommand).callsFake(({ QueueUrl = '', Entries = [] }: DeleteMessageBatchCommandInput) => {
    say('delete', QueueUrl);
    const gone = new Set(Entries.map(({ ReceiptHandle }) => ReceiptHandle));
    const kept = at(QueueUrl).filter(({ id }) => !gone.has(`receipt of ${id}`));
    queues.set(QueueUrl.split('/').at(-1) ?? '', kept);
    return { Successful: [], Failed: [] };
  });
  sqs
    .on(ChangeMessageVisibilityBatchCommand)
    .callsFake(({ QueueUrl, Entries = [] }: ChangeMessageVisibilityBatchCommandInput) => {
      say('let go', QueueUrl);
      const seen = new Set(Entries.map(({ ReceiptHandle }) => ReceiptHandle));
      for (const message of at(QueueUrl)) if (seen.has(`receipt of ${message.id}`)) message.hidden = false;
      return { Successful: [], Failed: [] };
    });
  return { queues, tags, log };
}
