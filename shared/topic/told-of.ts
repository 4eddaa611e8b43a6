import type { NotificationConfiguration, TopicConfiguration } from '@aws-sdk/client-s3';
import { isSourceEvent, SOURCE_EVENTS } from './source-events.ts';

/** Of what happens in a bucket a topic is told by the bucket's notifications: of all, of some, or of nothing. */
export type ToldOf = 'all' | 'some' | 'nothing';

export interface Told {
  readonly of: ToldOf;
  /** The events of which it is not told for every key: single kinds, or a whole family such as `s3:ObjectRemoved:*`. */
  readonly missing: readonly string[];
}

/**
 * What the rules of a bucket tell a topic, all of them taken together. Pure.
 *
 * | the rules to this topic                                       | it is told of                  |
 * | ------------------------------------------------------------- | ------------------------------ |
 * | none; or only to queues, functions, other topics, EventBridge | nothing                        |
 * | of other events only, such as `s3:ObjectTagging:*`            | nothing                        |
 * | with a prefix or a suffix, however many                       | some                           |
 * | of creations only, of removals only, of single kinds          | some                           |
 * | of all kinds, by `*` or one by one, in one rule or in several | all, if none of them has a filter |
 *
 * Rules with a filter never add up to all keys: a bucket has at most 100 rules, and there is a key that begins and ends with none of 100
 * characters. A kind is therefore told of whole only by a rule without a filter.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function toldOf({ TopicConfigurations = [] }: NotificationConfiguration, topicArn: string): Told {
  const rules = TopicConfigurations.filter((rule) => rule.TopicArn === topicArn && isOfChanges(rule));
  const whole = new Set<string>(rules.filter(isOfAllKeys).flatMap(({ Events }) => Events ?? []));
  const missing = SOURCE_EVENTS.flatMap(({ family, kinds }) => {
    const absent = whole.has(family) ? [] : kinds.filter((kind) => !whole.has(kind));
    return absent.length === kinds.length ? [family] : absent;
  });
  return { of: rules.length === 0 ? 'nothing' : missing.length === 0 ? 'all' : 'some', missing };
}

/** Whether the rule takes an event of ours. */
export function isOfChanges({ Events }: Pick<TopicConfiguration, 'Events'>): boolean {
  return Events?.some(isSourceEvent) ?? false;
}

/** An empty prefix or suffix is one that every key has. */
function isOfAllKeys({ Filter }: Pick<TopicConfiguration, 'Filter'>): boolean {
  return (Filter?.Key?.FilterRules ?? []).every(({ Value = '' }) => Value === '');
}
