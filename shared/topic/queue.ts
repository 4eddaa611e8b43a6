import { GetQueueUrlCommand, GetQueueAttributesCommand, ListQueueTagsCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { PAUSED_TAG } from '../names.ts';

/** A queue by its name, which may be another account's. */
export interface QueueName {
  readonly name: string;
  readonly account?: string | undefined;
}

/** @throws if there is no such queue, or it may not be asked for. */
export async function queueUrl(client: SQSClient, { name, account }: QueueName): Promise<string> {
  const { QueueUrl } = await client.send(
    new GetQueueUrlCommand({ QueueName: name, ...(account !== undefined && { QueueOwnerAWSAccountId: account }) }),
  );
  if (QueueUrl === undefined) throw new Error(`SQS does not tell where the queue "${name}" is`);
  return QueueUrl;
}

/** Messages, about, as SQS counts them. */
export interface QueueDepth {
  /** Can be received now. */
  readonly waiting: number;
  readonly delayed: number;
  /** Received by somebody: being worked on, or staying away for some time after a failure. */
  readonly inFlight: number;
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export async function queueDepth(client: SQSClient, QueueUrl: string): Promise<QueueDepth> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesDelayed',
        'ApproximateNumberOfMessagesNotVisible',
      ],
    }),
  );
  return {
    waiting: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
    delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
  };
}

export function messagesIn({ waiting, delayed, inFlight }: QueueDepth): number {
  return waiting + delayed + inFlight;
}

/** Since when the destination of this inbox is paused, as an ISO time; `undefined` if it is not. */
export async function pausedSince(client: SQSClient, QueueUrl: string): Promise<string | undefined> {
  const { Tags = {} } = await client.send(new ListQueueTagsCommand({ QueueUrl }));
  return Tags[PAUSED_TAG];
}
