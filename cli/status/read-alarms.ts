import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { subscriberName } from '../../shared/names.ts';
import type { Alarm } from './facts.ts';

/**
 * The alarms of a bucket in some Regions: those whose names begin with the bucket's, and not with that of another bucket of ours, such as
 * `photos-eu` of `photos`.
 *
 * @throws if they cannot be read.
 */
export async function readAlarms(
  bucket: string,
  { regions, buckets }: { readonly regions: readonly string[]; readonly buckets: readonly string[] },
): Promise<readonly Alarm[]> {
  const found = new Map<string, Alarm>();
  for (const region of new Set(regions)) {
    const client = new CloudWatchClient({ region });
    for (const AlarmNamePrefix of namesOf(bucket)) {
      const input = { AlarmNamePrefix, AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const] };
      for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms({ client }, input)) {
        for (const alarm of [...MetricAlarms, ...CompositeAlarms]) {
          const { AlarmName: name = '', StateValue: state = '', StateReason: reason = '', AlarmActions = [] } = alarm;
          if (ownerOf(name, buckets) !== bucket) continue;
          const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
          const topics = AlarmActions.filter((action) => action.includes(':sns:'));
          found.set(`${region} ${name}`, { name, state, reason, topics, since: since?.toISOString() });
        }
      }
    }
  }
  return [...found.values()];
}

/** The bucket, of all of ours, whose name an alarm's begins with; the longest counts. */
function ownerOf(alarm: string, buckets: readonly string[]): string | undefined {
  const fitting = buckets.filter((bucket) =>
    namesOf(bucket).some((name) => alarm.startsWith(name) && !/^[a-z0-9]/i.test(alarm.slice(name.length))),
  );
  return fitting.toSorted((a, b) => b.length - a.length)[0];
}

function namesOf(bucket: string): readonly string[] {
  return [...new Set([bucket, subscriberName(bucket)])];
}
