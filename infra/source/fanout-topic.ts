import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { topicName } from '../../shared/names.ts';
import { bucketArn } from '../parts/arns.ts';
import type { Source } from '../config/replicator.ts';

/**
 * The topic to which one bucket, and nothing else, publishes.
 *
 * A bucket's ARN contains no account: were the bucket admitted by its ARN alone, whoever creates a bucket of that name after
 * this one is deleted could publish.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 */
export class FanoutTopic extends Construct {
  readonly topic: sns.Topic;
  readonly policy: sns.TopicPolicy;

  constructor(scope: Construct, id: string, { source }: { readonly source: Source }) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { topicName: topicName(source.bucket) });
    Validations.of(this.topic).acknowledge({
      id: 'AwsSolutions-SNS2',
      reason: 'S3 publishes to an encrypted topic only with a customer managed key; the events hold names, no contents',
    });

    this.policy = new sns.TopicPolicy(this, 'Policy', { topics: [this.topic], enforceSSL: true });
    this.policy.document.addStatements(
      new iam.PolicyStatement({
        sid: 'SourceBucketPublishes',
        principals: [new iam.ServicePrincipal('s3.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': bucketArn(Stack.of(this), source.bucket) },
          StringEquals: { 'aws:SourceAccount': source.account },
        },
      }),
    );
  }
}
