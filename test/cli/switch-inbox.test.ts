import {
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { switchInbox } from '../../cli/switch-inbox.ts';

const lambda = mockClient(LambdaClient);
const destination = { bucket: 'photos.eu', region: 'eu-west-1' };
const mapping = { UUID: 'inbox', EventSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:photos_eu' };
const foreign = { UUID: 'foreign', EventSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:other' };

beforeEach(() => {
  lambda.reset();
  lambda.on(ListEventSourceMappingsCommand).resolves({ EventSourceMappings: [foreign, mapping] });
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
