import type { Duration } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { alarmName } from '../../shared/alarm-names.ts';
import type { AlarmHeading } from '../../shared/alarm-names.ts';
import { madeAgain } from '../parts/made-again.ts';

/** What is watched, and when it is too much. */
export interface AlarmRule {
  /** A heading of the runbook, and the end of the alarm's name. */
  readonly heading: AlarmHeading;
  /** What has happened, in a sentence for the person who gets the mail. */
  readonly says: string;
  /** The log group or the queue to look at first. */
  readonly look: string;
  readonly metric: WatchedMetric;
  readonly statistic: 'Maximum' | 'Sum';
  readonly limit: { readonly above: number } | { readonly below: number };
  readonly window: Window;
  /** What no data mean: for events that none has happened, for a sign of life that there is none. */
  readonly noData: 'notBreaching' | 'breaching';
}

export interface WatchedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/**
 * So many of so many periods must be beyond the limit. All together are at most a day, or a week where a period is an hour or longer.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (Period)
 */
export interface Window {
  readonly period: Duration;
  readonly periods: number;
  readonly beyond: number;
}

/**
 * An alarm in the Region of its stack, which is that of the metric. It is told to a topic that another stack makes: without it the alarm
 * is there all the same, and tells nobody.
 */
export function addAlarm(
  scope: Construct,
  rule: AlarmRule,
  { bucket, topicArn }: { readonly bucket: string; readonly topicArn: string },
): void {
  const { heading, metric, limit, window } = rule;
  const again = madeAgain(scope);
  new CfnAlarm(scope, `Alarm ${heading}`, {
    alarmName: alarmName(bucket, heading),
    alarmDescription: `${again === undefined ? '' : `(${again}) `}${rule.says} Look at ${rule.look}. What to do: ${runbookLink(heading)}`,
    namespace: metric.namespace,
    metricName: metric.name,
    dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ name, value })),
    statistic: rule.statistic,
    period: window.period.toSeconds(),
    evaluationPeriods: window.periods,
    datapointsToAlarm: window.beyond,
    comparisonOperator: 'above' in limit ? 'GreaterThanThreshold' : 'LessThanThreshold',
    threshold: 'above' in limit ? limit.above : limit.below,
    treatMissingData: rule.noData,
    alarmActions: [topicArn],
  });
}

/** As GitHub and others make anchors of headings. */
export function runbookLink(heading: string): string {
  return `docs/RUNBOOK.md#${heading.toLowerCase().replaceAll(' ', '-')}`;
}
