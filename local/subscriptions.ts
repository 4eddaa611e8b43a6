import {
  type CloudFormationClient,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
  paginateListStacks,
} from '@aws-sdk/client-cloudformation';
import {
  NotFoundException,
  paginateListSubscriptionsByTopic,
  type SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import * as v from 'valibot';
import { awsClients, type EmulatorAddress } from './aws-clients.ts';
import { bootstrappedRegions } from './bootstrapped-regions.ts';
import { Problem } from './problem.ts';

/**
 * Makes up for what the emulator lacks: a subscription whose stack is in another Region than the topic is reported as made
 * and never is. Every subscription that a deployed destination's template asks for is made here, exactly as it is asked for.
 *
 * @returns the stacks whose subscription was missing.
 * @throws {Problem} if the topic does not list a subscription afterwards.
 */
export async function attachSubscriptions(emulator: EmulatorAddress): Promise<readonly string[]> {
  const attached: string[] = [];
  for (const region of await bootstrappedRegions(awsClients(emulator, 'us-east-1').s3)) {
    for (const wanted of await wantedSubscriptions(awsClients(emulator, region).cloudFormation, region)) {
      const { sns } = awsClients(emulator, wanted.region);
      const inboxes = await inboxesOf(sns, wanted.topicArn);
      // A destination may outlive its source.
      if (inboxes === undefined || inboxes.includes(wanted.inboxArn)) continue;
      await subscribe(sns, wanted);
      attached.push(wanted.stack);
    }
  }
  return attached;
}

interface Subscription {
  readonly stack: string;
  /** The topic's, not the stack's. */
  readonly region: string;
  readonly topicArn: string;
  readonly inboxArn: string;
  readonly rawMessageDelivery: boolean;
  readonly redrivePolicy: unknown;
}

async function wantedSubscriptions(cloudFormation: CloudFormationClient, region: string): Promise<Subscription[]> {
  const wanted: Subscription[] = [];
  const pages = paginateListStacks(
    { client: cloudFormation },
    { StackStatusFilter: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] },
  );
  for await (const { StackSummaries = [] } of pages) {
    for (const { StackName: stack } of StackSummaries) {
      if (stack?.startsWith('fanout-destination-'))
        wanted.push(...(await subscriptionsOf(cloudFormation, { stack, region })));
    }
  }
  return wanted;
}

async function subscriptionsOf(
  cloudFormation: CloudFormationClient,
  { stack, region }: { readonly stack: string; readonly region: string },
): Promise<Subscription[]> {
  const { TemplateBody = '{}' } = await cloudFormation.send(new GetTemplateCommand({ StackName: stack }));
  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stack }));
  const { Resources } = v.parse(templateSchema, JSON.parse(TemplateBody));
  const subscriptions = Object.values(Resources).filter((resource) => v.is(subscriptionSchema, resource));
  return subscriptions.map(({ Properties: { TopicArn, Endpoint, ...properties } }) => {
    const [inboxId] = Endpoint['Fn::GetAtt'];
    const inbox = StackResources.find(({ LogicalResourceId }) => LogicalResourceId === inboxId);
    // A queue's physical id is its address: …/<account>/<name>.
    const [account, name] = (inbox?.PhysicalResourceId ?? '').split('/').slice(-2);
    return {
      stack,
      region: properties.Region,
      topicArn: TopicArn,
      inboxArn: `arn:aws:sqs:${region}:${account}:${name}`,
      rawMessageDelivery: properties.RawMessageDelivery,
      redrivePolicy: properties.RedrivePolicy,
    };
  });
}

const templateSchema = v.object({ Resources: v.record(v.string(), v.unknown()) });
const subscriptionSchema = v.object({
  Type: v.literal('AWS::SNS::Subscription'),
  Properties: v.object({
    TopicArn: v.string(),
    Region: v.string(),
    Endpoint: v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.literal('Arn')]) }),
    RawMessageDelivery: v.boolean(),
    RedrivePolicy: v.unknown(),
  }),
});

/** The ARNs of the queues that are subscribed to a topic; `undefined` if there is no such topic. */
export async function inboxesOf(sns: SNSClient, topicArn: string): Promise<readonly string[] | undefined> {
  const inboxes: string[] = [];
  try {
    const pages = paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn });
    for await (const { Subscriptions = [] } of pages)
      inboxes.push(...Subscriptions.flatMap(({ Endpoint }) => Endpoint ?? []));
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
  return inboxes;
}

async function subscribe(sns: SNSClient, wanted: Subscription): Promise<void> {
  await sns.send(
    new SubscribeCommand({
      TopicArn: wanted.topicArn,
      Protocol: 'sqs',
      Endpoint: wanted.inboxArn,
      Attributes: {
        RawMessageDelivery: String(wanted.rawMessageDelivery),
        RedrivePolicy: JSON.stringify(wanted.redrivePolicy),
      },
    }),
  );
  if ((await inboxesOf(sns, wanted.topicArn))?.includes(wanted.inboxArn)) return;
  throw new Problem(
    `Cannot subscribe "${wanted.inboxArn}" to "${wanted.topicArn}": the topic does not list it afterwards; start again, and ` +
      'see the log of the emulator in .local if it stays so',
  );
}
