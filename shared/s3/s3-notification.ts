import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import type { NotificationConfiguration, S3Client } from '@aws-sdk/client-s3';

/** The notification configuration of one bucket, which S3 only reads and replaces as a whole. */
export interface BucketNotification {
  /** `undefined`: there is no such bucket. */
  read(): Promise<NotificationConfiguration | undefined>;
  /**
   * @param tryOut whether S3 sends a test message to every target first, and refuses the whole if one cannot be reached.
   */
  replace(configuration: NotificationConfiguration, options: { readonly tryOut: boolean }): Promise<void>;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html */
export function s3Notification(
  client: S3Client,
  { bucket, owner }: { readonly bucket: string; readonly owner: string },
): BucketNotification {
  const input = { Bucket: bucket, ExpectedBucketOwner: owner };
  return {
    async read() {
      try {
        const { $metadata: _, ...configuration } = await client.send(
          new GetBucketNotificationConfigurationCommand(input),
        );
        return configuration;
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchBucket') return undefined;
        throw error;
      }
    },
    async replace(NotificationConfiguration, { tryOut }) {
      await client.send(
        new PutBucketNotificationConfigurationCommand({
          ...input,
          NotificationConfiguration,
          SkipDestinationValidation: !tryOut,
        }),
      );
    },
  };
}
