import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { ExecutionStatus, StartExecutionCommandInput } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { rehearse } from '../../../cli/restore/rehearse.ts';
import type { RehearseOptions } from '../../../cli/restore/rehearse.ts';
import { newCandidates } from '../../../functions/restore/rehearsal/choose.ts';
import { newComparing } from '../../../functions/restore/rehearsal/comparing.ts';
import { rehearsalIn, rehearsalPaths } from '../../../functions/restore/rehearsal/rehearsal.ts';
import { resultOf } from '../../../functions/restore/rehearsal/result.ts';
import type { Result } from '../../../functions/restore/rehearsal/result.ts';

const [sts, cloudFormation, sfn, s3, cloudWatch] = [
  mockClient(STSClient),
  mockClient(CloudFormationClient),
  mockClient(SFNClient),
  mockClient(S3Client),
  mockClient(CloudWatchClient),
];
const config = fileURLToPath(new URL('../two-sources.config.ts', import.meta.url));
const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:photos-restore';
const at = new Date('2026-11-21T10:00:00.000Z');

/** The bucket of the reports. */
let files: Map<string, unknown>;
/** What has come to pass by the next look. */
let course: (() => ExecutionStatus | undefined)[];

beforeEach(() => {
  for (const mock of [sts, cloudFormation, sfn, s3, cloudWatch]) mock.reset();
  cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
  files = new Map();
  course = [];
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333' });
  const Outputs = [
    { OutputKey: 'ReportsBucket', OutputValue: 'restore-reports' },
    { OutputKey: 'StateMachineArn', OutputValue: MACHINE },
  ];
  cloudFormation
    .on(DescribeStacksCommand)
    .resolves({ Stacks: [{ StackName: 'any', CreationTime: at, StackStatus: 'CREATE_COMPLETE', Outputs }] });
  sfn.on(StartExecutionCommand).callsFake(({ name }: StartExecutionCommandInput) => ({ executionArn: `arn:${name}` }));
  sfn.on(DescribeExecutionCommand).callsFake(() => ({ status: course.shift()?.() ?? 'RUNNING' }));
  s3.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => {
    const file = files.get(Key);
    if (file === undefined) throw new NoSuchKey({ message: 'none', $metadata: { httpStatusCode: 404 } });
    return { Body: { transformToString: () => JSON.stringify(file) }, ETag: '"1"' };
  });
});

function started() {
  const inputs = sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);
  return inputs.map(({ name, input = '' }) => ({ name, rehearsal: rehearsalIn(JSON.parse(input)) }));
}

/** All that were started have come to this. */
function ended(differently: Partial<Result>): () => ExecutionStatus {
  return () => {
    for (const { rehearsal } of started()) {
      if (rehearsal === undefined) continue;
      const startedAt = at.toISOString();
      const shown = { choosing: undefined, report: undefined, comparing: undefined, failure: undefined };
      const result = resultOf(rehearsal, { ...shown, startedAt, endedAt: startedAt });
      files.set(rehearsalPaths.result(rehearsal), { ...result, ...differently });
    }
    return 'SUCCEEDED';
  };
}

async function call(
  options: Partial<RehearseOptions> = {},
  { interruptAfter = Infinity, answer }: { readonly interruptAfter?: number; readonly answer?: string } = {},
) {
  const leaving = new AbortController();
  const [out, err]: [string[], string[]] = [[], []];
  let pauses = 0;
  const code = await rehearse(
    { config, source: 'photos', ...options },
    {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      tty: false,
      ...(answer !== undefined && {
        ask: async (question: string) => {
          err.push(question);
          return answer;
        },
      }),
      signal: leaving.signal,
      now: () => at.getTime(),
      async pause(_, signal) {
        if (++pauses > interruptAfter) leaving.abort();
        signal.throwIfAborted();
      },
    },
  );
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const GOOD = { succeeded: true, cause: '118 objects came back as they should be', objects: 118 };

it('rehearses all destinations of a source, and ends with 0 where all succeed', async () => {
  course = [() => undefined, ended(GOOD)];
  const { code, out } = await call();
  expect(code).toBe(0);
  expect(started().map(({ rehearsal }) => rehearsal?.from)).toEqual([
    { bucket: 'photos-eu', region: 'eu-west-1', account: '111122223333' },
    { bucket: 'photos-near', region: 'us-east-1', account: '111122223333' },
  ]);
  for (const { name, rehearsal } of started()) expect(name).toBe(`restore-${rehearsal?.token}`);
  expect(out).toContain('SUCCEEDED: photos-near: 118 objects came back as they should be.');
});

it('shows how far it is', async () => {
  const token = 't1';
  const choosing = { parts: [], candidates: { ...newCandidates(), seen: { objects: 1234, bytes: 0 } } };
  const choice = { keys: ['a', 'b'], bytes: 2 };
  course = [
    () => undefined,
    () => void files.set(rehearsalPaths.choice({ token }), choosing),
    () => void files.set(rehearsalPaths.choice({ token }), { ...choosing, choice }),
    () => undefined,
    () => {
      files.set(`runs/${token}/report.json`, {});
      files.set(rehearsalPaths.comparison({ token }), { ...newComparing(), next: 1 });
      return undefined;
    },
    () => undefined,
    ended(GOOD),
  ];
  const { code, out } = await call({ from: 'photos-eu', token });
  expect(code).toBe(0);
  const lines = out.split('\n').filter((line) => line.startsWith('photos-eu: '));
  expect(lines).toEqual([
    'photos-eu: Choosing: 0 objects listed',
    'photos-eu: Choosing: 1,234 objects listed',
    'photos-eu: Planning: looking at the buckets',
    'photos-eu: Comparing: 1 of 2 objects',
  ]);
});

it('ends with 1 where one fails, and says which keys; in JSON, too', async () => {
  const bad = { succeeded: false, cause: '1 object could not be restored', examples: [{ key: 'k', reason: 'bad' }] };
  course = [ended(bad)];
  expect(await call({ from: 'photos-eu' })).toMatchObject({ code: 1, out: expect.stringContaining('! k\n  bad') });
  course = [ended(bad)];
  const { code, out } = await call({ from: 'photos-eu', json: true });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject([{ destination: 'photos-eu', succeeded: false }]);
});

it('ends with 1 where one ends without a result, and says how to look', async () => {
  course = [() => 'TIMED_OUT'];
  const { code, err } = await call({ from: 'photos-eu', token: 't1' });
  expect(code).toBe(1);
  expect(err).toContain('photos-eu: The rehearsal ended without a result: TIMED_OUT');
  expect(err).toContain('--execution-arn arn:restore-t1');
});

it('follows the one that was started by the same token', async () => {
  sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: 'is there', $metadata: {} }));
  course = [ended(GOOD)];
  expect(await call({ from: 'photos-eu', token: 't1' })).toMatchObject({ code: 0 });
  const [described] = sfn.commandCalls(DescribeExecutionCommand);
  expect(described?.args[0].input.executionArn).toBe(
    'arn:aws:states:us-east-1:111122223333:execution:photos-restore:restore-t1',
  );
});

