import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  InvalidArn,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { reconcile } from '../../../cli/reconcile/reconcile.ts';
import type { ReconcileOptions } from '../../../cli/reconcile/reconcile.ts';
import { newSweepTally } from '../../../functions/reconcile/tally.ts';
import { newRun, paths } from '../../../functions/reconcile/run.ts';
import type { Report } from '../../../functions/reconcile/report/report.ts';
import { subscriberName, undeliveredQueueName } from '../../../shared/names.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { differing, sampleDestination, sampleHistory, sampleReport } from '../../support/sample-report.ts';

const [sts, cloudFormation, sfn, s3, cloudWatch, sns] = [
  mockClient(STSClient),
  mockClient(CloudFormationClient),
  mockClient(SFNClient),
  mockClient(S3Client),
  mockClient(CloudWatchClient),
  mockClient(SNSClient),
];
const config = fileURLToPath(new URL('../two-sources.config.ts', import.meta.url));
const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:photos-reconcile';
const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:photos-reconcile:hand-1';
const startDate = new Date('2026-11-21T01:00:00.123Z');
const request = { trigger: 'hand' } as const;
const run = newRun({ execution: EXECUTION, startedAt: startDate.toISOString(), pass: 1, request });

/** The reports bucket. */
let files: Map<string, string>;
/** What has come to pass by the next look; the last one stays. */
let course: (() => Partial<DescribeExecutionCommandOutput> | undefined)[];

beforeEach(() => {
  for (const mock of [sts, cloudFormation, sfn, s3, cloudWatch, sns]) mock.reset();
  files = new Map();
  course = [];
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333' });
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        StackName: 'any',
        CreationTime: startDate,
        StackStatus: 'CREATE_COMPLETE',
        Outputs: [
          { OutputKey: 'ReportsBucket', OutputValue: 'photos-reports' },
          { OutputKey: 'StateMachineArn', OutputValue: MACHINE },
        ],
      },
    ],
  });
  cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
  subscribed(['photos-eu', 'eu-west-1'], ['photos-near', 'us-east-1']);
  sfn.on(StartExecutionCommand).resolves({ executionArn: EXECUTION, startDate });
  sfn.on(DescribeExecutionCommand).callsFake(() => ({
    executionArn: EXECUTION,
    startDate,
    status: 'RUNNING',
    input: JSON.stringify(request),
    ...course.shift()?.(),
  }));
  s3.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => {
    const text = files.get(Key);
    if (text === undefined)
      throw new NoSuchKey({ message: 'The specified key does not exist.', $metadata: { httpStatusCode: 404 } });
    return { Body: { transformToString: () => text }, ETag: '"1"' };
  });
});

function subscribed(...destinations: readonly (readonly [string, string])[]): void {
  sns.on(ListSubscriptionsByTopicCommand).resolves({
    Subscriptions: destinations.map(([bucket, region]) => ({
      SubscriptionArn: `arn:aws:sns:us-east-1:111122223333:fanout-photos:${bucket}`,
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:${region}:111122223333:${subscriberName(bucket)}`,
      Owner: '111122223333',
    })),
  });
  sns.on(GetSubscriptionAttributesCommand).resolves({
    Attributes: {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:us-east-1:111122223333:${undeliveredQueueName('photos')}`,
      }),
    },
  });
}

/** What S3 counted, by bucket: the day, objects, bytes. */
function counted(counts: Readonly<Record<string, readonly (readonly [string, number, number])[]>>): void {
  cloudWatch.on(GetMetricDataCommand).callsFake(({ MetricDataQueries: [query] = [] }: GetMetricDataCommandInput) => {
    const bucket = query?.MetricStat?.Metric?.Dimensions?.find(({ Name }) => Name === 'BucketName')?.Value ?? '';
    const days = counts[bucket] ?? [];
    const Timestamps = days.map(([day]) => new Date(`${day}T00:00:00Z`));
    return {
      MetricDataResults: [
        { Id: 'objects', Values: days.map(([, objects]) => objects), Timestamps },
        { Id: 'bytes', Values: days.map(([, , bytes]) => bytes), Timestamps },
      ],
    };
  });
}

