import {
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import type { BucketAccess } from '../../local/listing.ts';
import { s3Api } from './raw-api.ts';

/** The notifications of a bucket as they travel: nothing that a client would read away or write anew. */
export async function rawNotifications({ bucket }: Pick<BucketAccess, 'bucket'>): Promise<string> {
  return s3Api(`/${bucket}?notification`);
}

/** Our rule among them; `undefined` if there is none. */
export function ourRule(notifications: string, { bucket }: Pick<BucketAccess, 'bucket'>): string | undefined {
  const rules = notifications.match(/<TopicConfiguration>.*?<\/TopicConfiguration>/g) ?? [];
  return rules.find((rule) => rule.includes(`<Id>fanout-${bucket}</Id>`));
}

/** The notifications of others: all but our rule, which must be there. */
export function withoutOurs(notifications: string, bucket: Pick<BucketAccess, 'bucket'>): string {
  const rule = ourRule(notifications, bucket);
  if (rule === undefined) throw new Error(`Our rule is not among the notifications of ${bucket.bucket}`);
  return notifications.replace(rule, '');
}

/** Adds notifications of others to those that a bucket has, as careful others do. */
export async function addNotifications({ s3, bucket }: BucketAccess, added: NotificationConfiguration): Promise<void> {
  const { $metadata: _, ...current } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
  const NotificationConfiguration = {
    ...current,
    ...added,
    TopicConfigurations: [...(current.TopicConfigurations ?? []), ...(added.TopicConfigurations ?? [])],
  };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }));
}
