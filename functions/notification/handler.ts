import { isDeepStrictEqual } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import * as v from 'valibot';
import { s3Notification } from '../../shared/s3/s3-notification.ts';
import type { BucketNotification } from '../../shared/s3/s3-notification.ts';
import { SOURCE_EVENT_NAMES } from '../../shared/topic/source-events.ts';
import { answerCloudFormation } from '../../shared/topic/answer-cloudformation.ts';
import { withoutRule, withRule } from './merge.ts';
import type { OurRule } from './merge.ts';
import { targetsOf } from './overlap.ts';

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
    await (event.RequestType === 'Delete'
      ? removeRule(notification, ours.id)
      : putRule(notification, { ...ours, isTopicKept: event.RequestType === 'Update' }));
    // What is deleted keeps the id that CloudFormation knows it by.
    const id = event.RequestType === 'Delete' ? event.PhysicalResourceId : `${bucket}/${ours.id}`;
    await answerCloudFormation(event, { id });
  } catch (error) {
    await answerCloudFormation(event, { failure: error instanceof Error ? error.message : String(error) });
  }
}

const properties = v.object({
  bucket: v.string(),
  owner: v.string(),
  id: v.string(),
  topicArn: v.string(),
  events: v.array(v.picklist(SOURCE_EVENT_NAMES)),
});

async function putRule(notification: BucketNotification, ours: OurRule): Promise<void> {
  const current = await notification.read();
  if (current === undefined)
    throw new Error(
      'The bucket does not exist. Create it, or let the stack create it (no "existing" in the configuration).',
    );
  const wanted = withRule(current, ours);
  if (isDeepStrictEqual(current, wanted)) return;
  await notification.replace(wanted, { tryOut: true }).catch((cause: unknown) => {
    throw new Error(
      `Cannot add our rule: ${cause instanceof Error ? cause.message : String(cause)}. S3 tries out every target that the ` +
        `bucket's notifications name (${targetsOf(wanted).join(', ')}), and takes none if one cannot be reached. If one is gone, let its ` +
        'owner remove the notification; if all are there, deploy again: a new topic takes a moment to be known.',
      { cause },
    );
  });
}

/** A bucket that is gone has no rule to take out. Targets of others that are gone must not keep ours from going. */
async function removeRule(notification: BucketNotification, id: string): Promise<void> {
  const current = await notification.read();
  if (current === undefined) return;
  const next = withoutRule(current, id);
  // A configuration is replaced as a whole and without a condition: the fewer writes, the fewer can cross somebody else's.
  if (!isDeepStrictEqual(current, next)) await notification.replace(next, { tryOut: false });
}
