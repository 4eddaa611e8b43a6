import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { clientOptions } from './client-options.ts';
import { explained } from './explained.ts';

/** What S3 counted in a bucket on one day: all versions and unfinished uploads, so that there are rather fewer objects. */
export interface DailyCount {
  /** The beginning of the day, in milliseconds since 1970. */
  readonly at: number;
  readonly objects: number;
  /** `undefined` if S3 tells none of that day. */
  readonly bytes: number | undefined;
}

/**
 * What S3 itself counts, once a day, the newest first; empty where CloudWatch has none, as for a bucket of another account.
 *
 * @param options.since milliseconds; the count before that is asked for, too.
 * @throws {UsageError}
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
 */
export async function storageMetrics(
  bucket: string,
  { region, now, since = now }: { readonly region: string; readonly now: number; readonly since?: number },
): Promise<readonly DailyCount[]> {
  const dimensions = [
    { Name: 'BucketName', Value: bucket },
    { Name: 'StorageType', Value: 'AllStorageTypes' },
  ];
  const { MetricDataResults = [] } = await explained(`read the storage metrics of ${bucket}`, {
    remedy: 'the credentials in use need cloudwatch:GetMetricData',
    work: () =>
      new CloudWatchClient(clientOptions(region)).send(
        new GetMetricDataCommand({
          StartTime: new Date(Math.max(Math.min(now, since) - 4 * DAY, now - KEPT)),
          EndTime: new Date(now),
          ScanBy: 'TimestampDescending',
          MetricDataQueries: [
            {
              Id: 'objects',
              MetricStat: {
                Metric: { Namespace: 'AWS/S3', MetricName: 'NumberOfObjects', Dimensions: dimensions },
                Period: 86_400,
                Stat: 'Average',
              },
            },
            // One metric for each storage class.
            {
              Id: 'bytes',
              Expression: `SUM(SEARCH('{AWS/S3,BucketName,StorageType} MetricName="BucketSizeBytes" BucketName="${bucket}"', 'Average', 86400))`,
            },
          ],
        }),
      ),
  });
  const daysOf = (id: string) => {
    const { Values = [], Timestamps = [] } = MetricDataResults.find(({ Id }) => Id === id) ?? {};
    return Timestamps.flatMap((at, number) => {
      const value = Values[number];
      return value === undefined ? [] : [{ at: at.getTime(), value }];
    });
  };
  const bytes = new Map(daysOf('bytes').map(({ at, value }) => [at, value]));
  return daysOf('objects')
    .map(({ at, value }) => ({ at, objects: value, bytes: bytes.get(at) }))
    .toSorted((one, other) => other.at - one.at);
}

const DAY = 86_400_000;
/** Points of a day are kept for 455 days, and one answer has room for all of them. */
const KEPT = 455 * DAY;
