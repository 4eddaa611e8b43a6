import type { Stack } from 'aws-cdk-lib';
import { failedQueueName, longCopyName, reconcileName, subscriberName } from '../../shared/names.ts';
import type { AlarmRule } from '../alarms/alarm.ts';
import { A_DAY, AT_ONCE, everyHourOf, THRICE_AS_TRIED_AGAIN, THRICE_IN_AN_HOUR } from '../alarms/alarm-windows.ts';
import { longCopyArn } from '../parts/arns.ts';
import { checkAlarms } from '../alarms/check-alarms.ts';
import type { Alarms, Canary, Destination, Rehearsal, Scrub, Source } from '../config/replicator.ts';
import { replicateAlarms } from '../alarms/function-alarms.ts';
import { ownMetric, queueMetric, stateMachineMetric } from '../alarms/watched-metrics.ts';

/** What is watched of a destination, in its Region. */
export function destinationAlarms(
  stack: Stack,
  props: {
    readonly source: Source;
    readonly destination: Destination;
    readonly alarms: Alarms;
    readonly canary: Canary | false;
    readonly scrub: Scrub | false;
    readonly rehearsal: Rehearsal | false;
    /** Of the inbox. */
    readonly visibilityMinutes: number;
  },
): readonly AlarmRule[] {
  const { destination, alarms, visibilityMinutes } = props;
  const { bucket } = destination;
  const inbox = subscriberName(bucket);
  const log = `the log group /aws/lambda/${inbox}`;
  const longCopies = `the log group /aws/vendedlogs/states/${longCopyName(bucket)}`;
  const stateMachineArn = longCopyArn(stack, bucket);
  // A message whose copy got no clear answer waits that long by intent.
  const oldestMinutes = visibilityMinutes + alarms.lagMinutes;
  return [
    {
      ...EVENTS,
      heading: 'Failed messages',
      says: `Keys could not be copied to ${bucket} in many attempts, and are put aside.`,
      look: `the queue ${failedQueueName(bucket)}, and at ${log}`,
      metric: queueMetric('ApproximateNumberOfMessagesVisible', failedQueueName(bucket)),
      statistic: 'Maximum',
    },
    {
      ...EVENTS,
      heading: 'Lag too high',
      says: `${bucket} is more than ${alarms.lagMinutes} minutes behind.`,
      look: log,
      metric: ownMetric('Lag', bucket),
      statistic: 'Maximum',
      limit: { above: alarms.lagMinutes * 60_000 },
      window: THRICE_AS_TRIED_AGAIN,
    },
    {
      ...EVENTS,
      heading: 'Oldest message too old',
      says: `A message has been waiting for ${bucket} for more than ${oldestMinutes} minutes.`,
      look: `the queue ${inbox}`,
      metric: queueMetric('ApproximateAgeOfOldestMessage', inbox),
      statistic: 'Maximum',
      limit: { above: oldestMinutes * 60 },
    },
    ...replicateAlarms(inbox),
    ...runAlarms(props),
    ...checkAlarms(props),
    {
      ...EVENTS,
      heading: 'Long copy failed',
      says: `A copy to ${bucket} that takes longer than an invocation was given up.`,
      look: longCopies,
      metric: stateMachineMetric('ExecutionsFailed', stateMachineArn),
    },
    {
      ...EVENTS,
      heading: 'Long copy timed out',
      says: `A copy to ${bucket} that takes longer than an invocation was ended, as its time was up.`,
      look: longCopies,
      metric: stateMachineMetric('ExecutionsTimedOut', stateMachineArn),
    },
    ...swallowedAlarms(bucket, log),
  ];
}

/** What the function goes on without, and nobody would hear of. */
function swallowedAlarms(bucket: string, log: string): readonly AlarmRule[] {
  return [
    {
      ...EVENTS,
      heading: 'History incomplete',
      says: `Versions or removals of keys in ${bucket} could not be written into the history: a restore to a moment may not know of them.`,
      look: log,
      metric: ownMetric('HistoryFailed', bucket),
    },
    // The SDK tries twice; what still fails now and then costs a look or a copy more.
    {
      ...EVENTS,
      heading: 'Ledger failing',
      says: `The ledger of ${bucket} does not take what it is told, or does not answer, again and again.`,
      look: log,
      metric: ownMetric('LedgerFailed', bucket),
      window: THRICE_IN_AN_HOUR,
    },
    {
      ...EVENTS,
      heading: 'Queues refusing',
      says: `The queues of ${bucket} refuse what its function asks of them, again and again: what failed is tried again late.`,
      look: log,
      metric: ownMetric('InboxRefused', bucket),
      window: THRICE_IN_AN_HOUR,
    },
  ];
}

/** What the runs of the reconcile say, who puts it into the destination's Region. */
function runAlarms({
  source,
  destination: { bucket },
  alarms,
}: {
  readonly source: Source;
  readonly destination: Destination;
  readonly alarms: Alarms;
}): readonly AlarmRule[] {
  const report = `the last report of the reconcile, and at the log group /aws/lambda/${reconcileName(source.bucket)} in ${source.region}`;
  const lastRun = { ...EVENTS, look: report, statistic: 'Maximum', window: A_DAY } as const;
  return [
    {
      ...lastRun,
      heading: 'More objects that cannot be copied',
      says: `There are more objects than before that cannot be copied to ${bucket}.`,
      metric: ownMetric('ReconcileCannotMore', bucket),
    },
    {
      ...lastRun,
      heading: 'Drift in two runs',
      says: `Two runs of the reconcile in a row found that ${bucket} differs: events get lost, or somebody else writes there.`,
      metric: ownMetric('ReconcileDriftRuns', bucket),
      limit: { above: 1 },
    },
    {
      ...lastRun,
      heading: 'Repairs failing',
      says: `A run of the reconcile could not repair all of ${bucket}.`,
      metric: ownMetric('ReconcileFailed', bucket),
    },
    {
      ...lastRun,
      heading: 'Byte cap reached',
      says: `So much of ${bucket} differs that a run of the reconcile repaired nothing.`,
      metric: ownMetric('ReconcileByteCapReached', bucket),
    },
    ...(alarms.runWithinHours === false ? [] : [noRunAlarm(bucket, { report, hours: alarms.runWithinHours })]),
  ];
}

function noRunAlarm(bucket: string, { report, hours }: { readonly report: string; readonly hours: number }): AlarmRule {
  return {
    ...EVENTS,
    heading: 'No completed run',
    says: `For ${hours} hours no run of the reconcile has compared all of ${bucket}; or it is not subscribed any more.`,
    look: report,
    metric: ownMetric('ReconcileCompleted', bucket),
    limit: { below: 1 },
    window: everyHourOf(hours),
    noData: 'breaching',
  };
}

const EVENTS = { statistic: 'Sum', limit: { above: 0 }, window: AT_ONCE, noData: 'notBreaching' } as const;
