import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { time } from '../shared/report/in-words.ts';
import { clientOptions } from './client-options.ts';
import type { Known } from './estimate.ts';
import { explained } from './explained.ts';

/**
 * What S3 itself counts, once a day: all versions and unfinished uploads, so that there are rather fewer objects.
 *
 * @throws {UsageError}
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
 */
export async function storageMetrics(
  bucket: string,
  { region, now }: { readonly region: string; readonly now: number },
): Promise<Pick<Known, 'objects' | 'bytes' | 'from'>> {
  const dimensions = [
    { Name: 'BucketName', Value: bucket },
    { Name: 'StorageType', Value: 'AllStorageTypes' },
  ];
  const { MetricDataResults = [] } = await explained(`read the storage metrics of ${bucket}`, {
    remedy: 'the credentials in use need cloudwatch:GetMetricData',
    work: () =>
      new CloudWatchClient(clientOptions(region)).send(
        new GetMetricDataCommand({
          StartTime: new Date(now - 4 * DAY),
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
  const latest = (id: string) => {
    const result = MetricDataResults.find(({ Id }) => Id === id);
    return { value: result?.Values?.[0], at: result?.Timestamps?.[0] };
  };
  const objects = latest('objects');
  if (objects.value === undefined || objects.at === undefined)
    return { objects: undefined, bytes: undefined, from: undefined };
  return {
    objects: objects.value,
    bytes: latest('bytes').value,
    from: `at most: all versions, counted by S3 at ${time(objects.at.toISOString())}`,
  };
}

const DAY = 86_400_000;
