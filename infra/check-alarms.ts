import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { CHECK_METRICS } from '../shared/check-metrics.ts';
import { canaryName, METRICS_NAMESPACE, subscriberName } from '../shared/names.ts';
import type { Canary, Destination, Source } from './config.ts';

/**
 * Speaks when no canary has arrived in time for twice the time from one to the next, and when none was heard of: then nobody knows whether what is put
 * arrives. Twice, so that every window has one in it, wherever it begins: an alarm's window slides.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html
 */
export function canaryAlarm(
  scope: Construct,
  id: string,
  {
    source,
    destination,
    canary,
  }: { readonly source: Source; readonly destination: Destination; readonly canary: Canary },
): cloudwatch.Alarm {
  return new cloudwatch.Alarm(scope, id, {
    alarmName: `${subscriberName(destination.bucket)} canary has not arrived`,
    alarmDescription: [
      `What is put into ${source.bucket} may not arrive in ${destination.bucket}.`,
      'Runbook: RUNBOOK.md, "Canary has not arrived".',
      `Log: ${logOf(source.region, canaryName(source.bucket))}`,
    ].join(' '),
    metric: metricOf(destination, {
      metricName: CHECK_METRICS.canaryArrived,
      statistic: 'Maximum',
      period: Duration.minutes(2 * canary.everyMinutes),
    }),
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData: cloudwatch.TreatMissingData.BREACHING,
  });
}

/** Speaks when bytes were found to differ that listings call equal. It is repaired by then, but S3 promises that it never happens. */
export function scrubAlarm(
  scope: Construct,
  id: string,
  { destination }: { readonly destination: Destination },
): cloudwatch.Alarm {
  const name = subscriberName(destination.bucket);
  return new cloudwatch.Alarm(scope, id, {
    alarmName: `${name} bytes differ`,
    alarmDescription: [
      `An object in ${destination.bucket} had other bytes than its source, though their ETags agree.`,
      'Runbook: RUNBOOK.md, "Bytes differ".',
      `Log: ${logOf(Stack.of(scope).region, name)}`,
    ].join(' '),
    metric: metricOf(destination, {
      metricName: CHECK_METRICS.scrubDrift,
      statistic: 'Sum',
      period: Duration.hours(1),
    }),
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold: 1,
    evaluationPeriods: 1,
    // It is put only when something is compared.
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
}

function metricOf(
  { bucket }: Destination,
  metric: Pick<cloudwatch.MetricProps, 'metricName' | 'statistic' | 'period'> & { readonly metricName: string },
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRICS_NAMESPACE,
    dimensionsMap: { destination: bucket },
    ...metric,
  });
}

/** The console's page of a function's log. */
function logOf(region: string, functionName: string): string {
  const group = encodeURIComponent(encodeURIComponent(`/aws/lambda/${functionName}`)).replaceAll('%', '$');
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${group}`;
}