function put(name: string, content: unknown): void {
  files.set(name, JSON.stringify(content));
}

const reported =
  (differently: Partial<Report> = {}) =>
  () => {
    put(paths.report(run), sampleReport({ run: run.id, ...differently }));
    return { status: 'SUCCEEDED' as const };
  };

async function call(options: Omit<ReconcileOptions, 'config'> = {}, { interruptAfter = Infinity } = {}) {
  const leaving = new AbortController();
  const [out, err]: [string[], string[]] = [[], []];
  let [pauses, now] = [0, startDate.getTime()];
  const code = await reconcile(
    {
      config,
      ...(options.source === undefined && options.destination === undefined && { source: 'photos' }),
      ...options,
    },
    {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      tty: false,
      signal: leaving.signal,
      now: () => now,
      async pause(milliseconds, signal) {
        now += milliseconds;
        if (++pauses > interruptAfter) leaving.abort();
        signal.throwIfAborted();
      },
    },
  );
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function inputs() {
  return sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);
}

it.each<[number, Partial<Report>]>([
  [0, {}],
  [3, { status: 'differs', destinations: [differing] }],
  [1, { status: 'failed', problems: ['no role'] }],
])('ends with %d by what the report says, and shows it', async (exitCode, differently) => {
  course = [() => undefined, reported(differently)];
  const { code, out, err } = await call();
  expect(code).toBe(exitCode);
  expect(out).toContain('Planning');
  expect(out).toContain(`s3://photos-reports/runs/${run.id}/report.html`);
  expect(out).toMatch(/│ photos-(eu|dr) +│/);
  expect(err).toBe('');
});

it('shows problems and differences with their remedies', async () => {
  course = [reported({ status: 'failed', destinations: [differing], problems: ['The step "sweep" failed: why'] })];
  const { out } = await call();
  expect(out).toContain('! The step "sweep" failed: why\n  Look into the log');
  expect(out).toContain('! photos-dr: 7 not equal yet (it waits in the inbox)\n  Copying was still going on');
});

it.each<[Omit<ReconcileOptions, 'config'>, object]>([
  [{}, { trigger: 'hand' }],
  [
    { destination: 'photos-eu', prefix: '2026/', verifyOnly: true, eventMinutes: 0 },
    { trigger: 'hand', destination: 'photos-eu', prefix: '2026/', verifyOnly: true, eventMinutes: 0 },
  ],
])('asks the state machine for %j', async (options, input) => {
  course = [reported()];
  await call(options);
  const [started, ...others] = inputs();
  expect(others).toEqual([]);
  expect(started?.stateMachineArn).toBe(MACHINE);
  expect(started?.name).toMatch(/^hand-[0-9a-f-]{36}$/);
  expect(JSON.parse(started?.input ?? '')).toEqual(input);
});

it('prints with --json the report and nothing else on standard output', async () => {
  course = [() => undefined, reported()];
  const { code, out, err } = await call({ json: true });
  expect(JSON.parse(out)).toEqual(sampleReport({ run: run.id }));
  expect(err).toContain('Planning');
  expect(code).toBe(0);
});

it('tells how far the run is, by its files', async () => {
  const plan = { destinations: [], problems: [], shares: 2, sampleEvery: 10_000, eventMinutes: 15 };
  const share = (keys: number, done: readonly boolean[]) => ({
    source: { keys, bytes: 0 },
    startedAt: '2026-11-21T01:00:00.000Z',
    ranges: done.map((one) => ({ done: one })),
    tallies: [{ ...newSweepTally(), found: { missed: 2, stale: 1, rewritten: 0 } }],
  });
  const nomination = { sent: [6], withheld: {}, startedAt: '', share: 0, range: 0, chunk: 0, toVerify: 1 };
  const steps: (() => void)[] = [
    () => put(paths.lock, { run: { ...run, execution: 'another', id: 'the-other' } }),
    () => put(paths.lock, { run }),
    () => {
      put(paths.plan(run), plan);
      put(paths.samples, { keys: [], total: 10_000 });
      put(paths.share(run, 'sweep', 0), share(2000, [true, false]));
      put(paths.share(run, 'sweep', 1), share(3000, [false]));
    },
    () => put(paths.nomination(run), nomination),
    () => {
      put(paths.settling(run), {});
      put(paths.shares(run, 'verify'), [{ share: 0 }]);
      put(paths.share(run, 'verify', 0), share(0, [true, false, false]));
    },
  ];
  course = [
    ...steps.map((step) => () => {
      step();
      return undefined;
    }),
    reported(),
  ];
  const { out } = await call();
  expect(out.split('\n').slice(0, 5)).toEqual([
    'Waiting: the run the-other is under way',
    'Planning: finding the destinations',
    'Listing: 50 %, 5,000 of about 10,000 objects, 1,213 objects/s, 6 differences, about 4 s left',
    'Repairing: 6 keys were sent to the inboxes; waiting until they are looked at',
    'Verifying: 1 of 3 ranges that differed are listed again',
  ]);
});

