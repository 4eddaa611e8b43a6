import { type App, CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { undeliveredQueueName } from '../shared/names.ts';
import { topicArn } from './arns.ts';
import type { Source } from './config.ts';
import { FanoutTopic } from './fanout-topic.ts';
import { safeBucket } from './safe-bucket.ts';
import { admitTopic, safeQueue } from './safe-queue.ts';

/** What a source needs: the bucket, the topic that tells of its changes, and the queue for what the topic could not hand over. */
export class SourceStack extends Stack {
  constructor(app: App, id: string, { source }: { readonly source: Source }) {
    super(app, id, {
      env: { account: source.account, region: source.region },
      description: `The changes of the bucket ${source.bucket}, for its replicators`,
    });

    const bucket = source.existing
      ? s3.Bucket.fromBucketName(this, 'Bucket', source.bucket)
      : safeBucket(this, 'Bucket', { bucketName: source.bucket });

    const fanout = new FanoutTopic(this, 'Fanout', { source });
    bucket.addEventNotification(s3.EventType.OBJECT_CREATED, fanout);
    bucket.addEventNotification(s3.EventType.OBJECT_REMOVED, fanout);
    bucket.addEventNotification(s3.EventType.LIFECYCLE_EXPIRATION, fanout);
    this.#acknowledgeNotificationHandler();

    const undelivered = safeQueue(this, 'Undelivered', {
      queueName: undeliveredQueueName(source.bucket),
      retentionPeriod: Duration.days(14),
    });
    admitTopic(undelivered, topicArn(this, source));
    Validations.of(undelivered).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself the dead-letter queue of the subscriptions to the topic',
    });

    new CfnOutput(this, 'TopicArn', { value: topicArn(this, source) });
  }

  /** The CDK's own function that merges one notification into those of the bucket. */
  #acknowledgeNotificationHandler(): void {
    const handler = this.node.findChild('BucketNotificationsHandler050a0587b7544547bf325f094a3db834');
    Validations.of(handler.node.findChild('Role')).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
      reason: 'The CDK gives its function the managed policy for logs, and offers no other way',
    });
  }
}
