import { undeliveredQueueName } from '../../shared/names.ts';
import type { AlarmRule } from '../alarms/alarm.ts';
import { AT_ONCE } from '../alarms/alarm-windows.ts';
import { queueMetric, topicMetric } from '../alarms/watched-metrics.ts';

/** What is watched of a source: whether its topic hands over what it gets. Of a topic of others, also what it owes to others. */
export function sourceAlarms({
  bucket,
  topicArn,
}: {
  readonly bucket: string;
  readonly topicArn: string;
}): readonly AlarmRule[] {
  const undelivered = undeliveredQueueName(bucket);
  const topic = topicArn.split(':').at(-1) ?? '';
  const events = {
    look: `the queue ${undelivered}, and at the topic ${topic}`,
    limit: { above: 0 },
    window: AT_ONCE,
    noData: 'notBreaching',
  } as const;
  return [
    {
      ...events,
      heading: 'Undelivered messages',
      says: `Changes of ${bucket} could not be handed over to an inbox, and are put aside.`,
      look: `the queue ${undelivered}`,
      metric: queueMetric('ApproximateNumberOfMessagesVisible', undelivered),
      statistic: 'Maximum',
    },
    {
      ...events,
      heading: 'Deliveries failed',
      says: `The topic ${topic} could not deliver to a subscriber.`,
      metric: topicMetric('NumberOfNotificationsFailed', topicArn),
      statistic: 'Sum',
    },
    {
      ...events,
      heading: 'Deliveries put aside',
      says: `The topic ${topic} has put messages aside that it could not deliver.`,
      metric: topicMetric('NumberOfNotificationsRedrivenToDlq', topicArn),
      statistic: 'Sum',
    },
    {
      ...events,
      heading: 'Deliveries lost',
      says: `The topic ${topic} could neither deliver messages nor put them aside: they are lost, and the next run of the reconcile repairs what they told of.`,
      metric: topicMetric('NumberOfNotificationsFailedToRedriveToDlq', topicArn),
      statistic: 'Sum',
    },
  ];
}
