import { GetTemplateCommand, UpdateStackCommand, waitUntilStackUpdateComplete } from '@aws-sdk/client-cloudformation';
import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import { awsClients } from '../../local/aws-clients.ts';
import { cdk } from '../../local/cdk.ts';
import { bootstrap } from '../../local/deploy.ts';
import { attachSubscriptions } from '../../local/subscriptions.ts';
import { destinationStackName, sourceStackName } from '../../shared/names.ts';
import { SOURCE_EVENT_NAMES } from '../../shared/topic/source-events.ts';
import { createBucket } from './buckets.ts';
import { deploymentOf, emulator } from './emulator.ts';
import * as config from './foreign-notifications.config.ts';
import { inventory } from './inventory.ts';
import { addNotifications, ourRule, rawNotifications, withoutOurs } from './notifications.ts';
import { access, arrived, put, text } from './system.ts';
import { LONGEST_SECONDS } from './longest-seconds.ts';

const { region } = config.shared;
const { cloudFormation, sns, sqs } = awsClients(emulator, region);
const shared = access(config.shared);
const taken = access(config.taken);
const theirs = access(config.theirs);

const arn = (service: 'sns' | 'sqs' | 'lambda', name: string) =>
  `arn:aws:${service}:${region}:${emulator.account}:${name}`;

const deployment = await deploymentOf('test/e2e/foreign-notifications.config.ts');

beforeAll(async () => {
  await bootstrap(deployment);
  await sns.send(new CreateTopicCommand({ Name: 'e2e-their-topic' }));
  // S3 takes no rule for a queue that does not admit it.
  const Statement = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage' };
  const Policy = JSON.stringify({ Statement: { ...Statement, Resource: arn('sqs', 'e2e-their-queue') } });
  await sqs.send(new CreateQueueCommand({ QueueName: 'e2e-their-queue', Attributes: { Policy } }));
  for (const bucket of [shared, taken, theirs]) await createBucket(bucket);
});

describe('the notifications of others in an existing bucket', () => {
  /** Of every kind there is; the second rule gets its Id from S3. */
  const ofOthers: NotificationConfiguration = {
    TopicConfigurations: [
      { Id: 'Their tags', TopicArn: arn('sns', 'e2e-their-topic'), Events: ['s3:ObjectTagging:*'] },
    ],
    QueueConfigurations: [
      {
        QueueArn: arn('sqs', 'e2e-their-queue'),
        Events: ['s3:ObjectRestore:*', 's3:ObjectAcl:Put'],
        Filter: {
          Key: {
            FilterRules: [
              { Name: 'prefix', Value: 'archive/a & b+c/' },
              { Name: 'suffix', Value: '.tar' },
            ],
          },
        },
      },
    ],
    LambdaFunctionConfigurations: [
      {
        Id: 'fanout-theirs',
        // The emulator does not ask whether there is such a function.
        LambdaFunctionArn: arn('lambda', 'function:their-function'),
        Events: ['s3:ReducedRedundancyLostObject'],
      },
    ],
    EventBridgeConfiguration: {},
  };
  let before: string;
  beforeAll(async () => {
    await addNotifications(shared, ofOthers);
    before = await rawNotifications(shared);
  });
  const stacks = [sourceStackName(shared.bucket), destinationStackName(config.sharedCopy.bucket)] as const;

  it('stay byte for byte what they are when ours is added', async () => {
    await deploy(...stacks);
    const now = await rawNotifications(shared);
    expect(ourRule(now, shared)).toContain('<Event>s3:LifecycleExpiration:*</Event>');
    expect(withoutOurs(now, shared)).toBe(before);
    await arrived(await put([text('beside/others', 'content')], shared), [access(config.sharedCopy)]);
  });

  it('stay when an update of the stack changes ours, and when another changes it back', async () => {
    await deployWithFewerEvents(stacks[0]);
    const changed = await rawNotifications(shared);
    expect(ourRule(changed, shared)).not.toContain('<Event>s3:LifecycleExpiration:*</Event>');
    expect(withoutOurs(changed, shared)).toBe(before);

    await deploy(stacks[0]);
    const now = await rawNotifications(shared);
    expect(ourRule(now, shared)).toContain('<Event>s3:LifecycleExpiration:*</Event>');
    expect(withoutOurs(now, shared)).toBe(before);
  });

  it('are all there is when the stacks are destroyed', async () => {
    await cdk(['destroy', ...stacks, '--exclusively', '--force'], deployment);
    expect(await rawNotifications(shared)).toBe(before);
  });
});

it('a rule of others that takes an event of ours is found, named with the remedy, and nothing is changed', async () => {
  const QueueArn = arn('sqs', 'e2e-their-queue');
  await addNotifications(taken, {
    QueueConfigurations: [{ Id: 'Their puts', QueueArn, Events: ['s3:ObjectCreated:Put'] }],
  });
  const before = await rawNotifications(taken);

  const message = await deploy(sourceStackName(taken.bucket)).catch((error: Error) => error.message);
  expect(message).toContain(`sends s3:ObjectCreated:Put to the queue ${QueueArn} (notification "Their puts")`);
  expect(message).toContain('Nothing was changed.');
  expect(message).toContain('set source.topicArn to its ARN in the configuration, and deploy all stacks.');
  expect(await rawNotifications(taken)).toBe(before);
  expect(await inventory(taken.bucket, region)).toEqual([
    'bucket e2e-taken',
    // In the state ROLLBACK_COMPLETE, in which the next deploy replaces it.
    'stack fanout-source-e2e-taken',
  ]);
});

it('destinations that subscribe to a topic of others get what the bucket feeds into it, and the bucket is not touched', async () => {
  const { topicArn: TopicArn } = config.theirs;
  await addNotifications(theirs, {
    TopicConfigurations: [{ Id: 'Theirs', TopicArn, Events: [...SOURCE_EVENT_NAMES] }],
  });
  const before = await rawNotifications(theirs);

  const stacks = config.subscribers.map(({ bucket }) => destinationStackName(bucket));
  await deploy(sourceStackName(theirs.bucket), ...stacks);
  await attachSubscriptions(emulator);
  const puts = await put(
    Array.from({ length: 20 }, (_, n) => text(`theirs/${n}`, `theirs ${n}`)),
    theirs,
  );
  await arrived(puts, config.subscribers.map(access));
  expect(await rawNotifications(theirs)).toBe(before);
  expect(await inventory(theirs.bucket, region)).toEqual([
    'bucket e2e-theirs',
    'queue e2e-theirs-undelivered',
    'stack fanout-source-e2e-theirs',
  ]);
});

async function deploy(...stacks: readonly [string, ...string[]]): Promise<void> {
  await cdk(['deploy', ...stacks, '--exclusively', '--require-approval', 'never'], deployment);
}

/**
 * As a version of this project would that asks for other events: the deployed template, with one event less, through
 * CloudFormation, which sends an update to the function that keeps our rule.
 */
async function deployWithFewerEvents(stack: string): Promise<void> {
  const { TemplateBody = '' } = await cloudFormation.send(new GetTemplateCommand({ StackName: stack }));
  await cloudFormation.send(
    new UpdateStackCommand({
      StackName: stack,
      TemplateBody: TemplateBody.replace(/,\s*"s3:LifecycleExpiration:\*"/, ''),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  );
  await waitUntilStackUpdateComplete(
    { client: cloudFormation, minDelay: 1, maxDelay: 1, maxWaitTime: LONGEST_SECONDS },
    { StackName: stack },
  );
}
