import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { expectedAlarms } from '../../../cli/status/expected-alarms.ts';
import { awsWorld as canaryWorld } from '../../../functions/canary/aws-world.ts';
import { awsWorld } from '../../../functions/reconcile/aws-world.ts';
import { awsWorld as restoreWorld } from '../../../functions/restore/aws-world.ts';
import { parseConfiguration } from '../../../infra/config/parse-configuration.ts';
import { ATTEMPT_METRICS, CANARY_METRICS, REHEARSAL_METRICS, RUN_METRICS } from '../../../shared/metrics.ts';
import { ALARM_HEADINGS } from '../../../shared/alarm-names.ts';
import { METRICS_NAMESPACE } from '../../../shared/names.ts';
import { embeddedMetrics } from '../../support/embedded-metrics.ts';
import { reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';
import { REHEARSAL, rehearsalRig, runRehearsal } from '../../support/rehearsal-rig.ts';
import { created, startRig } from '../../support/replicate-rig.ts';
import { allows, ofType, only } from '../queries.ts';
import { ACCOUNT, LARGE, type Resource, resourcesOf, SMALL, templatesOf } from '../synthesize.ts';

const TEMPLATES = templatesOf(LARGE);
const RUNBOOK = readFileSync(new URL('../../../docs/RUNBOOK.md', import.meta.url), 'utf8');
const ALARMS = [...TEMPLATES].flatMap(([stack, template]) =>
  ofType(resourcesOf(template), 'AWS::CloudWatch::Alarm').map(({ properties }) => ({ stack, ...properties })),
);
const DESTINATION = 'fanout-destination-photos--dr';
const SOURCE = 'fanout-source-www--photos--example';
const RECONCILE = 'fanout-reconcile-www--photos--example';

const AT_ONCE = '1 of 1 × 300 s';
const OUR = METRICS_NAMESPACE;
const own = 'destination=photos.dr';
const longCopy = `StateMachineArn=arn:aws:states:us-west-2:${ACCOUNT}:stateMachine:photos_dr-long-copy`;
const runs = `StateMachineArn=arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:www_photos_example-reconcile`;
const log = '/aws/lambda/photos_dr';
const report = '/aws/lambda/www_photos_example-reconcile';

/** Heading, namespace, metric, dimensions, statistic, when it is too much, how long, no data, where to look. */
const EXPECTED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  [DESTINATION]: [
    [
      'Failed messages',
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      'QueueName=photos_dr-failed',
      'Maximum',
      '> 0',
      AT_ONCE,
      'notBreaching',
      'photos_dr-failed',
    ],
    ['Lag too high', OUR, 'Lag', own, 'Maximum', '> 1800000', '3 of 30 × 300 s', 'notBreaching', log],
    [
      'Oldest message too old',
      'AWS/SQS',
      'ApproximateAgeOfOldestMessage',
      'QueueName=photos_dr',
      'Maximum',
      '> 5400',
      AT_ONCE,
      'notBreaching',
      'photos_dr',
    ],
    [
      'Function errors',
      'AWS/Lambda',
      'Errors',
      'FunctionName=photos_dr',
      'Sum',
      '> 0',
      '2 of 36 × 300 s',
      'notBreaching',
      log,
    ],
    [
      'Function throttled',
      'AWS/Lambda',
      'Throttles',
      'FunctionName=photos_dr',
      'Sum',
      '> 0',
      '3 of 12 × 300 s',
      'notBreaching',
      log,
    ],
    [
      'Recursive invocations dropped',
      'AWS/Lambda',
      'RecursiveInvocationsDropped',
      'FunctionName=photos_dr',
      'Sum',
      '> 0',
      AT_ONCE,
      'notBreaching',
      log,
    ],
    [
      'More objects that cannot be copied',
      OUR,
      'ReconcileCannotMore',
      own,
      'Maximum',
      '> 0',
      '1 of 1 × 86400 s',
      'notBreaching',
      report,
    ],
    ['Drift in two runs', OUR, 'ReconcileDriftRuns', own, 'Maximum', '> 1', '1 of 1 × 86400 s', 'notBreaching', report],
    ['Repairs failing', OUR, 'ReconcileFailed', own, 'Maximum', '> 0', '1 of 1 × 86400 s', 'notBreaching', report],
    [
      'Byte cap reached',
      OUR,
      'ReconcileByteCapReached',
      own,
      'Maximum',
      '> 0',
      '1 of 1 × 86400 s',
      'notBreaching',
      report,
    ],
    ['No completed run', OUR, 'ReconcileCompleted', own, 'Sum', '< 1', '50 of 50 × 3600 s', 'breaching', report],
    [
      'Canary has not arrived',
      OUR,
      'CanaryArrived',
      own,
      'Maximum',
      '< 1',
      '1 of 1 × 600 s',
      'breaching',
      '/aws/lambda/www_photos_example-canary',
    ],
    ['Bytes differ', OUR, 'ScrubDrift', own, 'Sum', '> 0', '1 of 1 × 3600 s', 'notBreaching', log],
    [
      'Rehearsal failed',
      OUR,
      'RehearsalSucceeded',
      own,
      'Maximum',
      '< 1',
      '1 of 1 × 86400 s',
      'notBreaching',
      '/aws/lambda/www_photos_example-restore',
    ],
    [
      'Rehearsal overdue',
      OUR,
      'RehearsalAge',
      own,
      'Maximum',
      '> 12',
      '2 of 2 × 86400 s',
      'breaching',
      '/aws/lambda/www_photos_example-restore',
    ],
    [
      'Long copy failed',
      'AWS/States',
      'ExecutionsFailed',
      longCopy,
      'Sum',
      '> 0',
      AT_ONCE,
      'notBreaching',
      '/aws/vendedlogs/states/photos_dr-long-copy',
    ],
    [
      'Long copy timed out',
      'AWS/States',
      'ExecutionsTimedOut',
      longCopy,
      'Sum',
      '> 0',
      AT_ONCE,
      'notBreaching',
      '/aws/vendedlogs/states/photos_dr-long-copy',
    ],
    ['History incomplete', OUR, 'HistoryFailed', own, 'Sum', '> 0', AT_ONCE, 'notBreaching', log],
    ['Ledger failing', OUR, 'LedgerFailed', own, 'Sum', '> 0', '3 of 12 × 300 s', 'notBreaching', log],
    ['Queues refusing', OUR, 'InboxRefused', own, 'Sum', '> 0', '3 of 12 × 300 s', 'notBreaching', log],
  ],
  [SOURCE]: [
    [
      'Undelivered messages',
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      'QueueName=www_photos_example-undelivered',
      'Maximum',
      '> 0',
      AT_ONCE,
      'notBreaching',
      'www_photos_example-undelivered',
    ],
    ...[
      'Deliveries failed NumberOfNotificationsFailed',
      'Deliveries put aside NumberOfNotificationsRedrivenToDlq',
      'Deliveries lost NumberOfNotificationsFailedToRedriveToDlq',
    ].map((both) => {
      const [, heading = '', metric = ''] = /^(.*) (\S+)$/.exec(both) ?? [];
      return [
        heading,
        'AWS/SNS',
        metric,
        'TopicName=www_photos_example-fanout',
        'Sum',
        '> 0',
        AT_ONCE,
        'notBreaching',
        'www_photos_example-undelivered',
      ];
    }),
  ],
  [RECONCILE]: [
    [
      'Run not started',
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      'QueueName=www_photos_example-unstarted',
      'Maximum',
      '> 0',
      AT_ONCE,
      'notBreaching',
      'www_photos_example-unstarted',
    ],
    ['Run failed', 'AWS/States', 'ExecutionsFailed', runs, 'Sum', '> 0', '1 of 1 × 86400 s', 'notBreaching', report],
    [
      'Run timed out',
      'AWS/States',
      'ExecutionsTimedOut',
      runs,
      'Sum',
      '> 0',
      '1 of 1 × 86400 s',
      'notBreaching',
      report,
    ],
    [
      'Reconcile errors',
      'AWS/Lambda',
      'Errors',
      'FunctionName=www_photos_example-reconcile',
      'Sum',
      '> 0',
      '2 of 36 × 300 s',
      'notBreaching',
      report,
    ],
    [
      'Reconcile throttled',
      'AWS/Lambda',
      'Throttles',
      'FunctionName=www_photos_example-reconcile',
      'Sum',
      '> 0',
      '3 of 12 × 300 s',
      'notBreaching',
      report,
    ],
    [
      'Canary errors',
      'AWS/Lambda',
      'Errors',
      'FunctionName=www_photos_example-canary',
      'Sum',
      '> 0',
      '2 of 36 × 300 s',
      'notBreaching',
      '/aws/lambda/www_photos_example-canary',
    ],
    [
      'Canary throttled',
      'AWS/Lambda',
      'Throttles',
      'FunctionName=www_photos_example-canary',
      'Sum',
      '> 0',
      '3 of 12 × 300 s',
      'notBreaching',
      '/aws/lambda/www_photos_example-canary',
    ],
  ],
};

