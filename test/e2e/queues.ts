import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { awsClients } from '../../local/aws-clients.ts';
import { emulator } from './emulator.ts';

/** A queue by its name. */
export interface Queue {
  readonly name: string;
  readonly region: string;
}

/** Forgets what other tests have left in it: a long copy that goes back to the inbox, say, is tried again after minutes. */
export async function purge(queue: Queue): Promise<void> {
  await awsClients(emulator, queue.region).sqs.send(new PurgeQueueCommand({ QueueUrl: await urlOf(queue) }));
}

/** How many messages a queue holds: ready to be received, received by somebody at the moment, and altogether. */
export async function messagesIn({ name, region }: Queue) {
  const { sqs } = clients(region);
  const QueueUrl = await urlOf({ name, region });
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const ready = Number(Attributes?.['ApproximateNumberOfMessages']);
  const received = Number(Attributes?.['ApproximateNumberOfMessagesNotVisible']);
  return { ready, received, all: ready + received + Number(Attributes?.['ApproximateNumberOfMessagesDelayed']) };
}

export async function tagsOf({ name, region }: Queue): Promise<Readonly<Record<string, string>>> {
  const QueueUrl = await urlOf({ name, region });
  const { Tags = {} } = await clients(region).sqs.send(new ListQueueTagsCommand({ QueueUrl }));
  return Tags;
}

/** Up to ten messages, with their attributes. They stay where they are. */
export async function lookInto({ name, region }: Queue): Promise<readonly Message[]> {
  const QueueUrl = await urlOf({ name, region });
  const { Messages = [] } = await clients(region).sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
      VisibilityTimeout: 0,
    }),
  );
  return Messages;
}

/** Sets how often a message of the queue is received before SQS puts it into the queue of the failed; tells how often it was. */
export async function setReceives({ name, region }: Queue, maxReceiveCount: number): Promise<number> {
  const { sqs } = clients(region);
  const QueueUrl = await urlOf({ name, region });
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }));
  const policy = v.parse(redrivePolicy, JSON.parse(Attributes?.['RedrivePolicy'] ?? '{}'));
  const RedrivePolicy = JSON.stringify({ ...policy, maxReceiveCount });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
  return policy.maxReceiveCount;
}

const redrivePolicy = v.object({ deadLetterTargetArn: v.string(), maxReceiveCount: v.number() });

export async function urlOf({ name, region }: Queue): Promise<string | undefined> {
  return (await clients(region).sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
}

function clients(region: string) {
  return awsClients(emulator, region);
}
