import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { queueUrl } from '../../../../shared/topic/queue.ts';
import type { Clients } from '../clients.ts';
import { onlyOurs } from '../differences.ts';
import { firstText, NAMED, parsed, unlessGone, WORDS } from '../probe.ts';
import type { Probe } from '../probe.ts';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export const queue: Probe = {
  async look({ id, region }, clients) {
    const attributes = await attributesOf(id, region, clients);
    if (attributes === undefined) return undefined;
    return {
      VisibilityTimeout: attributes['VisibilityTimeout'],
      MessageRetentionPeriod: attributes['MessageRetentionPeriod'],
      DelaySeconds: attributes['DelaySeconds'],
      MaximumMessageSize: Math.min(Number(attributes['MaximumMessageSize'] ?? LARGEST), LARGEST),
      RedrivePolicy: parsed(attributes['RedrivePolicy']),
      RedriveAllowPolicy: parsed(attributes['RedriveAllowPolicy']),
      KmsMasterKeyId: attributes['KmsMasterKeyId'],
    };
  },
  watched: {
    VisibilityTimeout: 30,
    MessageRetentionPeriod: 345_600,
    DelaySeconds: 0,
    MaximumMessageSize: 262_144,
    RedrivePolicy: undefined,
    RedriveAllowPolicy: undefined,
    KmsMasterKeyId: undefined,
  },
  unwatched: {
    QueueName: NAMED,
    SqsManagedSseEnabled: 'messages are handed over either way; another key is watched',
    Tags: WORDS,
  },
  actions: 'sqs:GetQueueUrl, sqs:GetQueueAttributes',
};

/** SQS gives new queues 1 MiB, older ones have 256 KiB: all that we send fits into the latter. */
const LARGEST = 262_144;

export const queuePolicy: Probe = {
  async look({ properties, region }, clients) {
    const attributes = await attributesOf(firstText(properties['Queues']), region, clients);
    const policy = parsed(attributes?.['Policy']);
    return policy === undefined ? undefined : { PolicyDocument: onlyOurs(properties['PolicyDocument'], policy) };
  },
  watched: { PolicyDocument: undefined },
  unwatched: { Queues: NAMED },
  actions: 'sqs:GetQueueUrl, sqs:GetQueueAttributes',
};

async function attributesOf(url: string, region: string, clients: Clients) {
  const client = clients.sqs(region);
  return unlessGone(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'], async () => {
    const QueueUrl = await queueUrl(client, { name: url.split('/').at(-1) ?? '' });
    const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Attributes;
  });
}
