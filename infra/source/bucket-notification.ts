import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { LogLevel } from '../../shared/log-levels.ts';
import { notificationFunctionName } from '../../shared/names.ts';
import { SOURCE_EVENT_NAMES } from '../../shared/topic/source-events.ts';
import { bucketArn } from '../parts/arns.ts';
import type { Source } from '../config/replicator.ts';
import { madeAgain } from '../parts/made-again.ts';
import { nodeFunction } from '../parts/node-function.ts';

/**
 * One rule among the bucket's notifications, which leaves those of others exactly as they are.
 *
 * The CDK's own resource does not: when its part changes it gives the rules of others new Ids, by which their owners then no longer find them.
 */
export class BucketNotification extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { source, topic, logLevel }: { readonly source: Source; readonly topic: sns.ITopic; readonly logLevel: LogLevel },
  ) {
    super(scope, id);
    const { bucket, account } = source;
    const change = nodeFunction(this, 'Change', {
      functionName: notificationFunctionName(bucket),
      description: `Adds one notification to those of ${bucket}, and takes it away again`,
      entry: 'functions/notification/handler.ts',
      timeout: Duration.minutes(1),
      logLevel,
      environment: {},
      grants: [
        new iam.PolicyStatement({
          sid: 'ChangeNotifications',
          actions: ['s3:GetBucketNotification', 's3:PutBucketNotification'],
          resources: [bucketArn(Stack.of(this), bucket)],
          conditions: { StringEquals: { 's3:ResourceAccount': account } },
        }),
      ],
    });
    const again = madeAgain(this);
    new CustomResource(this, 'Rule', {
      resourceType: 'Custom::FanoutNotification',
      serviceToken: change.functionArn,
      // CloudFormation would wait for an hour for a function that cannot answer.
      serviceTimeout: Duration.minutes(5),
      properties: {
        bucket,
        owner: account,
        id: `fanout-${bucket}`,
        topicArn: topic.topicArn,
        ...(again !== undefined && { again }),
        events: SOURCE_EVENT_NAMES,
      },
    });
  }
}