it('speaks every ten seconds at most, while nothing else begins', async () => {
  course = [...Array.from({ length: 11 }, () => () => undefined), reported()];
  const { out } = await call();
  // At 0, 10 and 20 seconds, with a look every two.
  expect(out.match(/Planning/g)).toHaveLength(3);
});

it('says what is known of an execution that ended without a report', async () => {
  course = [() => ({ status: 'FAILED', error: 'ReconcileUnreported', cause: 'see the log' })];
  const { code, err } = await call();
  expect(code).toBe(1);
  expect(err).toContain('ended without a report: FAILED, ReconcileUnreported: see the log');
  expect(err).toContain(`--execution-arn ${EXECUTION}`);
});

it('leaves the run going at Ctrl-C, and says how to look at it again', async () => {
  const { code, err } = await call({}, { interruptAfter: 1 });
  expect(code).toBe(130);
  expect(err).toContain('The run goes on without you');
  expect(err).toContain('npm run reconcile -- --source photos --follow hand-1');
});

it('follows a run by its name, or the one under way, and starts none', async () => {
  put(paths.lock, { run });
  for (const follow of ['hand-1', true] as const) {
    course = [reported()];
    expect((await call({ follow })).code).toBe(0);
  }
  const described = sfn.commandCalls(DescribeExecutionCommand).map(({ args }) => args[0].input.executionArn);
  expect(described).toEqual([EXECUTION, EXECUTION]);
  expect(inputs()).toEqual([]);
});

it('follows a run by its id, as reports name it, and shows its report where it is over', async () => {
  put(paths.lock, { run });
  course = [reported()];
  expect((await call({ follow: run.id })).code).toBe(0);
  expect(sfn.commandCalls(DescribeExecutionCommand)[0]?.args[0].input.executionArn).toBe(EXECUTION);
  put(paths.lock, {});
  sfn.reset();
  const { code, out } = await call({ follow: run.id });
  expect(out).toContain('photos');
  expect(code).toBe(0);
});

it.each([
  ['nonsense', new ExecutionDoesNotExist({ message: 'Execution Does Not Exist', $metadata: {} })],
  ['not a name', new InvalidArn({ message: 'Invalid Arn', $metadata: {} })],
  ['2026-11-21T01-00-00Z-00000000', new ExecutionDoesNotExist({ message: 'Execution Does Not Exist', $metadata: {} })],
])('says that there is no run "%s", and which are the latest', async (follow, error) => {
  sfn.on(DescribeExecutionCommand).rejects(error);
  put(paths.lock, { run });
  put(paths.history, sampleHistory(sampleReport({ run: 'the-last-one' }), 7));
  await expect(call({ follow })).rejects.toThrow(
    expect.objectContaining({
      message: expect.stringMatching(
        new RegExp(`^There is no run "${follow}" of photos; the latest are ${run.id}, the-last-one(, [^ ,]+){4}$`),
      ),
      exitCode: 2,
    }),
  );
});

it('says that there was no run at all', async () => {
  sfn
    .on(DescribeExecutionCommand)
    .rejects(new ExecutionDoesNotExist({ message: 'Execution Does Not Exist', $metadata: {} }));
  await expect(call({ follow: 'nonsense' })).rejects.toThrow(
    'There is no run "nonsense" of photos; there was none yet',
  );
});

