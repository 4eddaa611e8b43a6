import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { LIST_PRICES } from '../../shared/list-prices.ts';
import {
  dashboardName,
  failedQueueName,
  subscriberName,
  undeliveredQueueName,
  unstartedQueueName,
} from '../../shared/names.ts';
import type { WatchedMetric } from './alarm.ts';
import { longCopyArn, reconcileArn, topicArn } from '../parts/arns.ts';
import type { Destination, Rehearsal, Replicator, Source } from '../config/replicator.ts';
import { ownMetric, queueMetric, stateMachineMetric, topicMetric } from './watched-metrics.ts';

/** What there is to see of a replicator in the Region of the stack: a row for the source, if it is there, and three for each destination. */
export function addDashboard(stack: Stack, id: string, replicator: Replicator): void {
  const { source, destinations, rehearsal } = replicator;
  const here = ({ region }: { readonly region: string }) => region === stack.region;
  new cloudwatch.Dashboard(stack, id, {
    dashboardName: dashboardName(source.bucket, stack.region),
    defaultInterval: Duration.days(7),
    widgets: [
      ...(here(source) ? [sourceRow(stack, source)] : []),
      ...destinations
        .filter(here)
        .flatMap((destination) => [
          ...destinationRows(stack, destination, replicator),
          ...(rehearsal === false ? [] : [rehearsalRow(destination, rehearsal)]),
        ]),
    ],
  });
}

function sourceRow(stack: Stack, source: Source): cloudwatch.IWidget[] {
  const { bucket } = source;
  const [topic, stateMachine] = [topicArn(stack, source), reconcileArn(stack, source)];
  return [
    graph(`${bucket}: changes told`, [sum(topicMetric('NumberOfMessagesPublished', topic))]),
    graph(`${bucket}: changes not delivered`, [
      sum(topicMetric('NumberOfNotificationsFailed', topic)),
      sum(topicMetric('NumberOfNotificationsFailedToRedriveToDlq', topic)),
      most(queueMetric('ApproximateNumberOfMessagesVisible', undeliveredQueueName(bucket)), 'undelivered'),
      most(queueMetric('ApproximateNumberOfMessagesVisible', unstartedQueueName(bucket)), 'runs not started'),
    ]),
    graph(`${bucket}: runs of the reconcile`, [
      daily(stateMachineMetric('ExecutionsStarted', stateMachine)),
      daily(stateMachineMetric('ExecutionsSucceeded', stateMachine)),
      daily(stateMachineMetric('ExecutionsFailed', stateMachine)),
      daily(stateMachineMetric('ExecutionsTimedOut', stateMachine)),
    ]),
  ];
}

