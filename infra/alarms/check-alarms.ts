import { Duration } from 'aws-cdk-lib';
import { canaryName, restoreName, subscriberName } from '../../shared/names.ts';
import type { AlarmRule } from './alarm.ts';
import { A_DAY, AT_ONCE, everyHourOf, TWO_DAYS } from './alarm-windows.ts';
import type { Canary, Destination, Rehearsal, Scrub, Source } from '../config/replicator.ts';
import { errorAlarms } from './function-alarms.ts';
import { ownMetric } from './watched-metrics.ts';

/** What is watched of the checks that go beyond the events and the listings, where they are not switched off. */
export function checkAlarms({
  source,
  destination,
  canary,
  scrub,
  rehearsal,
}: {
  readonly source: Source;
  readonly destination: Destination;
  readonly canary: Canary | false;
  readonly scrub: Scrub | false;
  readonly rehearsal: Rehearsal | false;
}): readonly AlarmRule[] {
  return [
    ...(canary === false ? [] : [canaryAlarm({ source, destination, canary })]),
    ...(scrub === false ? [] : [scrubAlarm(destination)]),
    ...(rehearsal === false ? [] : rehearsalAlarms({ source, destination, rehearsal })),
  ];
}

/**
 * Speaks when no canary has arrived in time for twice the time from one to the next, and when none was heard of: then nobody knows whether what is put
 * arrives. Twice, so that every window has one in it, wherever it begins: an alarm's window slides.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html
 */
function canaryAlarm({
  source,
  destination: { bucket },
  canary,
}: {
  readonly source: Source;
  readonly destination: Destination;
  readonly canary: Canary;
}): AlarmRule {
  return {
    heading: 'Canary has not arrived',
    says: `What is put into ${source.bucket} may not arrive in ${bucket}.`,
    look: `the log group /aws/lambda/${canaryName(source.bucket)} in ${source.region}`,
    metric: ownMetric('CanaryArrived', bucket),
    statistic: 'Maximum',
    limit: { below: 1 },
    window: { period: Duration.minutes(2 * canary.everyMinutes), periods: 1, beyond: 1 },
    noData: 'breaching',
  };
}

/** What is watched of the canary's function, where it runs: the destinations' own alarms speak later, as they have to wait for what does not come. */
export function canaryFunctionAlarms({
  source: { bucket },
  canary: { everyMinutes },
}: {
  readonly source: Pick<Source, 'bucket'>;
  readonly canary: Canary;
}): readonly AlarmRule[] {
  const alarms = errorAlarms(canaryName(bucket), { errors: 'Canary errors', throttled: 'Canary throttled' });
  // Of canaries that are rare no two errors come in three hours.
  return 2 * everyMinutes <= 180
    ? alarms
    : alarms.map((rule) => (rule.heading === 'Canary errors' ? { ...rule, window: AT_ONCE } : rule));
}

/** Speaks when bytes were found to differ that listings call equal. It is repaired by then, but S3 promises that it never happens. */
function scrubAlarm({ bucket }: Destination): AlarmRule {
  return {
    heading: 'Bytes differ',
    says: `An object in ${bucket} had other bytes than its source, though their ETags agree.`,
    look: `the log group /aws/lambda/${subscriberName(bucket)}`,
    metric: ownMetric('ScrubDrift', bucket),
    statistic: 'Sum',
    limit: { above: 0 },
    window: everyHourOf(1),
    // It is put only when something is compared.
    noData: 'notBreaching',
  };
}

/**
 * The last rehearsal of a day counts: one by hand that succeeds ends the alarm. No alarm looks back for a month, so that the age of the last good rehearsal is a
 * metric, which is put twice a day; where it is not put for two days, nobody knows.
 */
function rehearsalAlarms({
  source,
  destination: { bucket },
  rehearsal,
}: {
  readonly source: Source;
  readonly destination: Destination;
  readonly rehearsal: Rehearsal;
}): readonly AlarmRule[] {
  const look = `npm run status, and at the log group /aws/lambda/${restoreName(source.bucket)} in ${source.region}`;
  return [
    {
      heading: 'Rehearsal failed',
      says: `A restore from ${bucket} was tried, and what came back is not what it should be, or nothing came back.`,
      look,
      metric: ownMetric('RehearsalSucceeded', bucket),
      statistic: 'Maximum',
      limit: { below: 1 },
      window: A_DAY,
      noData: 'notBreaching',
    },
    {
      heading: 'Rehearsal overdue',
      says: `For ${rehearsal.withinDays} days no restore from ${bucket} was tried with success; or nobody tells.`,
      look,
      metric: ownMetric('RehearsalAge', bucket),
      statistic: 'Maximum',
      limit: { above: rehearsal.withinDays },
      window: TWO_DAYS,
      noData: 'breaching',
    },
  ];
}
