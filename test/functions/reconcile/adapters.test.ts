import { GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import * as v from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { sqsObservedInbox } from '../../../functions/reconcile/observed-inbox.ts';
import { settingsFrom } from '../../../functions/reconcile/settings.ts';
import { PAUSED_TAG } from '../../../shared/names.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { subscriptionsTo } from '../../../shared/topic/subscriptions-to.ts';

const sns = mockClient(SNSClient);
const sqs = mockClient(SQSClient);
const URL = 'https://sqs.eu-west-1.amazonaws.com/111122223333/photos-eu';
const ARN = 'arn:aws:sqs:eu-west-1:111122223333:photos-eu';

beforeEach(() => {
  sns.reset();
  sqs.reset();
  sqs.on(GetQueueUrlCommand).resolves({ QueueUrl: URL });
});

describe('subscriptionsTo', () => {
  it('reads all pages, and of queues where the undelivered goes, and whether there is a filter', async () => {
    const sub = (n: number, Protocol = 'sqs') => ({
      SubscriptionArn: `arn:aws:sns:s${n}`,
      Protocol,
      Endpoint: `e${n}`,
    });
    sns
      .on(ListSubscriptionsByTopicCommand)
      .resolvesOnce({ Subscriptions: [sub(1), sub(2, 'lambda')], NextToken: 'more' })
      .resolvesOnce({ Subscriptions: [], NextToken: 'yet more' })
      .resolvesOnce({ Subscriptions: [sub(3), { ...sub(4), SubscriptionArn: 'PendingConfirmation' }] });
    sns
      .on(GetSubscriptionAttributesCommand, { SubscriptionArn: 'arn:aws:sns:s1' })
      .resolves({ Attributes: { RedrivePolicy: '{"deadLetterTargetArn":"dead"}' } });
    sns
      .on(GetSubscriptionAttributesCommand, { SubscriptionArn: 'arn:aws:sns:s3' })
      .resolves({ Attributes: { FilterPolicy: '{"kind":["x"]}' } });
    await expect(subscriptionsTo('topic', 'us-east-1')).resolves.toEqual([
      { arn: 'arn:aws:sns:s1', protocol: 'sqs', endpoint: 'e1', deadLetterArn: 'dead', filtered: false },
      { arn: 'arn:aws:sns:s2', protocol: 'lambda', endpoint: 'e2' },
      { arn: 'arn:aws:sns:s3', protocol: 'sqs', endpoint: 'e3', deadLetterArn: undefined, filtered: true },
      { arn: 'PendingConfirmation', protocol: 'sqs', endpoint: 'e4' },
    ]);
  });

  it('fails if one page cannot be read', async () => {
    sns
      .on(ListSubscriptionsByTopicCommand)
      .resolvesOnce({ Subscriptions: [], NextToken: 'more' })
      .rejectsOnce(new Error('throttled'));
    await expect(subscriptionsTo('topic', 'us-east-1')).rejects.toThrow('throttled');
  });
});

describe('an inbox', () => {
  const inbox = () => sqsObservedInbox(ARN, { region: 'eu-west-1' });

  it('takes every key once, ten a message, in batches that SQS takes', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
    // 1,024 bytes of characters that JSON can only say in six bytes each, and some that SQS refuses.
    const keys = Array.from({ length: 345 }, (_, n) => objectKey(`${n}\uFFFE${'ü'.repeat(500)}`));
    await inbox().send(keys);
    const sent: string[] = [];
    for (const { args } of sqs.commandCalls(SendMessageBatchCommand)) {
      const { Entries = [] } = args[0].input;
      const bodies = Entries.map(({ MessageBody = '' }) => MessageBody);
      expect(Entries.length).toBeLessThanOrEqual(10);
      expect(bodies.join('').length).toBeLessThanOrEqual(262_144);
      expect(bodies.join('')).toMatch(/^[\x20-\x7e]*$/);
      for (const body of bodies) {
        const { keys: named } = v.parse(message, JSON.parse(body));
        expect(named.length).toBeLessThanOrEqual(10);
        sent.push(...named.map(({ key }) => key));
      }
    }
    expect(sent.toSorted()).toEqual([...keys].toSorted());
  });

  it('is asked to compare keys by their bytes', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [] });
    await inbox().send([objectKey('a'), objectKey('b')], 'bytes');
    const [call] = sqs.commandCalls(SendMessageBatchCommand);
    expect(call?.args[0].input.Entries?.map(({ MessageBody }) => MessageBody)).toEqual([
      '{"keys":[{"key":"a","compare":"bytes"},{"key":"b","compare":"bytes"}]}',
    ]);
  });

  it('gets again what SQS did not take of a batch, and only that', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] })
      .resolves({ Failed: [] });
    await inbox().send(Array.from({ length: 25 }, (_, n) => objectKey(`k${n}`)));
    const ids = sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input.Entries?.map(({ Id }) => Id));
    expect(ids).toEqual([['0', '1', '2'], ['1']]);
  });

  it('says so if SQS takes a message at no attempt', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolves({ Failed: [{ Id: '0', Code: 'InternalError', Message: 'no', SenderFault: false }] });
    await expect(inbox().send([objectKey('k')])).rejects.toThrow(/Cannot send 1 messages to .*: InternalError: no/);
  });

  it.each([
    { tags: {}, paused: false },
    { tags: { [PAUSED_TAG]: '2026-11-21T00:00:00Z' }, paused: true },
  ])(
    'tells how many messages are in it, wherever they are, and whether it is paused: $paused',
    async ({ tags, paused }) => {
      sqs.on(GetQueueAttributesCommand).resolves({
        Attributes: {
          ApproximateNumberOfMessages: '3',
          ApproximateNumberOfMessagesDelayed: '20',
          ApproximateNumberOfMessagesNotVisible: '100',
        },
      });
      sqs.on(ListQueueTagsCommand).resolves({ Tags: tags });
      await expect(inbox().state()).resolves.toEqual({ messages: 123, paused });
    },
  );
});

