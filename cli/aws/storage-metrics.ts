import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { StorageClass } from '../../shared/objects/storage-classes.ts';
import { clientOptions } from './client-options.ts';
import { explained } from './explained.ts';

/** What S3 counted in a bucket on one day: all versions and unfinished uploads, so that there are rather fewer objects. */
export interface DailyCount {
  /** The beginning of the day, in milliseconds since 1970. */
  readonly at: number;
  readonly objects: number;
  /** `undefined` if S3 tells none of that day. */
  readonly bytes: number | undefined;
  /** Bytes of the objects in each class; without what S3 keeps beside them (`…Overhead`), and unfinished uploads into archives (`…Staging…`). */
  readonly classes: Readonly<Partial<Record<StorageClass, number>>>;
}

/** The metric of each class, or its metrics. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html (StorageType) */
const STORAGE_TYPES = {
  StandardStorage: 'STANDARD',
  // Priced about so, and no class into which anybody copies.
  ReducedRedundancyStorage: 'STANDARD',
  StandardIAStorage: 'STANDARD_IA',
  OneZoneIAStorage: 'ONEZONE_IA',
  IntelligentTieringFAStorage: 'INTELLIGENT_TIERING',
  IntelligentTieringIAStorage: 'INTELLIGENT_TIERING',
  IntelligentTieringAIAStorage: 'INTELLIGENT_TIERING',
  IntelligentTieringAAStorage: 'INTELLIGENT_TIERING',
  IntelligentTieringDAAStorage: 'INTELLIGENT_TIERING',
  GlacierInstantRetrievalStorage: 'GLACIER_IR',
  GlacierStorage: 'GLACIER',
  DeepArchiveStorage: 'DEEP_ARCHIVE',
} as const satisfies Readonly<Record<string, StorageClass>>;

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
  const daily = (Id: string, { MetricName, type }: { readonly MetricName: string; readonly type: string }) => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/S3',
        MetricName,
        Dimensions: [
          { Name: 'BucketName', Value: bucket },
          { Name: 'StorageType', Value: type },
        ],
      },
      Period: 86_400,
      Stat: 'Average',
    },
  });
  const { MetricDataResults = [] } = await explained(`read the storage metrics of ${bucket}`, {
    remedy: 'the credentials in use need cloudwatch:GetMetricData',
    work: () =>
      new CloudWatchClient(clientOptions(region)).send(
        new GetMetricDataCommand({
          StartTime: new Date(Math.max(Math.min(now, since) - 4 * DAY, now - KEPT)),
          EndTime: new Date(now),
          ScanBy: 'TimestampDescending',
          MetricDataQueries: [
            daily('objects', { MetricName: 'NumberOfObjects', type: 'AllStorageTypes' }),
            // One metric for each storage class, and for what is beside the objects.
            {
              Id: 'bytes',
              Expression: `SUM(SEARCH('{AWS/S3,BucketName,StorageType} MetricName="BucketSizeBytes" BucketName="${bucket}"', 'Average', 86400))`,
            },
            ...Object.keys(STORAGE_TYPES).map((type) => daily(idOf(type), { MetricName: 'BucketSizeBytes', type })),
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
  const inClasses = Object.entries(STORAGE_TYPES).flatMap(([type, name]) =>
    daysOf(idOf(type)).map(({ at, value }) => ({ at, name, value })),
  );
  return daysOf('objects')
    .map(({ at, value }) => ({ at, objects: value, bytes: bytes.get(at), classes: classesOf(inClasses, at) }))
    .toSorted((one, other) => other.at - one.at);
}

/** Of a query: it begins with a small letter. */
function idOf(storageType: string): string {
  return `in${storageType}`;
}

function classesOf(
  all: readonly { readonly at: number; readonly name: StorageClass; readonly value: number }[],
  day: number,
): DailyCount['classes'] {
  const classes: Partial<Record<StorageClass, number>> = {};
  for (const { at, name, value } of all) if (at === day) classes[name] = (classes[name] ?? 0) + value;
  return classes;
}

const DAY = 86_400_000;
/** Points of a day are kept for 455 days, and one answer has room for all of them. */
const KEPT = 455 * DAY;
