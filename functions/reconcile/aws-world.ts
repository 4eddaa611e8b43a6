import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { parseArn } from '../../shared/topic/arn.ts';
import { dynamoLedgerReader } from '../../shared/ledger/dynamo-ledger-reader.ts';
import { metricDimensions, RUN_METRICS } from '../../shared/metrics.ts';
import { ledgerTableName, METRICS_NAMESPACE } from '../../shared/names.ts';
import { observerCredentials } from '../../shared/topic/observer-credentials.ts';
import type { ExpiryRule } from '../../shared/expiry.ts';
import { s3Client } from '../../shared/s3/s3-bucket.ts';
import type { BucketAccess } from '../../shared/s3/s3-access.ts';
import { s3Expiry } from '../../shared/s3/s3-expiry.ts';
import { s3Files } from '../../shared/s3/s3-files.ts';
import { s3GivenBack } from '../../shared/s3/s3-given-back.ts';
import { s3ListedBucket, s3ListingClient } from '../../shared/s3/s3-listing.ts';
import { s3Notification } from '../../shared/s3/s3-notification.ts';
import { subscriptionsTo } from '../../shared/topic/subscriptions-to.ts';
import type { DestinationAddress } from '../../shared/topic/discover.ts';
import { toldOf } from '../../shared/topic/told-of.ts';
import { sqsObservedInbox } from './observed-inbox.ts';
import { settingsFrom } from './settings.ts';
import type { Settings } from './settings.ts';
import type { Observed, World } from './world.ts';

/** Everything around a step, through the AWS SDK. */
export function awsWorld(environment: NodeJS.ProcessEnv, context: Pick<Context, 'getRemainingTimeInMillis'>): World {
  const settings = settingsFrom(environment);
  const { source, region, endpoint, reportsBucket, reportsTopicArn, topicArn } = settings;
  const remaining = () => context.getRemainingTimeInMillis();
  const signal = AbortSignal.timeout(Math.max(1, remaining() - 10_000));
  const sockets = settings.listings;
  // One for all ranges: each client has connections of its own.
  let forGivenBack: S3Client | undefined;
  return {
    source: s3ListedBucket({
      name: source.bucket,
      owner: source.owner,
      client: s3ListingClient(source.region, { reader: settings.reader, attempts: ATTEMPTS, sockets, endpoint }),
      signal,
    }),
    givenBack: (range) =>
      s3GivenBack(
        {
          name: source.bucket,
          owner: source.owner,
          client: (forGivenBack ??= s3Client(source.region, { attempts: ATTEMPTS, sockets: 8, endpoint })),
          signal,
        },
        range,
      ),
    files: s3Files({
      name: reportsBucket,
      owner: source.owner,
      client: s3Client(region, { attempts: ATTEMPTS, sockets: 16, endpoint }),
      signal,
    }),
    subscriptions: () => subscriptionsTo(topicArn, parseArn(topicArn)?.region ?? region),
    async toldOf() {
      const client = s3Client(source.region, { attempts: ATTEMPTS, sockets: 1, endpoint });
      const notification = s3Notification(client, { bucket: source.bucket, owner: source.owner });
      return toldOf((await notification.read()) ?? {}, topicArn);
    },
    observe: async (destination) => observe(settings, destination, signal),
    async isRunning(executionArn) {
      try {
        const { status } = await new SFNClient({ region }).send(new DescribeExecutionCommand({ executionArn }));
        return status === 'RUNNING' || status === 'PENDING_REDRIVE';
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return false;
        throw error;
      }
    },
    async tell(subject, text) {
      if (reportsTopicArn === undefined) return;
      const Subject = subject.replaceAll(/[^ -~]/g, '?').slice(0, 100);
      await new SNSClient({ region }).send(new PublishCommand({ TopicArn: reportsTopicArn, Subject, Message: text }));
    },
    log: {
      info: (message, about) => logger.info(message, { ...about }),
      warn: (message, about) => logger.warn(message, { ...about }),
      error: (message, about) => logger.error(message, { ...about }),
    },
    now: Date.now,
    remaining,
    settings,
  };
}

const logger = new Logger({ serviceName: 'reconcile' });
const ATTEMPTS = 6;

async function expiryRules(access: BucketAccess): Promise<readonly ExpiryRule[]> {
  const { rules, leftOut } = await s3Expiry(access);
  if (leftOut.length > 0) logger.warn('lifecycle rules left out', { destination: access.name, reasons: leftOut });
  return rules;
}

/** A destination through the role that it owns. */
function observe(
  settings: Settings,
  { bucket, region, account, inboxArn }: DestinationAddress,
  signal: AbortSignal,
): Observed {
  const credentials = observerCredentials({ bucket, account, inboxArn }, settings);
  const { endpoint } = settings;
  const access = {
    name: bucket,
    owner: account,
    client: s3ListingClient(region, {
      reader: settings.reader,
      attempts: ATTEMPTS,
      sockets: settings.listings,
      endpoint,
      credentials,
    }),
    signal,
  };
  let rules: Promise<readonly ExpiryRule[]> | undefined;
  return {
    bucket: s3ListedBucket(access),
    expiryRules: () => (rules ??= expiryRules(access)),
    ledger: dynamoLedgerReader(ledgerTableName(bucket), { region, credentials, maxAttempts: ATTEMPTS }),
    inbox: sqsObservedInbox(inboxArn, { region, credentials, maxAttempts: ATTEMPTS }),
    async putMetrics(metrics) {
      const Dimensions = Object.entries(metricDimensions(bucket)).map(([Name, Value]) => ({ Name, Value }));
      const values = new Map(Object.entries(metrics));
      const MetricData = Object.entries(RUN_METRICS).flatMap(([MetricName, Unit]) => {
        const Value = values.get(MetricName);
        return Value === undefined ? [] : [{ MetricName, Value, Unit, Dimensions }];
      });
      await new CloudWatchClient({ region, credentials }).send(
        new PutMetricDataCommand({ Namespace: METRICS_NAMESPACE, MetricData }),
      );
    },
  };
}