describe.each([
  [DESTINATION, 'photos.dr'],
  [SOURCE, 'www.photos.example'],
  [RECONCILE, 'www.photos.example'],
])('the alarms of %s', (stack, bucket) => {
  const alarms = ALARMS.filter((alarm) => alarm.stack === stack);

  it('watch this, and nothing else', () => {
    const rows = alarms.map((alarm) => [
      String(alarm.AlarmName).replace(`${bucket} `, ''),
      alarm.Namespace,
      alarm.MetricName,
      alarm.Dimensions.map(({ Name, Value }: Record<string, string>) => `${Name}=${Value}`).join(),
      alarm.Statistic,
      `${alarm.ComparisonOperator === 'GreaterThanThreshold' ? '>' : '<'} ${alarm.Threshold}`,
      `${alarm.DatapointsToAlarm} of ${alarm.EvaluationPeriods} × ${alarm.Period} s`,
      alarm.TreatMissingData,
    ]);
    expect(rows).toEqual(EXPECTED[stack]?.map((row) => row.slice(0, -1)));
    for (const { ComparisonOperator } of alarms) expect(ComparisonOperator).toMatch(/^(Greater|Less)ThanThreshold$/);
  });

  it('say where to look, and link to their headings in the runbook', () => {
    for (const [n, [heading = '', ...rest]] of (EXPECTED[stack] ?? []).entries()) {
      const { AlarmName, AlarmDescription } = alarms[n] ?? {};
      expect(AlarmName).toBe(`${bucket} ${heading}`);
      expect(AlarmDescription).toContain(` ${rest.at(-1)}`);
      expect(AlarmDescription).toMatch(new RegExp(` docs/RUNBOOK\\.md#${heading.toLowerCase().replaceAll(' ', '-')}$`));
    }
  });
});

