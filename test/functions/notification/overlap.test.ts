import { isDeepStrictEqual } from 'node:util';
import type { Event, NotificationConfiguration, TopicConfiguration } from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withRule } from '../../../functions/notification/merge.ts';
import { OverlapError, rulesOf } from '../../../functions/notification/overlap.ts';
import type { Advice, Rule } from '../../../functions/notification/overlap.ts';
import { SOURCE_EVENT_NAMES, SOURCE_EVENTS } from '../../../shared/topic/source-events.ts';
import { toldOf } from '../../../shared/topic/told-of.ts';
import { isAccepted, targetsOf } from '../../support/notification-model.ts';

const sns = (name: string, account = '111122223333') => `arn:aws:sns:us-east-1:${account}:${name}`;
const sqs = (name: string) => `arn:aws:sqs:us-east-1:111122223333:${name}`;
const lambda = (name: string) => `arn:aws:lambda:us-east-1:111122223333:function:${name}`;

const OURS = {
  id: 'fanout-photos',
  topicArn: sns('photos-fanout'),
  events: SOURCE_EVENT_NAMES,
  isTopicKept: false,
} as const;
const MADE = sns('made');
const EVENTS: readonly Event[] = SOURCE_EVENTS.flatMap(({ kinds }) => kinds);
const CREATIONS: readonly Event[] = SOURCE_EVENTS[0].kinds;
const KEYS = ['a/b.jpg', 'a/b.txt', 'logs/x', 'x.jpg', 'é', ''];

interface World {
  readonly configuration: NotificationConfiguration;
  /** Who subscribes to a topic; a queue or a function subscribes for itself. */
  readonly subscribers: ReadonlyMap<string, readonly string[]>;
  /** `source.topicArn`. */
  readonly topicArn?: string;
}

describe('what S3 accepts, by the examples of its page', () => {
  const rule = (Events: Event[], filter: Filter = {}) => ({ QueueArn: sqs('q'), Events, ...filtered(filter) });
  it.each([
    [
      'prefixes that differ',
      [rule(['s3:ObjectCreated:Put'], { prefix: 'images/' }), rule(['s3:ObjectCreated:Put'], { prefix: 'logs/' })],
      true,
    ],
    [
      'suffixes that differ',
      [rule(['s3:ObjectCreated:Put'], { suffix: '.jpg' }), rule(['s3:ObjectCreated:Put'], { suffix: '.png' })],
      true,
    ],
    [
      'one prefix, and suffixes that differ',
      [
        rule(['s3:ObjectCreated:Put'], { prefix: 'images', suffix: '.jpg' }),
        rule(['s3:ObjectCreated:Put'], { prefix: 'images', suffix: '.png' }),
      ],
      true,
    ],
    [
      'one prefix, and other events',
      [rule(['s3:ObjectCreated:Put'], { prefix: 'image/' }), rule(['s3:ObjectRemoved:*'], { prefix: 'image/' })],
      true,
    ],
    [
      'the root prefix and another',
      [rule(['s3:ObjectCreated:*']), rule(['s3:ObjectCreated:*'], { prefix: 'images' })],
      false,
    ],
    [
      'suffixes of which a key can have both',
      [rule(['s3:ObjectCreated:*'], { suffix: 'jpg' }), rule(['s3:ObjectCreated:Put'], { suffix: 'pg' })],
      false,
    ],
    [
      'a prefix and a suffix, and the suffix',
      [
        rule(['s3:ObjectCreated:*'], { prefix: 'images', suffix: 'jpg' }),
        rule(['s3:ObjectCreated:Put'], { suffix: 'jpg' }),
      ],
      false,
    ],
  ])('%s: %#', (_, QueueConfigurations, accepted) => {
    expect(isAccepted({ QueueConfigurations })).toBe(accepted);
  });
});

