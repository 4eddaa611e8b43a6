import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { sourceStackName, undeliveredQueueName } from '../../shared/names.ts';
import { addAlarm } from '../alarms/alarm.ts';
import { alarmsTopicArn, topicArn } from '../parts/arns.ts';
import { BucketNotification } from './bucket-notification.ts';
import type { LogLevel } from '../../shared/log-levels.ts';
import type { Replicator, Source } from '../config/replicator.ts';
import { FanoutTopic } from './fanout-topic.ts';
import { safeBucket } from '../parts/safe-bucket.ts';
import { sourceAlarms } from './source-alarms.ts';
import { admitTopic, safeQueue } from '../parts/safe-queue.ts';
import { markAsOurs } from '../parts/mark-as-ours.ts';

/** What a source needs: the bucket, the topic that tells of its changes, and the queue for what the topic could not hand over. */
export class FanoutSource extends Stack {
  constructor(scope: Construct, id: string, { source, logLevel }: Pick<Replicator, 'source' | 'logLevel'>) {
    super(scope, id, {
      stackName: sourceStackName(source.bucket),
      env: { account: source.account, region: source.region },
      description: `The changes of the bucket ${source.bucket}, for its replicators`,
    });
    markAsOurs(this, source.bucket);

    const bucket = source.existing ? undefined : safeBucket(this, 'Bucket', { bucketName: source.bucket });
    if (source.topicArn === undefined) this.#fanOut({ source, bucket, logLevel });

    const undelivered = safeQueue(this, 'Undelivered', {
      queueName: undeliveredQueueName(source.bucket),
      retentionPeriod: Duration.days(14),
    });
    admitTopic(undelivered, topicArn(this, source));
    Validations.of(undelivered).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself the dead-letter queue of the subscriptions to the topic',
    });

    for (const rule of sourceAlarms({ bucket: source.bucket, topicArn: topicArn(this, source) }))
      addAlarm(this, rule, { bucket: source.bucket, topicArn: alarmsTopicArn(this, source) });

    new CfnOutput(this, 'TopicArn', { value: topicArn(this, source) });
  }

  #fanOut({
    source,
    bucket,
    logLevel,
  }: {
    readonly source: Source;
    readonly bucket: s3.Bucket | undefined;
    readonly logLevel: LogLevel;
  }): void {
    const { topic, policy } = new FanoutTopic(this, 'Fanout', { source });
    const rule = new BucketNotification(this, 'Notification', { source, topic, logLevel });
    // S3 tries the topic out before it accepts a notification.
    rule.node.addDependency(policy);
    if (bucket !== undefined) rule.node.addDependency(bucket);
  }
}
