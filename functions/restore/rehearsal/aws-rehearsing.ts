import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { parseArn } from '../../../shared/topic/arn.ts';
import { assumedRole } from '../../../shared/topic/assumed-role.ts';
import { discover } from '../../../shared/topic/discover.ts';
import { metricDimensions, REHEARSAL_METRICS } from '../../../shared/metrics.ts';
import { METRICS_NAMESPACE } from '../../../shared/names.ts';
import { s3Bucket, s3Client } from '../../../shared/s3/s3-bucket.ts';
import { s3ListedBucket, s3ListingClient } from '../../../shared/s3/s3-listing.ts';
import { underPrefix } from '../../../shared/s3/s3-prefix.ts';
import { subscriptionsTo } from '../../../shared/topic/subscriptions-to.ts';
import { restorerOf } from '../restorer.ts';
import { METRICS_POLICY, rehearsalPolicy } from '../session-policy.ts';
import type { Settings } from '../settings.ts';
import { scratchPrefix } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import { rehearsalSettings } from './world.ts';
import type { Rehearsed, RehearsalWorld } from './world.ts';

interface Around {
  readonly partition: string;
  readonly signal: AbortSignal;
}

/** What rehearsals need around them, through the AWS SDK. */
export function rehearsing(
  settings: Settings,
  around: Around,
): Pick<RehearsalWorld, 'rehearse' | 'destinations' | 'start' | 'putMetrics' | 'rehearsals'> {
  const { source, region } = settings;
  return {
    rehearse: (rehearsal) => rehearsed(settings, rehearsal, around),
    async destinations() {
      const { topicArn } = rehearsalSettings(settings);
      const subscriptions = await subscriptionsTo(topicArn, parseArn(topicArn)?.region ?? region);
      return discover(subscriptions, { source: { bucket: source }, topicArn });
    },
    async start(rehearsal) {
      const { stateMachineArn } = rehearsalSettings(settings);
      const input = JSON.stringify({ rehearse: rehearsal });
      const command = new StartExecutionCommand({ stateMachineArn, name: executionName(rehearsal), input });
      try {
        await new SFNClient({ region }).send(command);
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    },
    async putMetrics(from, metrics) {
      const credentials = assumedRole(restorerOf(from, around.partition), {
        region,
        sessionName: 'rehearsal-metrics',
        policy: METRICS_POLICY,
      });
      const Dimensions = Object.entries(metricDimensions(from.bucket)).map(([Name, Value]) => ({ Name, Value }));
      const values = new Map(Object.entries(metrics));
      const MetricData = Object.entries(REHEARSAL_METRICS).flatMap(([MetricName, Unit]) => {
        const Value = values.get(MetricName);
        return Value === undefined ? [] : [{ MetricName, Value, Unit, Dimensions }];
      });
      await new CloudWatchClient({ region: from.region, credentials }).send(
        new PutMetricDataCommand({ Namespace: METRICS_NAMESPACE, MetricData }),
      );
    },
    rehearsals: settings.rehearsals,
  };
}

/** As of any restore, by which its token finds it. */
export function executionName({ token }: Pick<Rehearsal, 'token'>): string {
  return `restore-${token}`;
}

const ATTEMPTS = 6;
const SOCKETS = 64;

function rehearsed(settings: Settings, rehearsal: Rehearsal, { partition, signal }: Around): Rehearsed {
  const { source, account, region, endpoint, reader } = settings;
  const { scratchBucket, sourceRegion } = rehearsalSettings(settings);
  const { from } = rehearsal;
  const scratch = { bucket: scratchBucket, account };
  const credentials = assumedRole(restorerOf(from, partition), {
    region,
    sessionName: rehearsal.token,
    policy: rehearsalPolicy(partition, { from, source: { bucket: source, account }, scratch }),
  });
  const client = (where: string) =>
    s3Client(where, { attempts: ATTEMPTS, sockets: SOCKETS, endpoint, credentials, asTheyAre: true });
  const replicas = { name: from.bucket, owner: from.account, client: client(from.region), signal };
  return {
    listed: s3ListedBucket({
      name: from.bucket,
      owner: from.account,
      client: s3ListingClient(from.region, {
        reader,
        attempts: ATTEMPTS,
        sockets: SOCKETS,
        endpoint,
        credentials,
      }),
      signal,
    }),
    replica: (versionId) => s3Bucket({ ...replicas, ...(versionId !== undefined && { versionId }) }),
    source: s3Bucket({ name: source, owner: account, client: client(sourceRegion), signal }),
    scratch: s3Bucket({
      name: scratch.bucket,
      owner: account,
      client: underPrefix(client(region), scratchPrefix(rehearsal)),
      signal,
    }),
  };
}