describe('settingsFrom', () => {
  const environment = {
    SOURCE_BUCKET: 'photos',
    SOURCE_ACCOUNT: '111122223333',
    SOURCE_REGION: 'us-east-1',
    TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:photos-fanout',
    REPORTS_BUCKET: 'reports',
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'photos-reconcile',
  };

  it('knows of a comparison of bytes only where it is told of one', () => {
    expect(settingsFrom(environment)).not.toHaveProperty('scrub');
    const told = { SCRUB_SHARE: '0.25', SCRUB_MAX_BYTES_PER_RUN: '1000', SCRUB_MAX_OBJECT_BYTES: '10' };
    expect(settingsFrom({ ...environment, ...told })).toMatchObject({
      scrub: { share: 0.25, maxBytesPerRun: 1000, maxObjectBytes: 10 },
    });
    expect(() => settingsFrom({ ...environment, ...told, SCRUB_SHARE: '2' })).toThrow('SCRUB_SHARE is "2"');
  });

  it('has defaults for what need not be said', () => {
    expect(settingsFrom(environment)).toMatchObject({
      maxBytesPerRun: 1024 ** 4,
      eventMinutes: 15,
      quietSeconds: 120,
      secondPassSeconds: 600,
    });
  });

  it.each(Object.keys(environment))('says so if %s is missing', (name) => {
    expect(() => settingsFrom({ ...environment, [name]: undefined })).toThrow(name);
  });

  it.each(['', 'x', '-1', 'NaN'])('refuses %j for a number', (text) => {
    expect(() => settingsFrom({ ...environment, MAX_BYTES_PER_RUN: text })).toThrow(/MAX_BYTES_PER_RUN/);
  });
});

const message = v.object({ keys: v.array(v.object({ key: v.string() })) });
