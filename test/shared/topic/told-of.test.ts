import { Event } from '@aws-sdk/client-s3';
import type { NotificationConfiguration, TopicConfiguration } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { SOURCE_EVENTS } from '../../../shared/topic/source-events.ts';
import { toldOf } from '../../../shared/topic/told-of.ts';
import type { ToldOf } from '../../../shared/topic/told-of.ts';

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:photos-fanout';
const CREATED = 's3:ObjectCreated:*';
const REMOVED = 's3:ObjectRemoved:*';
const EXPIRED = 's3:LifecycleExpiration:*';
const ALL = [CREATED, REMOVED, EXPIRED] as const;
const [CREATIONS, REMOVALS, EXPIRIES] = SOURCE_EVENTS.map(({ kinds }) => kinds);

describe('toldOf()', () => {
  it.each<{
    readonly name: string;
    readonly configuration: NotificationConfiguration;
    readonly of: ToldOf;
    readonly missing: readonly string[];
  }>([
    { name: 'no rule', configuration: {}, of: 'nothing', missing: ALL },
    { name: 'the EventBridge switch', configuration: { EventBridgeConfiguration: {} }, of: 'nothing', missing: ALL },
    {
      name: 'rules to a queue, a function and another topic',
      configuration: {
        QueueConfigurations: [{ QueueArn: 'arn:queue', Events: [CREATED] }],
        LambdaFunctionConfigurations: [{ LambdaFunctionArn: 'arn:function', Events: [REMOVED] }],
        TopicConfigurations: [{ TopicArn: 'arn:other', Events: [...ALL] }],
      },
      of: 'nothing',
      missing: ALL,
    },
    {
      name: 'other events alone',
      ...told([{ Events: ['s3:ObjectTagging:*', 's3:ObjectRestore:*'] }]),
      of: 'nothing',
      missing: ALL,
    },
    { name: 'our rule', ...told([{ Events: [...ALL] }]), of: 'all', missing: [] },
    {
      name: 'our rule beside those of others',
      configuration: {
        TopicConfigurations: [
          { TopicArn: 'arn:other', Events: ['s3:ObjectTagging:*'] },
          { TopicArn: TOPIC, Events: [...ALL] },
        ],
        EventBridgeConfiguration: {},
      },
      of: 'all',
      missing: [],
    },
    { name: 'an empty filter', ...told([{ Events: [...ALL], ...filter() }]), of: 'all', missing: [] },
    { name: 'an empty prefix', ...told([{ Events: [...ALL], ...filter({ prefix: '' }) }]), of: 'all', missing: [] },
    {
      name: 'an empty prefix and a suffix',
      ...told([{ Events: [...ALL], ...filter({ prefix: '', suffix: '.jpg' }) }]),
      of: 'some',
      missing: ALL,
    },
    { name: 'a prefix', ...told([{ Events: [...ALL], ...filter({ prefix: 'a/' }) }]), of: 'some', missing: ALL },
    { name: 'a suffix', ...told([{ Events: [...ALL], ...filter({ suffix: '.jpg' }) }]), of: 'some', missing: ALL },
    { name: 'creations only', ...told([{ Events: [CREATED] }]), of: 'some', missing: [REMOVED, EXPIRED] },
    { name: 'removals only', ...told([{ Events: [REMOVED] }]), of: 'some', missing: [CREATED, EXPIRED] },
    { name: 'expiries only', ...told([{ Events: [EXPIRED] }]), of: 'some', missing: [CREATED, REMOVED] },
    ...SOURCE_EVENTS.flatMap(({ family, kinds }) =>
      kinds.map((kind) => ({
        name: `all but ${kind}`,
        ...told([{ Events: [...ALL.filter((other) => other !== family), ...kinds.filter((other) => other !== kind)] }]),
        of: 'some' as const,
        missing: [kind],
      })),
    ),
    {
      name: 'one kind of creation',
      ...told([{ Events: ['s3:ObjectCreated:Put'] }]),
      of: 'some',
      missing: [...(CREATIONS ?? []).filter((kind) => kind !== 's3:ObjectCreated:Put'), REMOVED, EXPIRED],
    },
    {
      name: 'all kinds one by one',
      ...told([{ Events: [...(CREATIONS ?? []), ...(REMOVALS ?? []), ...(EXPIRIES ?? [])] }]),
      of: 'all',
      missing: [],
    },
    {
      name: 'several rules that together have all',
      ...told([
        { Events: ['s3:ObjectCreated:Put', 's3:ObjectCreated:Copy'] },
        { Events: ['s3:ObjectCreated:Post', 's3:ObjectCreated:CompleteMultipartUpload', 's3:ObjectTagging:*'] },
        { Events: [REMOVED] },
        { Events: [EXPIRED] },
      ]),
      of: 'all',
      missing: [],
    },
    {
      name: 'several rules, one of which has a filter',
      ...told([{ Events: [CREATED, EXPIRED] }, { Events: [REMOVED], ...filter({ prefix: 'a/' }) }]),
      of: 'some',
      missing: [REMOVED],
    },
    {
      name: 'prefixes that look like all there is',
      ...told(['a', 'b', 'c', 'd', 'e'].map((prefix) => ({ Events: [...ALL], ...filter({ prefix }) }))),
      of: 'some',
      missing: ALL,
    },
    {
      name: 'half to the topic, and half to a queue',
      configuration: {
        TopicConfigurations: [{ TopicArn: TOPIC, Events: [REMOVED, EXPIRED] }],
        QueueConfigurations: [{ QueueArn: 'arn:queue', Events: [CREATED] }],
      },
      of: 'some',
      missing: [CREATED],
    },
    { name: 'a rule without events', ...told([{ Events: [] }]), of: 'nothing', missing: ALL },
  ])('$name: $of', ({ configuration, of, missing }) => {
    expect(toldOf(configuration, TOPIC)).toEqual({ of, missing });
  });

  it('knows all kinds of event that S3 has', () => {
    const families = SOURCE_EVENTS.map(({ family }) => family.replace('*', ''));
    const ofS3 = Object.values(Event).filter((event) => families.some((family) => event.startsWith(family)));
    expect(SOURCE_EVENTS.flatMap(({ family, kinds }) => [family, ...kinds]).toSorted()).toEqual(ofS3.toSorted());
  });
});

function told(rules: readonly Omit<TopicConfiguration, 'TopicArn'>[]) {
  return { configuration: { TopicConfigurations: rules.map((rule) => ({ ...rule, TopicArn: TOPIC })) } };
}

function filter(of: { readonly prefix?: string; readonly suffix?: string } = {}): Pick<TopicConfiguration, 'Filter'> {
  const names = (['prefix', 'suffix'] as const).filter((name) => of[name] !== undefined);
  return { Filter: { Key: { FilterRules: names.map((Name) => ({ Name, Value: of[Name] })) } } };
}
