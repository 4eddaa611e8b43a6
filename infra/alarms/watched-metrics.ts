import { METRICS_NAMESPACE } from '../../shared/names.ts';
import { metricDimensions } from '../../shared/metrics.ts';
import type { AttemptMetric, CanaryMetric, RehearsalMetric, RunMetric } from '../../shared/metrics.ts';
import type { WatchedMetric } from './alarm.ts';

/** One that the functions emit. */
export function ownMetric(
  name: AttemptMetric | CanaryMetric | RehearsalMetric | RunMetric,
  destinationBucket: string,
): WatchedMetric {
  return { namespace: METRICS_NAMESPACE, name, dimensions: { ...metricDimensions(destinationBucket) } };
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export function queueMetric(
  name: 'ApproximateNumberOfMessagesVisible' | 'ApproximateAgeOfOldestMessage' | 'NumberOfMessagesSent',
  queueName: string,
): WatchedMetric {
  return { namespace: 'AWS/SQS', name, dimensions: { QueueName: queueName } };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function functionMetric(
  name: 'Errors' | 'Throttles' | 'RecursiveInvocationsDropped' | 'Duration',
  functionName: string,
): WatchedMetric {
  return { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName } };
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
export function stateMachineMetric(
  name: 'ExecutionsFailed' | 'ExecutionsTimedOut' | 'ExecutionsSucceeded' | 'ExecutionsStarted',
  stateMachineArn: string,
): WatchedMetric {
  return { namespace: 'AWS/States', name, dimensions: { StateMachineArn: stateMachineArn } };
}

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html */
export function topicMetric(
  name:
    | 'NumberOfNotificationsFailed'
    | 'NumberOfNotificationsRedrivenToDlq'
    | 'NumberOfNotificationsFailedToRedriveToDlq'
    | 'NumberOfMessagesPublished',
  topicArn: string,
): WatchedMetric {
  return { namespace: 'AWS/SNS', name, dimensions: { TopicName: topicArn.split(':').at(-1) ?? '' } };
}
