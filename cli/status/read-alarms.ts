import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { Alarm } from './facts.ts';
import { clientOptions } from '../aws/client-options.ts';

/**
 * The alarms of a bucket in its Region: those whose names begin with the bucket's and a space, which no bucket has in its name.
 *
 * @throws if they cannot be read.
 */
export async function readAlarms({
  bucket,
  region,
}: {
  readonly bucket: string;
  readonly region: string;
}): Promise<readonly Alarm[]> {
  const client = new CloudWatchClient(clientOptions(region));
  const input = { AlarmNamePrefix: `${bucket} `, AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const] };
  const found: Alarm[] = [];
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms({ client }, input)) {
    for (const alarm of [...MetricAlarms, ...CompositeAlarms]) {
      const { AlarmName: name = '', StateValue: state = '', StateReason: reason = '', AlarmActions = [] } = alarm;
      const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
      const topics = AlarmActions.filter((action) => action.includes(':sns:'));
      const silenced = alarm.ActionsEnabled === false;
      found.push({ name, state, reason, topics, silenced, since: since?.toISOString() });
    }
  }
  return found;
}
