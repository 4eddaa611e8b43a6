import type { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** A queue that is encrypted by SQS's own keys and is reached by TLS only. */
export function safeQueue(
  scope: Construct,
  id: string,
  props: sqs.QueueProps & { readonly queueName: string; readonly retentionPeriod: Duration },
): sqs.Queue {
  return new sqs.Queue(scope, id, { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props });
}

/**
 * Lets SNS put messages of one topic into a queue. The topic's ARN contains its account, so no other condition is needed.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
 */
export function admitTopic(queue: sqs.Queue, topicArn: string): void {
  queue.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'TopicSends',
      principals: [new iam.ServicePrincipal('sns.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': topicArn } },
    }),
  );
}
