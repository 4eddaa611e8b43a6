import { reconcileName, unstartedQueueName } from '../../shared/names.ts';
import type { AlarmRule } from '../alarms/alarm.ts';
import { A_DAY, AT_ONCE } from '../alarms/alarm-windows.ts';
import { errorAlarms } from '../alarms/function-alarms.ts';
import { queueMetric, stateMachineMetric } from '../alarms/watched-metrics.ts';

/** What is watched of the nightly comparison as such; what it finds is watched where the destinations are. */
export function reconcileAlarms({
  bucket,
  stateMachineArn,
}: {
  readonly bucket: string;
  readonly stateMachineArn: string;
}): readonly AlarmRule[] {
  const name = reconcileName(bucket);
  const runs = {
    look: `the last report of the reconcile, and at the log group /aws/lambda/${name}`,
    statistic: 'Sum',
    limit: { above: 0 },
    window: A_DAY,
    noData: 'notBreaching',
  } as const;
  return [
    {
      ...runs,
      heading: 'Run not started',
      says: `The schedule could not start a comparison of ${bucket} with its copies.`,
      look: `the queue ${unstartedQueueName(bucket)}`,
      metric: queueMetric('ApproximateNumberOfMessagesVisible', unstartedQueueName(bucket)),
      statistic: 'Maximum',
      window: AT_ONCE,
    },
    {
      ...runs,
      heading: 'Run failed',
      says: `A comparison of ${bucket} with its copies has failed.`,
      metric: stateMachineMetric('ExecutionsFailed', stateMachineArn),
    },
    {
      ...runs,
      heading: 'Run timed out',
      says: `A comparison of ${bucket} with its copies was ended, as its time was up.`,
      metric: stateMachineMetric('ExecutionsTimedOut', stateMachineArn),
    },
    ...errorAlarms(name, { errors: 'Reconcile errors', throttled: 'Reconcile throttled' }),
  ];
}
