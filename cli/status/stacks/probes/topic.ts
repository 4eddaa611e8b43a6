import { GetSubscriptionAttributesCommand, GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import type { Clients } from '../clients.ts';
import { onlyOurs } from '../differences.ts';
import { firstText, NAMED, parsed, text, unlessGone, WORDS } from '../probe.ts';
import type { Probe } from '../probe.ts';

/** @see https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
export const topic: Probe = {
  async look({ id, region }, clients) {
    const attributes = await attributesOf(id, region, clients);
    return attributes && { KmsMasterKeyId: attributes['KmsMasterKeyId'] };
  },
  watched: { KmsMasterKeyId: undefined },
  unwatched: { TopicName: NAMED, Tags: WORDS },
  actions: 'sns:GetTopicAttributes',
};

export const topicPolicy: Probe = {
  async look({ properties, region }, clients) {
    const attributes = await attributesOf(firstText(properties['Topics']), region, clients);
    const policy = parsed(attributes?.['Policy']);
    return policy === undefined ? undefined : { PolicyDocument: onlyOurs(properties['PolicyDocument'], policy) };
  },
  watched: { PolicyDocument: undefined },
  unwatched: { Topics: NAMED },
  actions: 'sns:GetTopicAttributes',
};

async function attributesOf(TopicArn: string, region: string, clients: Clients) {
  return unlessGone(['NotFoundException', 'NotFound'], async () => {
    const { Attributes = {} } = await clients.sns(region).send(new GetTopicAttributesCommand({ TopicArn }));
    return Attributes;
  });
}

/** By its endpoint, and not by its ARN: one that somebody has made again serves as well. That one is missing, or not confirmed, is told of elsewhere. */
export const subscription: Probe = {
  async look({ properties, region: here }, clients) {
    const topicArn = text(properties['TopicArn']);
    const region = text(properties['Region']) || here;
    const all = await unlessGone(['NotFoundException', 'NotFound'], () =>
      clients.subscriptions(`${region} ${topicArn}`),
    );
    const found = all?.find(
      ({ protocol, endpoint }) => protocol === properties['Protocol'] && endpoint === properties['Endpoint'],
    );
    if (found === undefined || !found.arn.startsWith('arn:')) return undefined;
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: found.arn });
    const { Attributes = {} } = await clients.sns(region).send(command);
    return {
      RawMessageDelivery: Attributes['RawMessageDelivery'],
      RedrivePolicy: parsed(Attributes['RedrivePolicy']),
      FilterPolicy: parsed(Attributes['FilterPolicy']),
    };
  },
  watched: { RawMessageDelivery: false, RedrivePolicy: undefined, FilterPolicy: undefined },
  unwatched: { Endpoint: NAMED, Protocol: NAMED, TopicArn: NAMED, Region: 'the topic is in it' },
  actions: 'sns:ListSubscriptionsByTopic, sns:GetSubscriptionAttributes',
};
