import type { NotificationConfiguration } from '@aws-sdk/client-s3';

/** Of what is put into a bucket a topic is told by the bucket's notifications: of all, of some, or of nothing. */
export type ToldOf = 'all' | 'some' | 'nothing';

/** Pure. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html */
export function toldOf({ TopicConfigurations = [] }: NotificationConfiguration, topicArn: string): ToldOf {
  const rules = TopicConfigurations.filter((rule) => rule.TopicArn === topicArn);
  const isWhole = rules.some(
    ({ Events, Filter }) => Events?.includes('s3:ObjectCreated:*') && (Filter?.Key?.FilterRules ?? []).length === 0,
  );
  return isWhole ? 'all' : rules.length > 0 ? 'some' : 'nothing';
}
