import { Duration } from 'aws-cdk-lib';
import { canaryName, subscriberName } from '../shared/names.ts';
import type { AlarmRule } from './alarm.ts';
import { AGAIN_IN_3_HOURS, AT_ONCE, everyHourOf, THRICE_IN_AN_HOUR } from './alarm-windows.ts';
import type { Canary, Destination, Scrub, Source } from './config.ts';
import { functionMetric, ownMetric } from './watched-metrics.ts';

/** What is watched of the checks that go beyond the events and the listings, where they are not switched off. */
export function checkAlarms({
  source,
  destination,
  canary,
  scrub,
}: {
  readonly source: Source;
  readonly destination: Destination;
  readonly canary: Canary | false;
  readonly scrub: Scrub | false;
}): readonly AlarmRule[] {
  return [
    ...(canary === false ? [] : [canaryAlarm({ source, destination, canary })]),
    ...(scrub === false ? [] : [scrubAlarm(destination)]),
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
  const name = canaryName(bucket);
  const events = {
    look: `the log group /aws/lambda/${name}`,
    statistic: 'Sum',
    limit: { above: 0 },
    noData: 'notBreaching',
  } as const;
  return [
    {
      ...events,
      heading: 'Canary errors',
      says: `The canary of ${bucket} could not be put, or what became of it could not be told.`,
      metric: functionMetric('Errors', name),
      window: 2 * everyMinutes <= 180 ? AGAIN_IN_3_HOURS : AT_ONCE,
    },
    {
      ...events,
      heading: 'Canary throttled',
      says: `Lambda had no room for the function ${name}, again and again.`,
      metric: functionMetric('Throttles', name),
      // Lambda tries an event that it has no room for again and again by itself.
      window: THRICE_IN_AN_HOUR,
    },
  ];
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
