import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmsTopicName } from '../../shared/names.ts';
import { mailTo } from '../parts/mail-to.ts';

/**
 * The topic to which the alarms of this account and Region publish, by its name.
 *
 * It is not encrypted at rest: with SNS's own key, alarms could not publish, as its policy does not admit CloudWatch and cannot be changed.
 *
 * @see https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
 */
export class AlarmsTopic extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { sourceBucket, addresses }: { readonly sourceBucket: string; readonly addresses: readonly string[] },
  ) {
    super(scope, id);
    const stack = Stack.of(this);
    const topic = new sns.Topic(this, 'Topic', { topicName: alarmsTopicName(sourceBucket) });
    Validations.of(topic).acknowledge({
      id: 'AwsSolutions-SNS2',
      reason:
        'CloudWatch publishes to an encrypted topic only with a customer managed key; alarms hold names and numbers',
    });
    const policy = new sns.TopicPolicy(this, 'Policy', { topics: [topic], enforceSSL: true });
    policy.document.addStatements(
      new iam.PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'cloudwatch', resource: 'alarm:*' }) },
          StringEquals: { 'aws:SourceAccount': stack.account },
        },
      }),
    );
    mailTo(this, topic, addresses);
  }
}
