import { GetSubscriptionAttributesCommand, paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import * as v from 'valibot';
import type { Subscription } from './discover.ts';

/** All subscriptions to a topic, page after page. @throws if one page, or what belongs to a queue, cannot be read. */
export async function subscriptionsTo(topicArn: string, region: string): Promise<readonly Subscription[]> {
  const client = new SNSClient({ region });
  const all: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn })) {
    for (const { SubscriptionArn: arn = '', Protocol: protocol = '', Endpoint: endpoint = '' } of Subscriptions) {
      const ask = protocol === 'sqs' && arn.startsWith('arn:');
      const deadLetterArn = ask ? await deadLetterOf(client, arn) : undefined;
      all.push({ arn, protocol, endpoint, deadLetterArn });
    }
  }
  return all;
}

const redrivePolicy = v.object({ deadLetterTargetArn: v.string() });

async function deadLetterOf(client: SNSClient, SubscriptionArn: string): Promise<string | undefined> {
  const { Attributes = {} } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  const { RedrivePolicy } = Attributes;
  if (RedrivePolicy === undefined || RedrivePolicy === '') return undefined;
  const policy: unknown = JSON.parse(RedrivePolicy);
  return v.is(redrivePolicy, policy) ? policy.deadLetterTargetArn : undefined;
}