it('goes on without who leaves, and says how to look again', async () => {
  const { code, err } = await call({ from: 'photos-eu', token: 't1' }, { interruptAfter: 1 });
  expect(code).toBe(130);
  expect(err).toContain('npm run restore -- --rehearse --source photos --from photos-eu --token t1');
});

it.each([
  ['a token without a destination', { token: 't1' }, 'A token goes with --from'],
  ['a token that is none', { from: 'photos-eu', token: 'a/b' }, 'A token goes with --from'],
  ['a destination that is none', { from: 'photos-us' }, 'There is no destination "photos-us"'],
])('refuses %s', async (_, options, message) => {
  await expect(call(options)).rejects.toThrow(
    expect.objectContaining({ message: expect.stringContaining(message), exitCode: 2 }),
  );
  expect(started()).toEqual([]);
});

describe('what it takes is said before it starts', () => {
  it('of each destination, at most, and in a month by the schedule', async () => {
    cloudWatch.on(GetMetricDataCommand).resolves({
      MetricDataResults: [{ Id: 'objects', Values: [100_000_000], Timestamps: [new Date('2026-11-20T00:00:00Z')] }],
    });
    course = [ended(GOOD)];
    const { out, err } = await call({}, { answer: 'n' });
    // By hand: 10 GiB twice between Regions are $0.40; to list 100 million keys $0.50, and 33 GiB of answers $0.65.
    expect(out).toMatch(
      /^Rehearsal of photos-eu: at most 120 objects, 10 GiB; at most \$1\.57 \(listing \$1\.15, transfer between Regions \$0\.4, the scratch bucket \$0\.015, functions \$0\.0061\)\n/,
    );
    expect(out).toMatch(/\nRehearsal of photos-near: at most 120 objects, 10 GiB; at most \$0\.52 \(listing \$0\.5, /);
    expect(out).toMatch(
      /By the schedule, cron\(0 4 1 \* \? \*\), that is once a month: at most \$2\.1\. By list prices of us-east-1 as of/,
    );
    expect(out.indexOf('at most')).toBeLessThan(out.indexOf('Rehearsing'));
    expect(err).toBe('');
  });

  it('says what it does not know of the bucket', async () => {
    cloudWatch.on(GetMetricDataCommand).rejects(new Error('not authorized'));
    course = [ended(GOOD)];
    const { out, code } = await call({ from: 'photos-eu' });
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Rehearsal of photos-eu: at most .*, and to list the bucket: \$5 for a thousand million objects\n/,
    );
  });

  it('what is dear waits for a yes, and needs --yes where nobody can be asked', async () => {
    cloudWatch.on(GetMetricDataCommand).resolves({
      MetricDataResults: [{ Id: 'objects', Values: [2e9], Timestamps: [new Date('2026-11-20T00:00:00Z')] }],
    });
    expect(await call({}, { answer: 'n' })).toMatchObject({ code: 0, err: 'Start? [y/N] \nNothing was started' });
    await expect(call()).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/it costs \$\d+.*say --yes$/),
    });
    expect(started()).toEqual([]);
    course = [ended(GOOD)];
    expect(await call({ yes: true })).toMatchObject({ code: 0 });
  });

  it('not again of one that is only looked at', async () => {
    files.set(rehearsalPaths.choice({ token: 't1' }), { candidates: newCandidates(), parts: [] });
    course = [ended(GOOD)];
    const { out } = await call({ from: 'photos-eu', token: 't1' });
    expect(out).toMatch(/^Rehearsing/);
    expect(cloudWatch.commandCalls(GetMetricDataCommand)).toEqual([]);
  });
});
