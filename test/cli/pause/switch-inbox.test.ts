import {
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  GetQueueUrlCommand,
  SQSClient,
  SQSServiceException,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { switchInbox } from '../../../cli/pause/switch-inbox.ts';

const lambda = mockClient(LambdaClient);
const sqs = mockClient(SQSClient);
const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/photos_eu';
const destination = { bucket: 'photos.eu', region: 'eu-west-1' };
const mapping = { UUID: 'inbox', EventSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:photos_eu' };
const foreign = { UUID: 'foreign', EventSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:other' };

beforeEach(() => {
  lambda.reset();
  lambda.on(ListEventSourceMappingsCommand).resolves({ EventSourceMappings: [foreign, mapping] });
  sqs.reset();
  sqs.on(GetQueueUrlCommand, { QueueName: 'photos_eu' }).resolves({ QueueUrl });
});

it.each([
  ['off', 'Disabled', false],
  ['on', 'Enabled', true],
] as const)('switches the feed from the inbox %s, and no other', async (to, State, Enabled) => {
  lambda.on(GetEventSourceMappingCommand).resolvesOnce({ State: 'Updating' }).resolves({ State });
  await switchInbox(destination, to);
  expect(lambda.commandCalls(ListEventSourceMappingsCommand)[0]?.args[0].input).toEqual({ FunctionName: 'photos_eu' });
  const updates = lambda.commandCalls(UpdateEventSourceMappingCommand).map(({ args }) => args[0].input);
  expect(updates).toEqual([{ UUID: 'inbox', Enabled }]);
  expect(lambda.commandCalls(GetEventSourceMappingCommand)).toHaveLength(2);
});

it('says what to look for when there is nothing to switch', async () => {
  lambda.on(ListEventSourceMappingsCommand).resolves({ EventSourceMappings: [foreign] });
  await expect(switchInbox(destination, 'off')).rejects.toThrow(
    'Cannot find the function "photos_eu" in eu-west-1: nothing feeds it from an inbox of its name; is its stack deployed?',
  );
  expect(lambda.commandCalls(UpdateEventSourceMappingCommand)).toEqual([]);
});

it('tags the inbox of a paused destination with the time, and takes the tag away again', async () => {
  const before = Date.now();
  lambda.on(GetEventSourceMappingCommand).resolves({ State: 'Disabled' });
  await switchInbox(destination, 'off');
  const [tag] = sqs.commandCalls(TagQueueCommand).map(({ args }) => args[0].input);
  expect(tag).toEqual({ QueueUrl, Tags: { 'fanout-paused': expect.stringMatching(/^\d{4}-.*Z$/) } });
  expect(Date.parse(tag?.Tags?.['fanout-paused'] ?? '')).toBeGreaterThanOrEqual(before);
  expect(sqs.commandCalls(UntagQueueCommand)).toEqual([]);

  lambda.on(GetEventSourceMappingCommand).resolves({ State: 'Enabled' });
  await switchInbox(destination, 'on');
  const untagged = sqs.commandCalls(UntagQueueCommand).map(({ args }) => args[0].input);
  expect(untagged).toEqual([{ QueueUrl, TagKeys: ['fanout-paused'] }]);
});

it('says that it is paused where the inbox cannot be tagged', async () => {
  lambda.on(GetEventSourceMappingCommand).resolves({ State: 'Disabled' });
  sqs
    .on(TagQueueCommand)
    .rejects(
      new SQSServiceException({ name: 'AccessDenied', message: 'not allowed', $fault: 'client', $metadata: {} }),
    );
  await expect(switchInbox(destination, 'off')).rejects.toThrow(
    /^It is paused, but the tag fanout-paused .*: not allowed; allow sqs:TagQueue/,
  );
});