function destinationRows(
  stack: Stack,
  { bucket }: Destination,
  { alarms: { lagMinutes }, canary, scrub }: Pick<Replicator, 'alarms' | 'canary' | 'scrub'>,
): cloudwatch.IWidget[][] {
  const [inbox, failed] = [subscriberName(bucket), failedQueueName(bucket)];
  const stateMachine = longCopyArn(stack, bucket);
  return [
    [
      graph(
        `${bucket}: lag`,
        [most(ownMetric('Lag', bucket)), metric(ownMetric('Lag', bucket), { statistic: 'p50' })],
        {
          leftAnnotations: [{ value: lagMinutes * 60_000, label: 'alarm' }],
        },
      ),
      graph(`${bucket}: throughput`, [sum(ownMetric('Copied', bucket)), sum(ownMetric('Same', bucket))], {
        right: [sum(ownMetric('Bytes', bucket))],
      }),
      graph(`${bucket}: failures`, [
        sum(ownMetric('Failed', bucket)),
        sum(ownMetric('Cannot', bucket)),
        sum(ownMetric('NotUnderstood', bucket)),
        sum(ownMetric('Throttled', bucket)),
        sum(ownMetric('LedgerFailed', bucket)),
        sum(ownMetric('HistoryFailed', bucket)),
        sum(ownMetric('InboxRefused', bucket)),
      ]),
    ],
    [
      graph(
        `${bucket}: queues`,
        [
          most(queueMetric('ApproximateNumberOfMessagesVisible', inbox), 'inbox'),
          most(queueMetric('ApproximateNumberOfMessagesVisible', failed), 'failed'),
        ],
        { right: [most(queueMetric('ApproximateAgeOfOldestMessage', inbox), 'oldest, in seconds')] },
      ),
      graph(`${bucket}: runs and drift`, [
        daily(ownMetric('ReconcileCompleted', bucket)),
        daily(ownMetric('ReconcileDrift', bucket)),
        daily(ownMetric('ReconcileRepaired', bucket)),
        daily(ownMetric('ReconcileFailed', bucket)),
        daily(ownMetric('ReconcileCannot', bucket)),
        daily(ownMetric('ReconcileExtra', bucket)),
      ]),
      costs(bucket),
    ],
    [
      graph(
        `${bucket}: long copies`,
        [
          sum(stateMachineMetric('ExecutionsStarted', stateMachine)),
          sum(stateMachineMetric('ExecutionsSucceeded', stateMachine)),
          sum(stateMachineMetric('ExecutionsFailed', stateMachine)),
        ],
        { right: [most(ownMetric('LongCopyLag', bucket))] },
      ),
      ...(canary === false
        ? []
        : [
            graph(
              `${bucket}: canary`,
              [
                sum(ownMetric('CanaryArrived', bucket)),
                metric(ownMetric('CanaryArrived', bucket), { statistic: 'SampleCount', label: 'put' }),
              ],
              { right: [most(ownMetric('CanaryDelay', bucket))] },
            ),
          ]),
      ...(scrub === false
        ? []
        : [
            graph(
              `${bucket}: bytes compared`,
              [daily(ownMetric('Scrubbed', bucket)), daily(ownMetric('ScrubDrift', bucket))],
              { right: [daily(ownMetric('ScrubbedBytes', bucket))] },
            ),
          ]),
    ],
  ];
}

/** Over a month there are few. */
function rehearsalRow({ bucket }: Destination, { withinDays }: Rehearsal): cloudwatch.IWidget[] {
  return [
    graph(
      `${bucket}: rehearsals of restores`,
      [daily(ownMetric('RehearsalSucceeded', bucket)), daily(ownMetric('RehearsalObjects', bucket))],
      { right: [daily(ownMetric('RehearsalBytes', bucket))] },
    ),
    graph(`${bucket}: days since a good rehearsal`, [most(ownMetric('RehearsalAge', bucket))], {
      leftAnnotations: [{ value: withinDays, label: 'alarm' }],
    }),
    graph(`${bucket}: how long rehearsals take, in seconds`, [most(ownMetric('RehearsalSeconds', bucket))]),
  ];
}

/** Of requests, and of bytes as if all came from another Region. An order of magnitude. */
function costs(bucket: string): cloudwatch.IWidget {
  const { copyRequest, readRequest, tableWrite, queueRequest, transferredByte } = LIST_PRICES;
  const dollars = new cloudwatch.MathExpression({
    expression: `(FILL(copied, 0) + FILL(same, 0)) * ${number(copyRequest + readRequest + tableWrite + queueRequest)} + FILL(bytes, 0) * ${number(transferredByte)}`,
    usingMetrics: {
      copied: daily(ownMetric('Copied', bucket)),
      same: daily(ownMetric('Same', bucket)),
      bytes: daily(ownMetric('Bytes', bucket)),
    },
    label: 'dollars a day',
    period: Duration.days(1),
  });
  return graph(`${bucket}: about what it costs`, [dollars]);
}

/** Metric math may not know exponents. */
function number(value: number): string {
  return value.toFixed(14);
}

function graph(
  title: string,
  left: cloudwatch.IMetric[],
  more: Pick<cloudwatch.GraphWidgetProps, 'right' | 'leftAnnotations'> = {},
): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 }, ...more });
}

function sum(watched: WatchedMetric): cloudwatch.Metric {
  return metric(watched, { statistic: 'Sum' });
}

function daily(watched: WatchedMetric): cloudwatch.Metric {
  return metric(watched, { statistic: 'Sum', period: Duration.days(1) });
}

function most(watched: WatchedMetric, label = watched.name): cloudwatch.Metric {
  return metric(watched, { statistic: 'Maximum', label });
}

function metric(
  { namespace, name, dimensions }: WatchedMetric,
  how: Pick<cloudwatch.MetricProps, 'statistic' | 'period' | 'label'>,
): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace, metricName: name, dimensionsMap: { ...dimensions }, ...how });
}