it.each(['by the lock', 'by what the execution was given'])(
  'follows a run into the next execution (%s)',
  async (by) => {
    const next = EXECUTION.replace(/hand-1$/, 'hand-1-part-2');
    const state = { pass: 1, run: { ...run, execution: next }, settled: false };
    const continued = { part: 2, input: request, state };
    put(paths.lock, by === 'by the lock' ? { run: state.run, before: EXECUTION } : {});
    course = [
      () => ({ status: 'SUCCEEDED', output: JSON.stringify({ continuedBy: next }) }),
      () => ({ executionArn: next, input: JSON.stringify({ continued }) }),
      () => ({ executionArn: next, input: JSON.stringify({ continued }), ...reported()() }),
    ];
    expect((await call({ follow: 'hand-1' })).code).toBe(0);
    const described = sfn.commandCalls(DescribeExecutionCommand).map(({ args }) => args[0].input.executionArn);
    expect(described).toEqual([EXECUTION, next, next]);
  },
);

it('shows the last report if none is under way', async () => {
  const last = sampleReport({ status: 'differs', destinations: [differing] });
  put(paths.lock, {});
  put(paths.history, sampleHistory(last, 3));
  put(paths.report({ id: last.run }), last);
  const { code, out } = await call({ follow: true });
  expect(out).toContain('12 objects of photos differ in photos-dr.');
  expect(code).toBe(3);
});

it.each<[Omit<ReconcileOptions, 'config'>, string, number]>([
  [{ source: 'music' }, 'There is no source "music" in', 2],
  [{ destination: 'photos-us' }, 'There is no destination "photos-us"', 2],
  [{ source: 'films', destination: 'photos-eu' }, 'There is no destination "photos-eu" of films in', 2],
])('refuses %j', async (options, message, exitCode) => {
  await expect(call(options)).rejects.toThrow(
    expect.objectContaining({ message: expect.stringContaining(message), exitCode }),
  );
  expect(inputs()).toEqual([]);
});

it('asks which source, if there are several', async () => {
  const terminal = {
    out() {},
    err() {},
    tty: false,
    signal: new AbortController().signal,
    async pause() {},
    now: Date.now,
  };
  await expect(reconcile({ config }, terminal)).rejects.toThrow(
    expect.objectContaining({
      message: expect.stringContaining('say which with --source (photos, films)'),
      exitCode: 2,
    }),
  );
});

it('says what to deploy where there is no stack', async () => {
  cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack with id fanout-reconcile-photos does not exist'));
  await expect(call()).rejects.toThrow(
    expect.objectContaining({
      message:
        'Cannot find the stack fanout-reconcile-photos in us-east-1: Stack with id fanout-reconcile-photos does not exist; if it is not deployed: npx cdk deploy fanout-reconcile-photos',
      exitCode: 1,
    }),
  );
});

it('says what is missing where there are no credentials', async () => {
  sts.on(GetCallerIdentityCommand).rejects(new Error('Could not load credentials from any providers'));
  await expect(call()).rejects.toThrow(
    expect.objectContaining({ message: expect.stringContaining('log in'), exitCode: 1 }),
  );
});

it('says what may not be done', async () => {
  sfn.on(StartExecutionCommand).rejects(new Error('not authorized'));
  await expect(call()).rejects.toThrow(
    'Cannot start a run: not authorized; the credentials in use need states:StartExecution',
  );
});

it('estimates by the last run, and starts nothing', async () => {
  const last = sampleReport({
    source: { bucket: 'photos', keys: 1_000_000, bytes: 1024 ** 4 },
    destinations: [sampleDestination({ found: { missed: 1000, stale: 0, rewritten: 0 }, bytesFound: 1024 ** 3 })],
  });
  put(paths.history, sampleHistory(last, 2));
  put(paths.report({ id: last.run }), last);
  put(paths.destination('photos-eu'), { completedRun: last.run, completedAt: last.endedAt });
  const { code, out } = await call({ estimate: true });
  expect(code).toBe(0);
  expect(out).toContain('photos: 1,000,000 objects, 1 TiB (counted by the run of 2026-11-21 01:00:00 UTC).');
  expect(out).toContain('To list them on 3 sides: about 3,240 requests, $0.023.');
  // One was compared before; the other is new, and in the same Region.
  expect(out).toMatch(/│ photos-eu +│ as last time │ +1,000 │ +1 GiB │ +5,000 │ +\$0\.0\d+ │/);
  expect(out).toMatch(/│ photos-near │ at most +│ 1,000,000 │ +1 TiB │ 5,000,000 │/);
  expect(out).toMatch(/Altogether: about \$\d+\.\d+\. By list prices of us-east-1 as of/);
  expect(inputs()).toEqual([]);
});

