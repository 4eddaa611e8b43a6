import type {
  LambdaFunctionConfiguration,
  NotificationConfiguration,
  QueueConfiguration,
  TopicConfiguration,
} from '@aws-sdk/client-s3';
import { parseArn } from '../../shared/topic/arn.ts';
import { SOURCE_EVENT_NAMES } from '../../shared/topic/source-events.ts';
import { isOfChanges, toldOf } from '../../shared/topic/told-of.ts';

export type Rule = TopicConfiguration | QueueConfiguration | LambdaFunctionConfiguration;

/** Our rule, or the one that is to be. */
export interface Ours {
  readonly id: string;
  readonly topicArn: string;
  /** Whether the topic is still there when the deployment has failed: not where it was being created. */
  readonly isTopicKept: boolean;
}

/** What to do so that everybody who gets events of the bucket goes on getting them, and the destinations get all. */
export type Advice =
  /** Somebody put another rule for our own topic there: ours takes its place. */
  | { readonly do: 'remove'; readonly rules: readonly Rule[] }
  /** A topic of theirs is told of all already. */
  | { readonly do: 'use'; readonly topicArn: string }
  /**
   * One topic gets all, and everybody else subscribes to it: events of ours are taken out of the rules, those that have no others are
   * removed, and one rule without a filter feeds the topic. In one change, so that nobody misses an event.
   */
  | {
      readonly do: 'share';
      /** Ours, where it is kept; one of theirs; `undefined`: one that is to be made. */
      readonly topicArn: string | undefined;
      /** Our own topic, and then our own Id for the rule. */
      readonly isOurs: boolean;
      readonly rules: readonly Rule[];
      /** ARNs of what the rules feed; of a topic, its subscribers subscribe, as a topic cannot. */
      readonly subscribers: readonly string[];
    };

/**
 * Somebody else's rules take events of ours. S3 refuses two rules of one event whose prefixes and suffixes overlap, and ours, which is of
 * all keys, overlaps with any.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export class OverlapError extends Error {
  override readonly name = 'OverlapError';
  readonly advice: Advice;

  constructor(theirs: readonly Rule[], ours: Ours) {
    const advice = adviceFor(theirs, ours);
    super(
      `The bucket already sends ${listed(theirs.map(described))}, and S3 gives an event to one rule only. Nothing was changed. ` +
        inWords(advice, ours),
    );
    this.advice = advice;
  }
}

/** Rules, in whatever order S3 has them, that take an event of ours. */
export function overlapping(configuration: NotificationConfiguration): Rule[] {
  return rulesOf(configuration).filter(isOfChanges);
}

/** The ARN of everything that the bucket's events go to. */
export function targetsOf(configuration: NotificationConfiguration): string[] {
  return rulesOf(configuration).map(targetOf);
}

export function rulesOf({
  TopicConfigurations,
  QueueConfigurations,
  LambdaFunctionConfigurations,
}: NotificationConfiguration): Rule[] {
  return [...(TopicConfigurations ?? []), ...(QueueConfigurations ?? []), ...(LambdaFunctionConfigurations ?? [])];
}

function adviceFor(rules: readonly Rule[], ours: Ours): Advice {
  const topics = rules.filter((rule) => 'TopicArn' in rule);
  const others = rules.filter((rule) => arnOf(rule) !== ours.topicArn);
  if (others.length === 0) return { do: 'remove', rules };
  const usable = topics.map(({ TopicArn = '' }) => TopicArn).filter((arn) => isUsable(arn, ours.topicArn));
  const whole = usable.find((arn) => toldOf({ TopicConfigurations: topics }, arn).of === 'all');
  // Nobody else can have a rule for these events then.
  if (whole !== undefined) return { do: 'use', topicArn: whole };
  const topicArn = ours.isTopicKept ? ours.topicArn : usable[0];
  const subscribers = new Set(others.map(arnOf).filter((arn) => arn !== topicArn));
  return { do: 'share', topicArn, isOurs: ours.isTopicKept, rules, subscribers: [...subscribers] };
}

/** The configuration takes a topic of the bucket's Region and account only. */
function isUsable(arn: string, ourTopicArn: string): boolean {
  const [theirs, ours] = [parseArn(arn), parseArn(ourTopicArn)];
  return arn !== ourTopicArn && theirs?.region === ours?.region && theirs?.account === ours?.account;
}

/** Short: CloudFormation shows no more than the beginning. */
function inWords(advice: Advice, ours: Ours): string {
  if (advice.do === 'remove')
    return `It is the topic of this deployment: remove ${namesOf(advice.rules)} from the bucket's notifications, and deploy again.`;
  if (advice.do === 'use')
    return `Let the destinations subscribe to that topic: set source.topicArn to ${advice.topicArn} in the configuration, and deploy all stacks.`;
  return `One topic must get all: ${numbered(stepsOf(advice, ours))} Commands: docs/install.md, "A source bucket that exists already".`;
}

function stepsOf({ topicArn, isOurs, rules, subscribers }: Extract<Advice, { do: 'share' }>, ours: Ours): string[] {
  const isTheirs = topicArn !== undefined && !isOurs;
  const topic = topicArn ?? 'it';
  const make = `make a standard topic in ${parseArn(ours.topicArn)?.region} to which S3 may publish for this bucket`;
  const subscribe = `subscribe what these rules feed${isTheirs ? ', other than that topic,' : ''} to ${topic}`;
  const change =
    `in one change, take these events out of ${namesOf(rules)} and add a notification${isOurs ? ` "${ours.id}"` : ''} of ` +
    `${SOURCE_EVENT_NAMES.join(', ')}, without a filter, to ${topic}`;
  const configure = `set source.topicArn to ${topicArn ?? 'its ARN'} in the configuration, and deploy all stacks`;
  return [
    ...(topicArn === undefined ? [make] : []),
    ...(subscribers.length === 0 ? [] : [subscribe]),
    change,
    isOurs ? 'deploy again' : configure,
  ];
}

function numbered(steps: readonly string[]): string {
  return `${steps.map((step, at) => `(${at + 1}) ${step}`).join('; ')}.`;
}

function described(rule: Rule): string {
  const filters = rule.Filter?.Key?.FilterRules ?? [];
  const only = filters
    .filter(({ Value = '' }) => Value !== '')
    .map(({ Name, Value }) => `${Name?.toLowerCase()} "${Value}"`);
  return (
    `${rule.Events?.join(', ')}${only.length === 0 ? '' : ` (${only.join(', ')})`} to ${targetOf(rule)} ` +
    `(notification "${rule.Id}")`
  );
}

function targetOf(rule: Rule): string {
  if ('TopicArn' in rule) return `the topic ${rule.TopicArn}`;
  if ('QueueArn' in rule) return `the queue ${rule.QueueArn}`;
  return 'LambdaFunctionArn' in rule ? `the function ${rule.LambdaFunctionArn}` : 'another target';
}

export function arnOf(rule: Rule): string {
  if ('TopicArn' in rule) return rule.TopicArn ?? '';
  if ('QueueArn' in rule) return rule.QueueArn ?? '';
  return 'LambdaFunctionArn' in rule ? (rule.LambdaFunctionArn ?? '') : '';
}

function namesOf(rules: readonly Rule[]): string {
  return rules.length > NAMED ? 'these rules' : rules.map(({ Id }) => `"${Id}"`).join(' and ');
}

function listed(texts: readonly string[]): string {
  const more = texts.length - NAMED;
  return texts.slice(0, NAMED).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/** Of more rules only the number is said, so that what to do fits into the answer. */
const NAMED = 2;
