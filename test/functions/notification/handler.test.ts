import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { handler } from '../../../functions/notification/handler.ts';
import { askAsCloudFormation } from '../../support/cloudformation.ts';

const s3 = mockClient(S3Client);
beforeEach(() => s3.reset());

const ours = {
  bucket: 'photos',
  owner: '111122223333',
  id: 'fanout-photos',
  topicArn: 'arn:aws:sns:us-east-1:111122223333:photos-fanout',
  events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'],
};
const rule = { Id: ours.id, TopicArn: ours.topicArn, Events: ours.events };
const theirs = {
  Id: 'theirs',
  QueueArn: 'arn:aws:sqs:us-east-1:111122223333:restores',
  Events: ['s3:ObjectRestore:*'],
};

/** What CloudFormation is told. */
async function run(RequestType: 'Create' | 'Update' | 'Delete', properties: object = ours): Promise<unknown> {
  return askAsCloudFormation(handler, RequestType, properties, { id: 'photos/fanout-photos' });
}

function written(): unknown[] {
  return s3
    .commandCalls(PutBucketNotificationConfigurationCommand)
    .map(({ args }) => args[0].input.NotificationConfiguration);
}

function present(configuration: object): void {
  s3.on(GetBucketNotificationConfigurationCommand).resolves(configuration);
}

const success = {
  Status: 'SUCCESS',
  PhysicalResourceId: 'photos/fanout-photos',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Resource',
};

it('adds our rule to those of others, and names the owner that it expects', async () => {
  present({ QueueConfigurations: [theirs], EventBridgeConfiguration: {} });
  expect(await run('Create')).toEqual(success);
  expect(written()).toEqual([
    { QueueConfigurations: [theirs], EventBridgeConfiguration: {}, TopicConfigurations: [rule] },
  ]);
  for (const { args } of s3.calls())
    expect(args[0].input).toMatchObject({ Bucket: 'photos', ExpectedBucketOwner: '111122223333' });
});

it('writes nothing when our rule is there already', async () => {
  present({ QueueConfigurations: [theirs], TopicConfigurations: [rule] });
  expect(await run('Update')).toEqual(success);
  expect(written()).toEqual([]);
});

it('takes out our rule alone', async () => {
  present({ QueueConfigurations: [theirs], TopicConfigurations: [rule] });
  expect(await run('Delete')).toEqual(success);
  expect(written()).toEqual([{ QueueConfigurations: [theirs] }]);
});

it('takes out our rule though a target of somebody else is gone, which S3 would refuse', async () => {
  present({ QueueConfigurations: [theirs], TopicConfigurations: [rule] });
  await run('Delete');
  await run('Create', { ...ours, topicArn: 'arn:new' });
  const inputs = s3.commandCalls(PutBucketNotificationConfigurationCommand).map(({ args }) => args[0].input);
  expect(inputs.map(({ SkipDestinationValidation }) => SkipDestinationValidation)).toEqual([true, false]);
});

it('says which targets S3 tried when it refuses the configuration', async () => {
  present({ QueueConfigurations: [theirs] });
  s3.on(PutBucketNotificationConfigurationCommand).rejects(new Error('Unable to validate'));
  expect(await run('Create')).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(
      /Unable to validate.*the queue arn:aws:sqs:us-east-1:111122223333:restores.*let its owner remove/,
    ),
  });
});

it('finds an overlap before anything is written', async () => {
  present({
    QueueConfigurations: [{ ...theirs, Events: ['s3:ObjectCreated:Put'] }],
  } satisfies NotificationConfiguration);
  expect(await run('Create')).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/already sends s3:ObjectCreated:Put to the queue .*"theirs".*Nothing was changed/),
  });
  expect(written()).toEqual([]);
});

it('rolls back after an overlap without writing either', async () => {
  present({ QueueConfigurations: [{ ...theirs, Events: ['s3:ObjectCreated:Put'] }] });
  expect(await run('Delete')).toMatchObject({ Status: 'SUCCESS' });
  expect(written()).toEqual([]);
});

it('has nothing to take out of a bucket that is gone, and cannot be created without one', async () => {
  const gone = Object.assign(new Error('gone'), { name: 'NoSuchBucket' });
  s3.on(GetBucketNotificationConfigurationCommand).rejects(gone);
  expect(await run('Delete')).toMatchObject({ Status: 'SUCCESS' });
  expect(await run('Create')).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('does not exist') });
});

it.each([
  ['S3 refuses', ours, /Access Denied/],
  ['a property is missing', { bucket: 'photos' }, /owner/],
])('tells CloudFormation when %s, which otherwise would wait for an hour', async (_, properties, reason) => {
  s3.on(GetBucketNotificationConfigurationCommand).rejects(new Error('Access Denied'));
  expect(await run('Create', properties)).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(reason),
    RequestId: 'request',
  });
});
