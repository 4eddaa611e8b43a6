import { GetSubscriptionAttributesCommand, paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import type { SNSClientConfig } from '@aws-sdk/client-sns';
import * as v from 'valibot';
import { parseArn } from './arn.ts';

/** What SNS tells of one subscription to the topic. */
export interface Subscription {
  /** `PendingConfirmation` as long as nobody has confirmed it. */
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** The account of the subscriber. */
  readonly owner?: string | undefined;
  /** The queue for what could not be delivered, where there is one. */
  readonly deadLetterArn?: string | undefined;
  /** Whether it takes only what a filter lets through. Told of queues only. */
  readonly filtered?: boolean | undefined;
}

/** All subscriptions to a topic, page after page. @throws if one page, or what belongs to a queue, cannot be read. */
export async function subscriptionsTo(
  topicArn: string,
  region: string,
  options: Pick<SNSClientConfig, 'requestHandler'> = {},
): Promise<readonly Subscription[]> {
  const client = new SNSClient({ ...options, region });
  const account = parseArn(topicArn)?.account;
  const all: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn })) {
    for (const {
      SubscriptionArn: arn = '',
      Protocol: protocol = '',
      Endpoint: endpoint = '',
      Owner: owner,
    } of Subscriptions) {
      // Of subscribers of another account SNS tells the topic's owner no more.
      const ask = protocol === 'sqs' && arn.startsWith('arn:') && (owner === undefined || owner === account);
      all.push({ arn, protocol, endpoint, owner, ...(ask && (await attributesOf(client, arn))) });
    }
  }
  return all;
}

const redrivePolicy = v.object({ deadLetterTargetArn: v.string() });

async function attributesOf(
  client: SNSClient,
  SubscriptionArn: string,
): Promise<Pick<Subscription, 'deadLetterArn' | 'filtered'>> {
  const { Attributes = {} } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  const { RedrivePolicy = '', FilterPolicy = '' } = Attributes;
  const policy: unknown = RedrivePolicy === '' ? undefined : JSON.parse(RedrivePolicy);
  return {
    deadLetterArn: v.is(redrivePolicy, policy) ? policy.deadLetterTargetArn : undefined,
    filtered: FilterPolicy !== '' && FilterPolicy !== '{}',
  };
}