describe('every alarm', () => {
  it('has its heading in the runbook, with what it means, where to look first, and what to do', () => {
    const headings = new Set(ALARMS.map(({ AlarmName }) => String(AlarmName).replace(/^\S+ /, '')));
    expect(headings).toEqual(new Set(Object.values(ALARM_HEADINGS).flat()));
    expect(headings.size).toBe(31);
    for (const heading of headings) {
      const [section, more] = RUNBOOK.split(`\n### ${heading}\n`).slice(1);
      expect(more, heading).toBeUndefined();
      const text = section?.split(/\n##/)[0];
      for (const part of ['**Meaning:**', '**Look first:**', '**Remedy:**']) expect(text, heading).toContain(part);
    }
  });

  it('has the only anchor of that name', () => {
    const anchors = [...RUNBOOK.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
      text.toLowerCase().replaceAll(' ', '-'),
    );
    for (const { AlarmDescription } of ALARMS) {
      const anchor = String(AlarmDescription).split('docs/RUNBOOK.md#')[1];
      expect(
        anchors.filter((each) => each === anchor),
        anchor,
      ).toHaveLength(1);
    }
  });

  it('has a name of its own and a description that CloudWatch takes', () => {
    expect(new Set(ALARMS.map(({ AlarmName }) => AlarmName)).size).toBe(ALARMS.length);
    for (const { AlarmName, AlarmDescription } of ALARMS) {
      expect(AlarmName.length).toBeLessThanOrEqual(255);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (Period)
  it.each([LARGE, SMALL, withWatch(168)])('looks back no longer than CloudWatch does', (configuration) => {
    const alarms = [...templatesOf(configuration).values()].flatMap((template) =>
      ofType(resourcesOf(template), 'AWS::CloudWatch::Alarm'),
    );
    for (const { properties } of alarms) {
      const { Period, EvaluationPeriods } = properties;
      expect(Period * EvaluationPeriods).toBeLessThanOrEqual(Period >= 3600 ? 604_800 : 86_400);
    }
  });

  it('is never without a state for want of data', () => {
    for (const { TreatMissingData, AlarmName } of ALARMS) {
      const isSignOfLife = /(No completed run|Canary has not arrived|Rehearsal overdue)$/.test(AlarmName);
      expect(TreatMissingData).toBe(isSignOfLife ? 'breaching' : 'notBreaching');
    }
  });

  it('goes to the topic of its Region by its name', () => {
    const regions: Readonly<Record<string, string>> = {
      [DESTINATION]: 'us-west-2',
      'fanout-destination-photos-eu': 'eu-west-1',
    };
    for (const { stack, AlarmActions } of ALARMS) {
      const region = regions[stack] ?? 'us-east-1';
      expect(AlarmActions).toEqual([`arn:aws:sns:${region}:${ACCOUNT}:www_photos_example-alarms`]);
    }
  });
});

it('alarms and metrics are as many as docs/costs.md says', () => {
  expect([DESTINATION, SOURCE, RECONCILE].map((stack) => EXPECTED[stack]?.length)).toEqual([20, 4, 7]);
  const metrics = [ATTEMPT_METRICS, RUN_METRICS, CANARY_METRICS, REHEARSAL_METRICS];
  expect(metrics.map((each) => Object.keys(each).length)).toEqual([18, 14, 2, 5]);
});

const ENVIRONMENT = {
  SOURCE_BUCKET: 'photos',
  SOURCE_ACCOUNT: ACCOUNT,
  SOURCE_REGION: 'us-east-1',
  TOPIC_ARN: `arn:aws:sns:us-east-1:${ACCOUNT}:photos-fanout`,
  AWS_REGION: 'us-east-1',
  AWS_LAMBDA_FUNCTION_NAME: 'photos-reconcile',
  REPORTS_BUCKET: 'reports',
};

it('of a source and of a destination have no name in common, as a bucket may be both in two configurations', () => {
  const { source, reconcile, canary, ...others } = ALARM_HEADINGS;
  const ofDestinations = new Set<string>(Object.values(others).flat());
  expect([...source, ...reconcile, ...canary].filter((heading) => ofDestinations.has(heading))).toEqual([]);
});

it('of a canary that is rare speak at its first error', () => {
  const rare = { replicators: [{ ...SMALL.replicators[0], canary: { everyMinutes: 180 } }] };
  const alarms = ofType(resourcesOf(found(templatesOf(rare).get('fanout-reconcile-photos'))), 'AWS::CloudWatch::Alarm');
  const errors = alarms.find(({ properties }) => properties.AlarmName === 'photos Canary errors');
  expect(errors?.properties).toMatchObject({ EvaluationPeriods: 1, DatapointsToAlarm: 1 });
});

it('those that status misses are those that are there, whatever is switched off', () => {
  const [replicator] = SMALL.replicators;
  for (const more of [
    {},
    { canary: false },
    { scrub: false },
    { rehearsal: false },
    { reconcile: { schedule: 'rate(30 days)' }, alarms: { runWithinHours: false } },
  ] as const) {
    const configuration = { replicators: [{ ...replicator, ...more }] };
    const [parsed] = parseConfiguration(configuration, { account: ACCOUNT });
    const templates = templatesOf(configuration);
    const headings = (stack: string) =>
      ofType(resourcesOf(found(templates.get(stack))), 'AWS::CloudWatch::Alarm').map(({ properties }) =>
        String(properties.AlarmName).replace(/^\S+ /, ''),
      );
    const expected = expectedAlarms(found(parsed));
    expect(new Set(headings('fanout-source-photos'))).toEqual(new Set(expected.source));
    expect(new Set(headings('fanout-reconcile-photos'))).toEqual(new Set(expected.reconcile));
    expect(new Set(headings('fanout-destination-photos-eu'))).toEqual(new Set(expected.destination));
  }
});

it('what somebody has deleted or changed is made again by a deployment that is told to', () => {
  const [before, again] = [{}, { context: { again: '17' } }].map((options) =>
    resourcesOf(found(templatesOf(SMALL, options).get('fanout-source-photos'))),
  );
  const changed = again?.filter(
    ({ id, properties }) => !isDeepStrictEqual(properties, before?.find((one) => one.id === id)?.properties),
  );
  expect(new Set(changed?.map(({ type }) => type))).toEqual(
    new Set(['AWS::CloudWatch::Alarm', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy', 'Custom::FanoutNotification']),
  );
  expect(changed?.filter(({ type }) => type === 'AWS::CloudWatch::Alarm')).toHaveLength(4);
});

describe('what is watched', () => {
  afterAll(() => vi.unstubAllEnvs());

  it('is emitted under exactly that name, with exactly these dimensions', async () => {
    const emitted = [
      ...(await attempts()),
      ...(await runsOfReconcile()),
      ...(await canaries()),
      ...(await rehearsals()),
    ];
    const watched = ALARMS.filter(({ Namespace }) => !Namespace.startsWith('AWS/'));
    expect(new Set(watched.map(({ MetricName }) => MetricName))).toEqual(
      new Set([
        'Lag',
        'HistoryFailed',
        'LedgerFailed',
        'InboxRefused',
        'ReconcileCannotMore',
        'ReconcileDriftRuns',
        'ReconcileFailed',
        'ReconcileByteCapReached',
        'ReconcileCompleted',
        'CanaryArrived',
        'ScrubDrift',
        'RehearsalSucceeded',
        'RehearsalAge',
      ]),
    );
    for (const { Namespace, MetricName, Dimensions } of watched) {
      const names = Dimensions.map(({ Name }: Record<string, string>) => Name);
      expect(emitted).toContainEqual({ namespace: Namespace, name: MetricName, dimensions: names });
    }
    // And nothing is emitted that is not in the list.
    const known = Object.keys({ ...ATTEMPT_METRICS, ...RUN_METRICS, ...CANARY_METRICS, ...REHEARSAL_METRICS });
    expect(emitted.filter(({ name }) => !known.includes(name))).toEqual([]);
  });

  /** What the replicate function writes into its log. */
  async function attempts() {
    const rig = await startRig();
    const { lines } = await rig.invoke(created('k', rig.put('k', 'hello').etag));
    const compared = await rig.invoke(JSON.stringify({ keys: [{ key: 'k', compare: 'bytes' }] }));
    const nowhere = 'http://127.0.0.1:1';
    const without = {
      LEDGER_TABLE: 'ledger',
      VERSIONS_TABLE: 'versions',
      AWS_ENDPOINT_URL_DYNAMODB: nowhere,
      INBOX_URL: nowhere,
      FAILED_QUEUE_URL: nowhere,
      AWS_ENDPOINT_URL_SQS: nowhere,
    };
    for (const [name, value] of Object.entries(without)) vi.stubEnv(name, value);
    const swallowed = await rig.invoke(created('k'), 'no JSON');
    for (const name of Object.keys(without)) vi.stubEnv(name, undefined);
    await rig.s3.close();
    return embeddedMetrics([...lines, ...compared.lines, ...swallowed.lines]).map(({ dimensions, ...metric }) => ({
      namespace: metric.namespace,
      name: metric.name,
      dimensions: Object.keys(dimensions),
    }));
  }

  /** What a canary puts, through the real adapter. */
  async function canaries() {
    const cloudWatch = mockClient(CloudWatchClient);
    cloudWatch.on(PutMetricDataCommand).resolves({});
    const world = canaryWorld({
      ...ENVIRONMENT,
      AWS_LAMBDA_FUNCTION_NAME: 'photos-canary',
      WITHIN_SECONDS: '300',
    });
    const inboxArn = `arn:aws:sqs:eu-west-1:${ACCOUNT}:photos-eu`;
    const observed = world.observe({ bucket: 'photos-eu', region: 'eu-west-1', account: ACCOUNT, inboxArn });
    await observed.putMetrics({ CanaryArrived: 1, CanaryDelay: 1234 }, Date.parse('2026-11-21T01:00:00Z'));
    const [call] = cloudWatch.commandCalls(PutMetricDataCommand);
    // Where the alarms are.
    expect(await call?.thisValue.config.region()).toBe('eu-west-1');
    const Dimensions = [{ Name: 'destination', Value: 'photos-eu' }];
    const Timestamp = new Date('2026-11-21T01:00:00Z');
    const input = call?.args[0].input;
    expect(input?.MetricData).toEqual([
      { MetricName: 'CanaryArrived', Value: 1, Unit: 'Count', Timestamp, Dimensions },
      { MetricName: 'CanaryDelay', Value: 1234, Unit: 'Milliseconds', Timestamp, Dimensions },
    ]);
    return (input?.MetricData ?? []).map(({ MetricName = '' }) => ({
      namespace: input?.Namespace,
      name: MetricName,
      dimensions: ['destination'],
    }));
  }

  /** What a rehearsal puts, through the real adapter. */
  async function rehearsals() {
    const rig = rehearsalRig();
    await runRehearsal(rig);
    const cloudWatch = mockClient(CloudWatchClient);
    cloudWatch.on(PutMetricDataCommand).resolves({});
    const world = restoreWorld(ENVIRONMENT, {
      getRemainingTimeInMillis: () => 60_000,
      invokedFunctionArn: 'arn:aws:lambda:us-east-1',
    });
    for (const { metrics } of rig.metrics) await world.putMetrics(REHEARSAL.from, metrics);
    const calls = cloudWatch.commandCalls(PutMetricDataCommand);
    expect(calls).toHaveLength(1);
    // Where the alarms are.
    expect(await calls[0]?.thisValue.config.region()).toBe('eu-west-1');
    return calls.flatMap(({ args: [{ input }] }) =>
      (input.MetricData ?? []).map(({ MetricName = '', Dimensions = [], Unit }) => {
        expect(Object.entries(REHEARSAL_METRICS)).toContainEqual([MetricName, Unit]);
        expect(Dimensions).toEqual([{ Name: 'destination', Value: 'photos-eu' }]);
        return { namespace: input.Namespace, name: MetricName, dimensions: Dimensions.map(({ Name }) => Name) };
      }),
    );
  }

  /** What a run of the reconcile puts, through the real adapter. */
  async function runsOfReconcile() {
    const rig = reconcileRig();
    rig.putBoth('k');
    await runReconcile(rig);
    const cloudWatch = mockClient(CloudWatchClient);
    cloudWatch.on(PutMetricDataCommand).resolves({});
    const world = awsWorld(ENVIRONMENT, { getRemainingTimeInMillis: () => 60_000 });
    const inboxArn = `arn:aws:sqs:eu-west-1:${ACCOUNT}:photos-eu`;
    const observed = await world.observe({ bucket: 'photos-eu', region: 'eu-west-1', account: ACCOUNT, inboxArn });
    for (const metrics of rig.destinations.get('photos-eu')?.metrics ?? []) await observed.putMetrics(metrics);
    const calls = cloudWatch.commandCalls(PutMetricDataCommand);
    expect(calls).toHaveLength(1);
    // Where the alarms are.
    expect(await calls[0]?.thisValue.config.region()).toBe('eu-west-1');
    return calls.flatMap(({ args: [{ input }] }) =>
      (input.MetricData ?? []).map(({ MetricName = '', Dimensions = [], Unit }) => {
        expect(Object.entries(RUN_METRICS)).toContainEqual([MetricName, Unit]);
        expect(Dimensions).toEqual([{ Name: 'destination', Value: 'photos-eu' }]);
        return { namespace: input.Namespace, name: MetricName, dimensions: Dimensions.map(({ Name }) => Name) };
      }),
    );
  }
});

/** Of a destination. */
const GRAPHS = [
  'lag',
  'throughput',
  'failures',
  'queues',
  'runs and drift',
  'about what it costs',
  'long copies',
  'canary',
  'bytes compared',
  'rehearsals of restores',
  'days since a good rehearsal',
  'how long rehearsals take, in seconds',
];

describe.each(['us-east-1', 'eu-west-1', 'us-west-2'])('the alarms stack in %s', (region) => {
  const resources = resourcesOf(found(TEMPLATES.get(`fanout-alarms-www--photos--example-${region}`)));

  it('has a topic to which the alarms of this account and Region can publish, and nobody else', () => {
    expect(only(resources, 'AWS::SNS::Topic')).toEqual({
      TopicName: 'www_photos_example-alarms',
      Tags: [{ Key: 's3-fanout-replicator', Value: 'www.photos.example' }],
    });
    expect(only(resources, 'AWS::SNS::TopicPolicy').PolicyDocument.Statement.filter(allows)).toEqual([
      {
        Sid: 'AlarmsPublish',
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Resource: { Ref: ofType(resources, 'AWS::SNS::Topic')[0]?.id },
        Condition: {
          ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:${region}:${ACCOUNT}:alarm:*` },
          StringEquals: { 'aws:SourceAccount': ACCOUNT },
        },
      },
    ]);
  });

  it('tells those who are configured', () => {
    expect(ofType(resources, 'AWS::SNS::Subscription').map(({ properties }) => properties)).toEqual([
      { Protocol: 'email', Endpoint: 'on-call@example.com', TopicArn: expect.anything() },
    ]);
  });

  it('shows what happens in this Region', () => {
    const dashboard = only(resources, 'AWS::CloudWatch::Dashboard');
    expect(dashboard.DashboardName).toBe(`www_photos_example-fanout-${region}`);
    const [, parts]: [string, unknown[]] = dashboard.DashboardBody['Fn::Join'];
    const { widgets } = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : region)).join(''));
    const titles: string[] = widgets.map(({ properties }: Resource) => properties.title);
    const destination = { 'us-east-1': 'photos-near', 'eu-west-1': 'photos-eu', 'us-west-2': 'photos.dr' }[region];
    expect(titles).toEqual([
      ...(region === 'us-east-1'
        ? ['changes told', 'changes not delivered', 'runs of the reconcile'].map(
            (what) => `www.photos.example: ${what}`,
          )
        : []),
      ...GRAPHS.map((what) => `${destination}: ${what}`),
    ]);
    const shown = widgets.flatMap(({ properties }: Resource) => properties.metrics);
    const ours = shown.filter(([namespace]: string[]) => namespace === METRICS_NAMESPACE);
    expect(ours.length).toBeGreaterThan(10);
    for (const [, name, dimension, value] of ours) {
      expect(Object.keys({ ...ATTEMPT_METRICS, ...RUN_METRICS, ...CANARY_METRICS, ...REHEARSAL_METRICS })).toContain(
        name,
      );
      expect([dimension, value]).toEqual(['destination', destination]);
    }
  });

  it('has no graphs of checks that are switched off', () => {
    const [replicator] = LARGE.replicators;
    const without = { replicators: [{ ...replicator, canary: false, scrub: false } as const] };
    const template = found(templatesOf(without).get(`fanout-alarms-www--photos--example-${region}`));
    expect(JSON.stringify(template)).not.toMatch(/Canary|Scrub|canary|bytes compared/);
  });

  it('has no dashboard if none is wanted', () => {
    const [replicator] = LARGE.replicators;
    const without = { replicators: [{ ...replicator, alarms: { dashboard: false } }] };
    const types = [...templatesOf(without).values()].flatMap(resourcesOf).map(({ type }) => type);
    expect(types).not.toContain('AWS::CloudWatch::Dashboard');
  });
});

function withWatch(runWithinHours: number) {
  return { replicators: SMALL.replicators.map((replicator) => ({ ...replicator, alarms: { runWithinHours } })) };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('There is no such stack');
  return value;
}
