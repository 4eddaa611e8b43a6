import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { METRICS_NAMESPACE, subscriberName } from '../../shared/names.ts';
import type { Activity } from './facts.ts';
import { clientOptions } from '../aws/client-options.ts';

/**
 * What a destination did in the last day, by the metrics of its own Region.
 *
 * @throws if they cannot be read.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export async function readActivity(
  { bucket, region }: { readonly bucket: string; readonly region: string },
  now: number,
): Promise<Activity> {
  const ours = (Id: string, MetricName: string, Stat: string) => ({
    Id,
    MetricStat: {
      Metric: { Namespace: METRICS_NAMESPACE, MetricName, Dimensions: [{ Name: 'destination', Value: bucket }] },
      Period: FIVE_MINUTES,
      Stat,
    },
  });
  const age = {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateAgeOfOldestMessage',
    Dimensions: [{ Name: 'QueueName', Value: subscriberName(bucket) }],
  };
  const { MetricDataResults = [] } = await new CloudWatchClient(clientOptions(region)).send(
    new GetMetricDataCommand({
      StartTime: new Date(now - DAY),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: [
        ours('copied', 'Copied', 'Sum'),
        ours('lag', 'Lag', 'Maximum'),
        ours('history', 'HistoryFailed', 'Sum'),
        { Id: 'oldest', MetricStat: { Metric: age, Period: FIVE_MINUTES, Stat: 'Maximum' } },
      ],
    }),
  );
  const points = (id: string) => {
    const { Values = [], Timestamps = [] } = MetricDataResults.find(({ Id }) => Id === id) ?? {};
    return Values.map((value, at) => ({ value, at: Timestamps[at] ?? new Date(0) }));
  };
  const copied = points('copied').filter(({ value }) => value > 0);
  const notTaken = points('history').filter(({ value }) => value > 0);
  const [lag] = points('lag');
  const oldest = points('oldest').find(({ at }) => now - at.getTime() <= 3 * FIVE_MINUTES * 1000);
  return {
    lastCopy: copied[0]?.at.toISOString(),
    copied: copied.reduce((sum, { value }) => sum + value, 0),
    historyFailed: notTaken.reduce((sum, { value }) => sum + value, 0),
    historyFailedSince: notTaken.at(-1)?.at.toISOString(),
    lag: lag?.value,
    lagAt: lag?.at.toISOString(),
    oldestSeconds: oldest?.value,
  };
}

const DAY = 86_400_000;
/** In seconds: 288 points a metric, of the 100,800 that one answer can hold. */
const FIVE_MINUTES = 300;
