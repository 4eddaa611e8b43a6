import { Duration, Stack, Validations } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { failedQueueName, subscriberName } from '../../shared/names.ts';
import { topicArn, undeliveredQueueArn } from '../parts/arns.ts';
import type { Source } from '../config/replicator.ts';
import { admitTopic, safeQueue } from '../parts/safe-queue.ts';

/** The only way into a destination: a queue fed by the source's topic, and the queue for what could not be settled. */
export class Inbox extends Construct {
  readonly queue: sqs.Queue;
  /** For what could not be settled, and at once for what nobody can understand. */
  readonly failed: sqs.Queue;
  readonly subscription: sns.CfnSubscription;
  readonly visibilityTimeout: Duration;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly destinationBucket: string;
      readonly source: Source;
      readonly functionTimeLimit: Duration;
    },
  ) {
    super(scope, id);
    const stack = Stack.of(this);
    const name = subscriberName(props.destinationBucket);

    this.failed = safeQueue(this, 'Failed', {
      queueName: failedQueueName(props.destinationBucket),
      retentionPeriod: Duration.days(14),
      redriveAllowPolicy: {
        redrivePermission: sqs.RedrivePermission.BY_QUEUE,
        // By name, as the two queues refer to each other.
        sourceQueues: [sqs.Queue.fromQueueArn(this, 'ByName', stack.formatArn({ service: 'sqs', resource: name }))],
      },
    });
    Validations.of(this.failed).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself the dead-letter queue of the inbox',
    });

    this.visibilityTimeout = visibilityTimeout(props.functionTimeLimit);
    this.queue = safeQueue(this, 'Queue', {
      queueName: name,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: this.visibilityTimeout,
      deadLetterQueue: { queue: this.failed, maxReceiveCount: 20 },
    });
    admitTopic(this.queue, topicArn(stack, props.source));

    this.subscription = new sns.CfnSubscription(this, 'Subscription', {
      topicArn: topicArn(stack, props.source),
      region: props.source.region,
      protocol: 'sqs',
      endpoint: this.queue.queueArn,
      rawMessageDelivery: true,
      redrivePolicy: { deadLetterTargetArn: undeliveredQueueArn(stack, props.source) },
    });
    // SNS does not repeat what a queue refuses, so the policy that admits the topic must be there first.
    this.subscription.node.addDependency(this.queue);
  }
}

/**
 * A record whose last request got no clear answer must not be tried again before that request has landed or died. Six
 * times the function's time limit is also what Lambda asks of a queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
function visibilityTimeout(functionTimeLimit: Duration): Duration {
  return Duration.minutes(6 * functionTimeLimit.toMinutes());
}
