import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import { parseArn } from '../../shared/topic/arn.ts';
import { messagesIn, pausedSince, queueDepth, queueUrl } from '../../shared/topic/queue.ts';
import { messagesFor, sendToQueue } from '../../shared/topic/send-to-queue.ts';
import type { ObservedInbox } from './world.ts';

/** The inbox of a destination through the AWS SDK. */
export function sqsObservedInbox(inboxArn: string, config: SQSClientConfig): ObservedInbox {
  const client = new SQSClient(config);
  let found: Promise<string> | undefined;
  const url = () => (found ??= urlOf(client, inboxArn));
  return {
    async send(keys, compare) {
      await sendToQueue(client, await url(), messagesFor(keys, compare));
    },
    async state() {
      const inbox = await url();
      const [depth, paused] = await Promise.all([queueDepth(client, inbox), pausedSince(client, inbox)]);
      return { messages: messagesIn(depth), paused: paused !== undefined };
    },
  };
}

async function urlOf(client: SQSClient, inboxArn: string): Promise<string> {
  const arn = parseArn(inboxArn);
  if (arn === undefined) throw new Error(`Cannot understand the ARN "${inboxArn}"`);
  return queueUrl(client, { name: arn.resource, account: arn.account });
}