describe('the advice of a deployment that was refused, followed to the letter', () => {
  const targets = [
    { name: 'a topic', rule: { TopicArn: sns('theirs') } },
    { name: 'a topic of another account', rule: { TopicArn: sns('theirs', '999900001111') } },
    { name: 'a queue', rule: { QueueArn: sqs('theirs') } },
    { name: 'a function', rule: { LambdaFunctionArn: lambda('theirs') } },
    { name: 'our own topic', rule: { TopicArn: OURS.topicArn } },
  ];
  const events: readonly (readonly Event[])[] = [
    ['s3:ObjectCreated:*'],
    ['s3:ObjectRemoved:*'],
    ['s3:LifecycleExpiration:*'],
    ...EVENTS.map((event) => [event]),
    CREATIONS,
    SOURCE_EVENT_NAMES,
    EVENTS,
    ['s3:ObjectCreated:Put', 's3:ObjectTagging:*'],
  ];
  const filters: readonly Filter[] = [{}, { prefix: 'a/' }, { suffix: '.jpg' }, { prefix: 'a/', suffix: '.jpg' }];
  const cases = targets.flatMap(({ name, rule }) =>
    events.flatMap((Events) =>
      filters.flatMap((filter) =>
        [false, true].map((isTopicKept) => ({
          name: `${Events.join(', ')} ${JSON.stringify(filter)} to ${name}, our topic ${isTopicKept ? 'kept' : 'new'}`,
          isTopicKept,
          configuration: of([{ Id: 'x', ...rule, Events: [...Events], ...filtered(filter) }]),
        })),
      ),
    ),
  );

  it.each(cases)('works for $name', ({ configuration, isTopicKept }) => {
    expect(brokenAfterAdvice(configuration, isTopicKept)).toEqual(NOTHING_BROKEN);
  });

  it('works where there are several rules, of whatever kind', () => {
    const anyRule = fc
      .record({
        target: fc.constantFrom(
          ...targets.map(({ rule }) => rule),
          { TopicArn: sns('others') },
          { QueueArn: sqs('others') },
        ),
        Events: fc.subarray<Event>(
          [...EVENTS, ...SOURCE_EVENT_NAMES, 's3:ObjectTagging:*', 's3:ObjectRestore:Completed'],
          {
            minLength: 1,
          },
        ),
        filter: fc.record(
          { prefix: fc.constantFrom('', 'a/', 'a', 'logs/'), suffix: fc.constantFrom('', '.jpg', 'g', '.txt') },
          { requiredKeys: [] },
        ),
      })
      .map(({ target, Events, filter }) => ({ ...target, Events, ...filtered(filter) }));
    fc.assert(
      fc.property(fc.array(anyRule, { minLength: 1, maxLength: 6 }), fc.boolean(), fc.boolean(), (rules, kept, old) => {
        // As S3 would have let them come about: one after the other.
        const there = [...(old && kept ? [OLD_RULE] : []), ...rules.map((rule, at) => ({ Id: `rule ${at}`, ...rule }))];
        const accepted: Rule[] = [];
        for (const rule of there) if (isAccepted(of([...accepted, rule]))) accepted.push(rule);
        const configuration = { ...of(accepted), EventBridgeConfiguration: {} };
        expect(brokenAfterAdvice(configuration, kept)).toEqual(NOTHING_BROKEN);
      }),
    );
  });

  /** Of a version that asked for creations only. */
  const OLD_RULE = { Id: OURS.id, TopicArn: OURS.topicArn, Events: ['s3:ObjectCreated:*'] satisfies Event[] };

  it.each<{
    readonly name: string;
    readonly rules: readonly Rule[];
    readonly isTopicKept?: boolean;
    readonly says: string;
  }>([
    {
      name: 'a topic that is told of all',
      rules: [{ Id: 'x', TopicArn: sns('theirs'), Events: [...SOURCE_EVENT_NAMES] }],
      says: `Let the destinations subscribe to that topic: set source.topicArn to ${sns('theirs')} in the configuration, and deploy all stacks.`,
    },
    {
      name: 'a topic that is told of removals only',
      rules: [{ Id: 'x', TopicArn: sns('theirs'), Events: ['s3:ObjectRemoved:*'] }],
      says: `One topic must get all: (1) in one change, take these events out of "x" and add a notification of s3:ObjectCreated:*, s3:ObjectRemoved:*, s3:LifecycleExpiration:*, without a filter, to ${sns('theirs')}; (2) set source.topicArn to ${sns('theirs')} in the configuration, and deploy all stacks.`,
    },
    {
      name: 'a topic and a queue',
      rules: [
        { Id: 'x', TopicArn: sns('theirs'), Events: ['s3:ObjectRemoved:*'] },
        { Id: 'y', QueueArn: sqs('theirs'), Events: ['s3:ObjectCreated:*'] },
      ],
      says: `One topic must get all: (1) subscribe what these rules feed, other than that topic, to ${sns('theirs')}; (2) in one change, take these events out of "x" and "y" and add`,
    },
    {
      name: 'a queue',
      rules: [{ Id: 'x', QueueArn: sqs('theirs'), Events: ['s3:ObjectCreated:Put'] }],
      says: 'One topic must get all: (1) make a standard topic in us-east-1 to which S3 may publish for this bucket; (2) subscribe what these rules feed to it; (3) in one change, take these events out of "x" and add a notification of s3:ObjectCreated:*, s3:ObjectRemoved:*, s3:LifecycleExpiration:*, without a filter, to it; (4) set source.topicArn to its ARN in the configuration, and deploy all stacks.',
    },
    {
      name: 'a queue, instead of a rule that we had',
      rules: [{ Id: 'x', QueueArn: sqs('theirs'), Events: ['s3:ObjectCreated:Put'] }],
      isTopicKept: true,
      says: `One topic must get all: (1) subscribe what these rules feed to ${OURS.topicArn}; (2) in one change, take these events out of "x" and add a notification "fanout-photos" of s3:ObjectCreated:*, s3:ObjectRemoved:*, s3:LifecycleExpiration:*, without a filter, to ${OURS.topicArn}; (3) deploy again.`,
    },
    {
      name: 'our own topic, by another rule',
      rules: [{ Id: 'x', TopicArn: OURS.topicArn, Events: ['s3:ObjectCreated:*'] }],
      says: `It is the topic of this deployment: remove "x" from the bucket's notifications, and deploy again.`,
    },
  ])('says for $name', ({ rules, isTopicKept = false, says }) => {
    expect(refusalOf(of(rules), isTopicKept).message).toContain(`Nothing was changed. ${says}`);
  });

  it('names the rule, what it takes, and what it feeds, and fits into the answer to CloudFormation', () => {
    const configuration = of([
      {
        Id: 'Their jpegs',
        QueueArn: sqs('q'.repeat(80)),
        Events: ['s3:ObjectCreated:Put'],
        ...filtered({ prefix: 'a/' }),
      },
      { Id: 'Their logs', QueueArn: sqs('r'.repeat(80)), Events: ['s3:ObjectRemoved:*'] },
      ...Array.from({ length: 98 }, (_, n) => ({
        Id: `More ${n}`,
        LambdaFunctionArn: lambda('f'.repeat(64)),
        Events: ['s3:ObjectCreated:Copy'] satisfies Event[],
        ...filtered({ prefix: `${n}/` }),
      })),
    ]);
    const { message } = refusalOf(configuration, false);
    expect(message).toContain(
      `s3:ObjectCreated:Put (prefix "a/") to the queue ${sqs('q'.repeat(80))} (notification "Their jpegs")`,
    );
    expect(message).toContain(
      `s3:ObjectRemoved:* to the queue ${sqs('r'.repeat(80))} (notification "Their logs"); and 98 more`,
    );
    expect(message).toMatch(/set source\.topicArn to its ARN.*, and deploy all stacks/);
    expect(message.length).toBeLessThan(1000);
  });
});

