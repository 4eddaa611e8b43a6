import { createHash } from 'node:crypto';

/**
 * Every name this project gives to something in AWS, and the way back from a name to a bucket.
 *
 * A dot, legal in a bucket name, is illegal in the names of functions, queues and topics: there it is written `_`, which no
 * bucket name of today contains, so the name stays reversible.
 */
export function subscriberName(destinationBucket: string): string {
  return flat(destinationBucket);
}

/** The bucket a subscriber (function or inbox) is named after. */
export function bucketOfSubscriber(subscriber: string): string {
  return subscriber.replaceAll('_', '.');
}

/** The CloudWatch namespace of all metrics; they are listed in `metrics.ts`. */
export const METRICS_NAMESPACE = 'S3FanoutReplicator';

/** The tag of an inbox whose destination is paused. Its value is since when, as an ISO time. */
export const PAUSED_TAG = 'fanout-paused';

/** The SNS topic to which the source bucket publishes its events. */
export function topicName(sourceBucket: string): string {
  return `${flat(sourceBucket)}-fanout`;
}

/** The queue, in the topic's Region, for what the topic could not hand over to an inbox. */
export function undeliveredQueueName(sourceBucket: string): string {
  return `${flat(sourceBucket)}-undelivered`;
}

/** The queue for messages that a destination could not settle. */
export function failedQueueName(destinationBucket: string): string {
  return `${flat(destinationBucket)}-failed`;
}

/** The DynamoDB table of a destination's ledger, in the destination's Region. */
export function ledgerTableName(destinationBucket: string): string {
  return `${flat(destinationBucket)}-ledger`;
}

/** The DynamoDB table of a destination's history: an item for each version, removal and return. */
export function versionsTableName(destinationBucket: string): string {
  return `${flat(destinationBucket)}-versions`;
}

/** The index of the ledger's table in which only those keys are that failed or cannot be copied. */
export const LEDGER_TROUBLE_INDEX = 'trouble';

/** The state machine for copies to a destination that are longer than an invocation: at most 80 characters. */
export function longCopyName(destinationBucket: string): string {
  return `${flat(destinationBucket)}-long-copy`;
}

/** The function of the source's stack that puts our rule among the bucket's notifications. */
export function notificationFunctionName(sourceBucket: string): string {
  return atMost64(`${flat(sourceBucket)}-notification`);
}

/** The function that compares a source with its destinations, its role, and the state machine that leads it: all three have this name. */
export function reconcileName(sourceBucket: string): string {
  return atMost64(`${flat(sourceBucket)}-reconcile`);
}

/** The function that restores out of the destinations of a source, its role, and the state machine that leads it: all three have this name. */
export function restoreName(sourceBucket: string): string {
  return atMost64(`${flat(sourceBucket)}-restore`);
}

/** The schedules of a source that start rehearsals of restores, and that tell how long ago the last good ones were. */
export function rehearsalScheduleNames(sourceBucket: string): { readonly start: string; readonly tell: string } {
  return {
    start: atMost64(`${flat(sourceBucket)}-rehearsal`),
    tell: atMost64(`${flat(sourceBucket)}-rehearsal-age`),
  };
}

/** The function that overwrites the canary of a source, its role and its schedule: all three have this name. */
export function canaryName(sourceBucket: string): string {
  return atMost64(`${flat(sourceBucket)}-canary`);
}

/** The object that is overwritten in the source again and again, to see it arrive. No other begins with this prefix, unless somebody wants to confuse. */
export const CANARY_PREFIX = '.fanout-canary/';
export const CANARY_KEY = `${CANARY_PREFIX}heartbeat`;

/** The role of a destination through which the reconcile function looks at it. All begin alike, so that one pattern can name them. */
export function observerRoleName(destinationBucket: string): string {
  return atMost64(`${OBSERVER_ROLE_PREFIX}${flat(destinationBucket)}`);
}

export const OBSERVER_ROLE_PREFIX = 'fanout-observer-';

/** The role of a destination in which a restore reads it, and writes where it is told to. All begin alike, so that one pattern can name them. */
export function restorerRoleName(destinationBucket: string): string {
  return atMost64(`${RESTORER_ROLE_PREFIX}${flat(destinationBucket)}`);
}

export const RESTORER_ROLE_PREFIX = 'fanout-restorer-';

/** The function that starts a run of the reconcile when a stack is deployed: a destination's, or the reconcile's own. */
export function backfillFunctionName(of: { readonly destination: string } | { readonly source: string }): string {
  return 'source' in of ? atMost64(`${flat(of.source)}-first-run`) : atMost64(`${flat(of.destination)}-backfill`);
}

/** The queue for starts of the reconcile that the scheduler could not make. */
export function unstartedQueueName(sourceBucket: string): string {
  return `${flat(sourceBucket)}-unstarted`;
}

/** The topic of one Region to which the alarms of a source and its destinations there go. */
export function alarmsTopicName(sourceBucket: string): string {
  return `${flat(sourceBucket)}-alarms`;
}

/** An account has one list of dashboards for all Regions. */
export function dashboardName(sourceBucket: string, region: string): string {
  return `${flat(sourceBucket)}-fanout-${region}`;
}

export function alarmsStackName(sourceBucket: string, region: string): string {
  return `fanout-alarms-${dashed(sourceBucket)}-${region}`;
}

export function sourceStackName(sourceBucket: string): string {
  return `fanout-source-${dashed(sourceBucket)}`;
}

export function destinationStackName(destinationBucket: string): string {
  return `fanout-destination-${dashed(destinationBucket)}`;
}

export function restoreStackName(sourceBucket: string): string {
  return `fanout-restore-${dashed(sourceBucket)}`;
}

export function reconcileStackName(sourceBucket: string): string {
  return `fanout-reconcile-${dashed(sourceBucket)}`;
}

function flat(bucket: string): string {
  return bucket.replaceAll('.', '_');
}

/** The name of a function, a role or a schedule has at most 64 characters: the end of a longer one gives way to a hash of the whole. */
function atMost64(name: string): string {
  if (name.length <= 64) return name;
  return `${name.slice(0, 55)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

/** CloudFormation allows neither `.` nor `_`. `--` for a dot can meet a bucket that contains `--`; the configuration refuses such a pair. */
function dashed(bucket: string): string {
  return bucket.replaceAll('.', '--');
}
