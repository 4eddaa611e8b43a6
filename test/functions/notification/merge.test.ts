import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { withoutRule, withRule } from '../../../functions/notification/merge.ts';
import type { OurRule } from '../../../functions/notification/merge.ts';

const ours: OurRule = {
  id: 'fanout-photos',
  topicArn: 'arn:aws:sns:us-east-1:111122223333:photos-fanout',
  events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'],
  isTopicKept: false,
};
const rule = { Id: ours.id, TopicArn: ours.topicArn, Events: [...ours.events] };
const foreign: NotificationConfiguration = {
  TopicConfigurations: [
    { Id: 'tags', TopicArn: 'arn:aws:sns:us-east-1:111122223333:audit', Events: ['s3:ObjectTagging:*'] },
  ],
  QueueConfigurations: [
    {
      Id: 'restores',
      QueueArn: 'arn:aws:sqs:us-east-1:111122223333:restores',
      Events: ['s3:ObjectRestore:Completed'],
      Filter: {
        Key: {
          FilterRules: [
            { Name: 'suffix', Value: '.tar' },
            { Name: 'prefix', Value: 'a+b/' },
          ],
        },
      },
    },
  ],
  LambdaFunctionConfigurations: [
    {
      Id: 'acl',
      LambdaFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:acl',
      Events: ['s3:ObjectAcl:Put'],
    },
  ],
  EventBridgeConfiguration: {},
};

describe('withRule()', () => {
  it.each<[string, NotificationConfiguration, NotificationConfiguration]>([
    ['an empty configuration', {}, { TopicConfigurations: [rule] }],
    [
      'only the EventBridge switch',
      { EventBridgeConfiguration: {} },
      { EventBridgeConfiguration: {}, TopicConfigurations: [rule] },
    ],
    ['rules of others', foreign, { ...foreign, TopicConfigurations: [...(foreign.TopicConfigurations ?? []), rule] }],
    ['our rule already', { TopicConfigurations: [rule] }, { TopicConfigurations: [rule] }],
    [
      'our rule in an older form, before one of others',
      {
        TopicConfigurations: [{ ...rule, Events: ['s3:ObjectCreated:*'] }, ...(foreign.TopicConfigurations ?? [])],
      },
      { TopicConfigurations: [rule, ...(foreign.TopicConfigurations ?? [])] },
    ],
  ])('adds our rule to %s', (_, before, after) => {
    expect(withRule(before, ours)).toEqual(after);
  });

  it.each<[string, NotificationConfiguration, RegExp]>([
    [
      'a topic',
      { TopicConfigurations: [{ Id: 'x', TopicArn: 'arn:t', Events: ['s3:ObjectCreated:*'] }] },
      /topic arn:t.*"x".*Nothing was changed.*set source\.topicArn/s,
    ],
    [
      'a queue, for one kind of creation',
      { QueueConfigurations: [{ Id: 'x', QueueArn: 'arn:q', Events: ['s3:ObjectCreated:Put'] }] },
      /queue arn:q.*make a standard topic.*set source\.topicArn/s,
    ],
    [
      'a function, for deletions',
      {
        LambdaFunctionConfigurations: [{ Id: 'x', LambdaFunctionArn: 'arn:f', Events: ['s3:ObjectRemoved:Delete'] }],
      },
      /function arn:f/,
    ],
    [
      'a filtered rule, since ours has no filter',
      {
        QueueConfigurations: [
          {
            Id: 'x',
            QueueArn: 'arn:q',
            Events: ['s3:ObjectCreated:*'],
            Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'logs/' }] } },
          },
        ],
      },
      /queue arn:q/,
    ],
  ])('refuses to overlap with %s', (_, before, message) => {
    expect(() => withRule(before, ours)).toThrow(message);
  });
});

describe('withoutRule()', () => {
  it.each<[string, NotificationConfiguration]>([
    ['nothing', {}],
    ['rules of others', foreign],
    ['the EventBridge switch', { EventBridgeConfiguration: {} }],
  ])('gives back %s as it was before our rule', (_, before) => {
    expect(withoutRule(withRule(before, ours), ours.id)).toEqual(before);
    expect(withoutRule(before, ours.id)).toEqual(before);
  });
});