/** What still does not work once somebody has followed the advice of the refusal, or deployed where nothing was refused: empty lists if all does. */
function brokenAfterAdvice(configuration: NotificationConfiguration, isTopicKept: boolean): unknown {
  const before: World = {
    configuration,
    subscribers: new Map(
      [sns('theirs'), sns('others'), sns('theirs', '999900001111')].map((arn) => [arn, [`subscriber of ${arn}`]]),
    ),
  };
  const after = deployFollowingAdvice(before, isTopicKept);
  const topicArn = after.topicArn ?? OURS.topicArn;
  const changes = EVENTS.flatMap((event) => KEYS.map((key) => ({ event, key })));
  const loses = ({ event, key }: (typeof changes)[number]) => {
    const now = new Set(consumersOf(after, event, key));
    return consumersOf(before, event, key).some((consumer) => !now.has(consumer));
  };
  const others = ['s3:ObjectTagging:Put', 's3:ObjectRestore:Completed'].flatMap((event) =>
    KEYS.map((key) => ({ event, key })),
  );
  const toldOfOthers = (of: NotificationConfiguration) => others.map(({ event, key }) => targetsOf(of, event, key));
  return {
    refusedByS3: [before, after].filter((world) => !isAccepted(world.configuration)),
    judged: toldOf(after.configuration, topicArn).missing,
    notInInboxes: changes.filter(({ event, key }) => !targetsOf(after.configuration, event, key).includes(topicArn)),
    lostByOthers: changes.filter(loses),
    // Other events go where they went.
    changedForOthers: isDeepStrictEqual(toldOfOthers(after.configuration), toldOfOthers(before.configuration))
      ? []
      : [after.configuration],
    eventBridge: isDeepStrictEqual(after.configuration.EventBridgeConfiguration, configuration.EventBridgeConfiguration)
      ? []
      : ['switched'],
  };
}

