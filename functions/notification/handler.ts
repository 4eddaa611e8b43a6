import { isDeepStrictEqual } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import * as v from 'valibot';
import { s3Notification } from '../../shared/s3-notification.ts';
import type { BucketNotification } from '../../shared/s3-notification.ts';
import { answerCloudFormation } from './answer.ts';
import { withoutRule, withRule } from './merge.ts';
import type { OurRule } from './merge.ts';

/**
 * A custom resource of the source's stack: puts our rule into the bucket's notification configuration, and takes it out again, leaving
 * every other rule as it is. (CDK's own resource gives the rules of others new Ids.)
 *
 * Always answers CloudFormation, which otherwise waits for an hour.
 */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  try {
    const { bucket, owner, ...ours } = v.parse(properties, event.ResourceProperties);
    const notification = s3Notification(new S3Client({}), { bucket, owner });
    await (event.RequestType === 'Delete' ? removeRule(notification, ours.id) : putRule(notification, ours));
    await answerCloudFormation(event, { id: `${bucket}/${ours.id}` });
  } catch (error) {
    await answerCloudFormation(event, { failure: error instanceof Error ? error.message : String(error) });
  }
}

const properties = v.object({
  bucket: v.string(),
  owner: v.string(),
  id: v.string(),
  topicArn: v.string(),
  events: v.array(v.picklist(['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'])),
});

async function putRule(notification: BucketNotification, ours: OurRule): Promise<void> {
  const current = await notification.read();
  if (current === undefined)
    throw new Error(
      'The bucket does not exist. Create it, or let the stack create it (no "existing" in the configuration).',
    );
  await replaceIfOther(notification, { current, next: withRule(current, ours) });
}

/** A bucket that is gone has no rule to take out. */
async function removeRule(notification: BucketNotification, id: string): Promise<void> {
  const current = await notification.read();
  if (current !== undefined) await replaceIfOther(notification, { current, next: withoutRule(current, id) });
}

/** A configuration can only be replaced as a whole, without a condition: the fewer writes, the fewer can cross somebody else's. */
async function replaceIfOther(
  notification: BucketNotification,
  { current, next }: { readonly current: NotificationConfiguration; readonly next: NotificationConfiguration },
): Promise<void> {
  if (!isDeepStrictEqual(current, next)) await notification.replace(next);
}
