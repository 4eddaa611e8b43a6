import type { Source } from '../../infra/config.ts';
import { s3Client } from '../../shared/s3-bucket.ts';
import { s3Notification } from '../../shared/s3-notification.ts';
import { topicArnOf } from '../topic-arn.ts';
import type { SourceEvents } from './facts.ts';

/**
 * Whether the bucket itself tells the topic of what is put: its notifications can be changed by anybody who may, and then nothing fails.
 *
 * @throws if they cannot be read.
 */
export async function readEvents(source: Source): Promise<SourceEvents> {
  const { bucket, account, region } = source;
  const topicArn = topicArnOf(source);
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  const client = s3Client(region, { attempts: 3, sockets: 4, endpoint });
  const configuration = await s3Notification(client, { bucket, owner: account }).read();
  const rules = configuration?.TopicConfigurations?.filter((rule) => rule.TopicArn === topicArn) ?? [];
  const ours = source.topicArn === undefined;
  if (rules.length === 0) return { topicArn, ours, told: 'none' };
  const whole = rules.some(
    ({ Events, Filter }) => Events?.includes('s3:ObjectCreated:*') && (Filter?.Key?.FilterRules ?? []).length === 0,
  );
  return { topicArn, ours, told: whole ? 'all' : 'some' };
}