it('estimates by what S3 counts, where no run is known', async () => {
  const Timestamps = [new Date('2026-11-20T00:00:00Z')];
  cloudWatch.on(GetMetricDataCommand).resolves({
    MetricDataResults: [
      { Id: 'objects', Values: [5000], Timestamps },
      { Id: 'bytes', Values: [1024 ** 2], Timestamps },
    ],
  });
  const { out } = await call({ estimate: true, verifyOnly: true });
  expect(out).toContain(
    'photos: 5,000 objects, 1 MiB (at most: all versions, counted by S3 at 2026-11-20 00:00:00 UTC).',
  );
  expect(out).toContain('about 17 requests');
  expect(out).toMatch(/│ photos-eu +│ nothing is repaired │ +0 │/);
});

it('says what is not known, where nothing is', async () => {
  cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
  const { code, out } = await call({ estimate: true });
  expect(code).toBe(0);
  expect(out).toContain('How many objects there are of photos is not known');
  expect(out).toContain('objects / 1,000 x 3');
  expect(out).toMatch(/│ photos-eu +│ not known/);
  expect(out).toContain('Altogether: not known.');
});

describe('the estimate reckons from what is there now', () => {
  const MILLION = 1_000_000;
  const last = sampleReport({
    source: { bucket: 'photos', keys: MILLION, bytes: MILLION * 1000 },
    destinations: [
      sampleDestination({ found: { missed: 1000, stale: 0, rewritten: 0 }, bytesFound: MILLION }),
      sampleDestination({ bucket: 'photos-near' }),
    ],
  });

  beforeEach(() => {
    put(paths.history, sampleHistory(last, 1));
    put(paths.report({ id: last.run }), last);
    for (const bucket of ['photos-eu', 'photos-near'])
      put(paths.destination(bucket), { completedRun: last.run, completedAt: last.endedAt });
  });

  it.each<{
    name: string;
    counts: Parameters<typeof counted>[0];
    source: string;
    eu: RegExp;
  }>([
    {
      name: 'S3 has counted nothing since the run',
      counts: { photos: [['2026-11-20', 3 * MILLION, 1]] },
      source: 'photos: 1,000,000 objects, 954 MiB (counted by the run of 2026-11-21 01:00:00 UTC).',
      eu: /as last time │ +1,000 │/,
    },
    {
      name: 'the source has grown a little: its versions by as many',
      counts: {
        photos: [
          ['2026-11-22', 3 * MILLION + 5000, 3_005_000_000],
          ['2026-11-20', 3 * MILLION, 3_000_000_000],
        ],
      },
      source:
        'photos: 1,005,000 objects, 958 MiB (1,000,000 counted by the run of 2026-11-21 01:00:00 UTC; since then 5,000 more, with all versions, counted by S3 at 2026-11-22 00:00:00 UTC).',
      eu: /as last time │ +1,000 │/,
    },
    {
      name: 'the source has grown much, and nobody has counted the destination',
      counts: {
        photos: [
          ['2026-11-22', 5 * MILLION, 5_000_000_000],
          ['2026-11-20', 3 * MILLION, 3_000_000_000],
        ],
      },
      source: 'photos: 3,000,000 objects',
      eu: /at most +│ +2,001,000 │/,
    },
    {
      name: 'the source has grown much, and so has the destination',
      counts: {
        photos: [
          ['2026-11-22', 5 * MILLION, 5_000_000_000],
          ['2026-11-20', 3 * MILLION, 3_000_000_000],
        ],
        'photos-eu': [['2026-11-22', 3_100_000, 1]],
      },
      source: 'photos: 3,000,000 objects',
      eu: /as last time │ +1,000 │/,
    },
    {
      name: 'the source has shrunk',
      counts: {
        photos: [
          ['2026-11-22', 400_000, 400_000_000],
          ['2026-11-20', MILLION, 1_000_000_000],
        ],
      },
      source: 'photos: 400,000 objects, 381 MiB (1,000,000 counted by the run',
      eu: /as last time │ +1,000 │/,
    },
    {
      name: 'the destination has been emptied since it was compared',
      counts: { 'photos-eu': [['2026-11-22', 20, 20_000]] },
      source: 'photos: 1,000,000 objects',
      eu: /at least +│ +999,980 │ 954 MiB │/,
    },
    {
      name: 'the count of the destination is older than the run',
      counts: { 'photos-eu': [['2026-11-20', 20, 20_000]] },
      source: 'photos: 1,000,000 objects',
      eu: /as last time │ +1,000 │/,
    },
    {
      name: 'S3 has counted nothing before the run',
      counts: { photos: [['2026-11-22', 3 * MILLION, 3_000_000_000]] },
      source:
        'photos: 3,000,000 objects, 2.8 GiB (at most: all versions, counted by S3 at 2026-11-22 00:00:00 UTC; the run of 2026-11-21 01:00:00 UTC counted 1,000,000 objects).',
      eu: /as last time │ +1,000 │/,
    },
  ])('$name', async ({ counts, source, eu }) => {
    counted(counts);
    const { code, out } = await call({ estimate: true });
    expect(code).toBe(0);
    expect(out).toContain(source);
    expect(out.split('\n').find((line) => line.includes('│ photos-eu '))).toMatch(eu);
  });

  it('a prefix has its share of what is there now', async () => {
    put(paths.samples, { keys: ['a/1', 'a/2', 'b/1', 'c/1'].map(objectKey), total: MILLION });
    counted({
      photos: [
        ['2026-11-22', 3 * MILLION, 3_000_000_000],
        ['2026-11-20', MILLION, 1_000_000_000],
      ],
    });
    const { out } = await call({ estimate: true, prefix: 'a/' });
    expect(out).toContain('photos under "a/": 1,500,000 objects, 1.4 GiB (the share that the samples of the last run');
    expect(out).toMatch(/│ photos-eu +│ at most +│ +1,000 │/);
  });

  it('has the destinations that are subscribed now, and says which are not', async () => {
    subscribed(['photos-eu', 'eu-west-1'], ['photos-old', 'us-west-2']);
    const { out } = await call({ estimate: true });
    expect(out).toContain('To list them on 4 sides');
    expect(out).toMatch(/│ photos-old +│ at most +│ 1,000,000 │/);
    expect(out).toContain('photos-old is subscribed to the topic, so that runs look at it, and is not in the config');
    expect(out).toContain('photos-near is not subscribed to the topic now: no run looks at it before its stack is');
  });

  it('says what it may not read, and does without', async () => {
    sns.on(ListSubscriptionsByTopicCommand).rejects(new Error('not authorized'));
    cloudWatch.on(GetMetricDataCommand).rejects(new Error('not authorized'));
    const { code, out } = await call({ estimate: true });
    expect(code).toBe(0);
    expect(out).toContain('photos: 1,000,000 objects');
    expect(out).toContain('Cannot see which destinations are subscribed to arn:aws:sns:us-east-1:111122223333:');
    expect(out).toContain('Cannot read the storage metrics of photos: not authorized; the credentials in use need');
  });
});

it('estimates a prefix by the samples, as JSON if wanted', async () => {
  const last = sampleReport({ source: { bucket: 'photos', keys: 1000, bytes: 4000 } });
  put(paths.history, sampleHistory(last, 1));
  put(paths.report({ id: last.run }), last);
  put(paths.samples, { keys: ['a/1', 'a/2', 'b/1', 'c/1'].map(objectKey), total: 1000 });
  const { out } = await call({ estimate: true, prefix: 'a/', json: true });
  expect(JSON.parse(out)).toMatchObject({ known: { objects: 500, bytes: 2000 }, listRequests: 4 });
});
