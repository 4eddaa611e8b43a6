import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { parseArn } from '../../shared/topic/arn.ts';
import type { DestinationAddress } from '../../shared/topic/discover.ts';
import { CANARY_METRICS, metricDimensions } from '../../shared/metrics.ts';
import { METRICS_NAMESPACE } from '../../shared/names.ts';
import { observerCredentials } from '../../shared/topic/observer-credentials.ts';
import { s3Client } from '../../shared/s3/s3-bucket.ts';
import { s3Canary, s3CanaryReplica } from '../../shared/s3/s3-canary.ts';
import { subscriptionsTo } from '../../shared/topic/subscriptions-to.ts';
import { contentOf, STAMP_NAME } from './arrival.ts';
import type { Observed, World } from './run-canary.ts';
import { settingsFrom } from './settings.ts';
import type { Settings } from './settings.ts';

/** Everything around a canary, through the AWS SDK. */
export function awsWorld(environment: NodeJS.ProcessEnv): World {
  const settings = settingsFrom(environment);
  const { source, topicArn, region, endpoint } = settings;
  const client = s3Client(source.region, { ...CLIENT, endpoint });
  return {
    async put(stamp) {
      const etag = await s3Canary({ name: source.bucket, owner: source.owner, client }).put({
        content: contentOf(stamp),
        metadata: { [STAMP_NAME]: stamp },
        tag: { key: STAMP_NAME, value: stamp },
      });
      return { stamp, etag };
    },
    subscriptions: () => subscriptionsTo(topicArn, parseArn(topicArn)?.region ?? region),
    observe: (destination) => observe(settings, destination),
    log: {
      info: (message, about) => logger.info(message, { ...about }),
      error: (message, about) => logger.error(message, { ...about }),
    },
    sleep,
    now: Date.now,
    random: Math.random,
    settings,
  };
}

const logger = new Logger({ serviceName: 'canary' });
const CLIENT = { attempts: 3, sockets: 8 } as const;

function observe(settings: Settings, destination: DestinationAddress): Observed {
  const { bucket, region, account } = destination;
  const credentials = observerCredentials(destination, settings);
  const client = s3Client(region, { ...CLIENT, endpoint: settings.endpoint, credentials });
  const replica = s3CanaryReplica({ name: bucket, owner: account, client });
  return {
    async look({ etag }) {
      const seen = await replica.look(etag);
      if (seen === undefined) return undefined;
      const inTags = seen.tags.find(({ key }) => key === STAMP_NAME)?.value;
      return { etag: seen.etag, content: seen.content, inMetadata: seen.metadata[STAMP_NAME], inTags };
    },
    async putMetrics(metrics, at) {
      const Dimensions = Object.entries(metricDimensions(bucket)).map(([Name, Value]) => ({ Name, Value }));
      const values = new Map(Object.entries(metrics));
      const MetricData = Object.entries(CANARY_METRICS).flatMap(([MetricName, Unit]) => {
        const Value = values.get(MetricName);
        return Value === undefined ? [] : [{ MetricName, Value, Unit, Timestamp: new Date(at), Dimensions }];
      });
      await new CloudWatchClient({ region, credentials }).send(
        new PutMetricDataCommand({ Namespace: METRICS_NAMESPACE, MetricData }),
      );
    },
  };
}