const NOTHING_BROKEN = {
  refusedByS3: [],
  judged: [],
  notInInboxes: [],
  lostByOthers: [],
  changedForOthers: [],
  eventBridge: [],
};

/** The next deployment works: without a rule of ours where a topic is named, with it otherwise. */
function deployFollowingAdvice(world: World, isTopicKept: boolean): World {
  try {
    return { ...world, configuration: withRule(world.configuration, { ...OURS, isTopicKept }) };
  } catch (error) {
    if (!(error instanceof OverlapError)) throw error;
    const next = followed(error.advice, world);
    if (next.topicArn !== undefined) return next;
    return { ...next, configuration: withRule(next.configuration, { ...OURS, isTopicKept }) };
  }
}

function followed(advice: Advice, world: World): World {
  if (advice.do === 'use') return { ...world, topicArn: advice.topicArn };
  const configuration = withoutEvents(
    world.configuration,
    advice.rules.map(({ Id }) => Id),
  );
  if (advice.do === 'remove') return { ...world, configuration };
  const { topicArn = MADE, isOurs, subscribers } = advice;
  const rule = { Id: isOurs ? OURS.id : 'added', TopicArn: topicArn, Events: [...SOURCE_EVENT_NAMES] };
  const topics = (configuration.TopicConfigurations ?? []).filter(({ Id }) => Id !== rule.Id);
  const consumers = subscribers.flatMap((arn) => world.subscribers.get(arn) ?? [arn]);
  return {
    configuration: { ...configuration, TopicConfigurations: [...topics, rule] },
    subscribers: new Map([
      ...world.subscribers,
      [topicArn, [...(world.subscribers.get(topicArn) ?? []), ...consumers]] as const,
    ]),
    ...(!isOurs && { topicArn }),
  };
}

/** Our events taken out of some rules, which go if they have no others. */
function withoutEvents(configuration: NotificationConfiguration, ids: readonly (string | undefined)[]) {
  const others = (events: readonly Event[] = []) =>
    events.filter((event) => !EVENTS.includes(event) && !SOURCE_EVENT_NAMES.some((name) => name === event));
  const rules = rulesOf(configuration).flatMap((rule) => {
    if (!ids.includes(rule.Id)) return [rule];
    const Events = others(rule.Events);
    return Events.length === 0 ? [] : [{ ...rule, Events }];
  });
  const { EventBridgeConfiguration } = configuration;
  return { ...of(rules), ...(EventBridgeConfiguration && { EventBridgeConfiguration }) };
}

/** Of others: our inboxes are looked at by the topic. */
function consumersOf({ configuration, subscribers }: World, event: string, key: string): string[] {
  return targetsOf(configuration, event, key)
    .filter((arn) => arn !== OURS.topicArn || subscribers.has(arn))
    .flatMap((arn) => subscribers.get(arn) ?? [arn]);
}

function refusalOf(configuration: NotificationConfiguration, isTopicKept: boolean): OverlapError {
  try {
    withRule(configuration, { ...OURS, isTopicKept });
  } catch (error) {
    if (error instanceof OverlapError) return error;
  }
  throw new Error('It was not refused');
}

interface Filter {
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
}

function filtered(filter: Filter): Pick<TopicConfiguration, 'Filter'> {
  const rules = (['prefix', 'suffix'] as const).flatMap((Name) =>
    filter[Name] === undefined ? [] : [{ Name, Value: filter[Name] }],
  );
  return rules.length === 0 ? {} : { Filter: { Key: { FilterRules: rules } } };
}

function of(rules: readonly Rule[]): NotificationConfiguration {
  return {
    TopicConfigurations: rules.filter((rule) => 'TopicArn' in rule),
    QueueConfigurations: rules.filter((rule) => 'QueueArn' in rule),
    LambdaFunctionConfigurations: rules.filter((rule) => 'LambdaFunctionArn' in rule),
  };
}
