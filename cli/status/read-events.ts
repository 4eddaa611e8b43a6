import type { Source } from '../../infra/config/replicator.ts';
import { s3Notification } from '../../shared/s3/s3-notification.ts';
import { toldOf } from '../../shared/topic/told-of.ts';
import { bucketClient } from '../aws/bucket-client.ts';
import { topicArnOf } from '../find/topic-arn.ts';
import type { SourceEvents } from './facts.ts';

/**
 * Whether the bucket itself tells the topic of what is put: its notifications can be changed by anybody who may, and then nothing fails.
 *
 * @throws if they cannot be read.
 */
export async function readEvents(source: Source): Promise<SourceEvents> {
  const { bucket, account, region } = source;
  const topicArn = topicArnOf(source);
  const client = bucketClient(region, { attempts: 3, sockets: 4 });
  const configuration = await s3Notification(client, { bucket, owner: account }).read();
  const { of: told, missing } = toldOf(configuration ?? {}, topicArn);
  return { topicArn, ours: source.topicArn === undefined, told, missing };
}
