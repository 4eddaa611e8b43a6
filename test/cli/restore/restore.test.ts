import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { restore } from '../../../cli/restore/restore.ts';
import type { RestoreOptions } from '../../../cli/restore/restore-request.ts';
import type { Begun } from '../../../functions/restore/begin.ts';
import type { Report } from '../../../functions/restore/report/report.ts';
import { requestSchema } from '../../../functions/restore/request.ts';
import { paths } from '../../../functions/restore/run.ts';
import { newShare } from '../../../functions/restore/share.ts';
import { newTally } from '../../../functions/restore/tally.ts';
import { requestFor } from '../../support/restore-rig.ts';
import * as v from 'valibot';

const [sts, cloudFormation, sfn, s3, cloudWatch] = [
  mockClient(STSClient),
  mockClient(CloudFormationClient),
  mockClient(SFNClient),
  mockClient(S3Client),
  mockClient(CloudWatchClient),
];
const config = fileURLToPath(new URL('../two-sources.config.ts', import.meta.url));
const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:photos-restore';
const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:photos-restore:restore-t1';
const startDate = new Date('2026-11-21T10:00:00.123Z');

/** The bucket of the reports. */
let files: Map<string, string>;
/** What has come to pass by the next look; the last one stays. */
let course: (() => Partial<DescribeExecutionCommandOutput> | undefined)[];

/** Of the one object that the destination has. */
let listed: { readonly size: number; readonly storageClass: string };

beforeEach(() => {
  listed = { size: 2048, storageClass: 'STANDARD' };
  for (const mock of [sts, cloudFormation, sfn, s3, cloudWatch]) mock.reset();
  cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
  listingMs = 0;
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
          { OutputKey: 'ReportsBucket', OutputValue: 'restore-reports' },
          { OutputKey: 'StateMachineArn', OutputValue: MACHINE },
        ],
      },
    ],
  });
  sfn.on(StartExecutionCommand).resolves({ executionArn: EXECUTION, startDate });
  sfn.on(DescribeExecutionCommand).callsFake(() => ({
    executionArn: EXECUTION,
    status: 'RUNNING',
    ...course.shift()?.(),
  }));
  s3.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => {
    const text = files.get(Key);
    if (text === undefined)
      throw new NoSuchKey({ message: 'The specified key does not exist.', $metadata: { httpStatusCode: 404 } });
    return { Body: { transformToString: () => text }, ETag: '"1"' };
  });
  s3.on(PutObjectCommand).callsFake(({ Key, Body, IfNoneMatch }: Record<'Key' | 'Body' | 'IfNoneMatch', string>) => {
    if (IfNoneMatch === '*' && files.has(Key))
      throw new S3ServiceException({
        name: 'PreconditionFailed',
        $fault: 'client',
        $metadata: { httpStatusCode: 412 },
      });
    files.set(Key, Body);
    return { ETag: '"1"' };
  });
  s3.on(ListObjectVersionsCommand).callsFake(({ Prefix = '' }: { Prefix?: string }) => ({
    EncodingType: 'url',
    ...pageOf(Prefix),
    Versions: ['a']
      .filter((key) => key.startsWith(Prefix))
      .map((Key) => ({
        Key,
        VersionId: '1',
        LastModified: startDate,
        IsLatest: true,
        ETag: '"e"',
        Size: listed.size,
        StorageClass: listed.storageClass,
      })),
  }));
});

/** Milliseconds that a page of the listing takes. */
let listingMs: number;
let now: number;

/** A listing that takes time has no end. */
function pageOf(Prefix: string) {
  now += listingMs;
  return listingMs === 0
    ? { IsTruncated: false }
    : { IsTruncated: true, NextKeyMarker: `${Prefix}b`, NextVersionIdMarker: '1' };
}

function put(name: string, content: unknown): void {
  files.set(name, JSON.stringify(content));
}

function report(differently: Partial<Report> = {}): Report {
  const { examples, requests, ...counts } = newTally();
  return {
    token: 't1',
    status: 'COMPLETED',
    cause: 'All that was asked for is in the target',
    dryRun: false,
    from: 'photos-eu',
    to: 'back',
    request: requestFor({ token: 't1' }),
    startedAt: startDate.toISOString(),
    endedAt: startDate.toISOString(),
    seconds: 12,
    counts: { ...counts, restored: { keys: 2, bytes: 4096 } },
    requests,
    dollars: 0.01,
    problems: [],
    examples,
    keys: [],
    ...differently,
  };
}

const reported =
  (differently: Partial<Report> = {}) =>
  () => {
    put(paths.report({ token: 't1' }), report(differently));
    return { status: 'SUCCEEDED' as const };
  };

interface Leaving {
  /** Looks at the run. */
  readonly interruptAfter?: number;
  readonly tty?: boolean;
  /** What the user says when asked. */
  readonly answer?: string;
  readonly leaveAt?: RegExp;
  readonly leaving?: (abort: () => void) => void;
}

async function call(
  options: Partial<RestoreOptions> = {},
  { interruptAfter = Infinity, tty = false, answer, leaveAt, leaving: tell }: Leaving = {},
) {
  const leaving = new AbortController();
  tell?.(() => leaving.abort());
  const [out, err]: [string[], string[]] = [[], []];
  let pauses = 0;
  now = startDate.getTime();
  const code = await restore(
    { config, source: 'photos', existing: 'skip', encryption: 'as-is', tier: 'standard', ...options },
    {
      out: (text) => {
        out.push(text);
        if (leaveAt?.test(text) === true) leaving.abort();
      },
      err: (text) => err.push(text),
      tty,
      ...(answer !== undefined && {
        ask: async (question: string) => {
          err.push(question);
          if (answer === 'Ctrl-C') leaving.abort();
          return answer;
        },
      }),
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

const BACK = { from: 'photos-eu', to: 'back', token: 't1' } as const;

function started() {
  return sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);
}

it('starts a restore under the name of its token, says what it will take, shows how far it is, and tells its report', async () => {
  course = [
    () => undefined,
    () => {
      put(paths.plan({ token: 't1' }), { shares: 1 });
      const share = newShare([{ range: {} }]);
      share.tally.restored = { keys: 1, bytes: 2048 };
      put(paths.share({ token: 't1' }, 'restore', 0), share);
      return {};
    },
    () => {
      put(paths.plan({ token: 't1' }), { shares: 1, finish: 1 });
      put(paths.share({ token: 't1' }, 'finish', 0), newShare([]));
      return {};
    },
    reported(),
  ];
  const { code, out } = await call(BACK);
  expect(code).toBe(0);
  expect(out).toMatch(/Restore from photos-eu to back: 1 keys, 2 KiB, at most/);
  expect(out).toMatch(/Token: t1/);
  expect(out).toMatch(/Planning/);
  expect(out).toMatch(/Restoring: 0 of 1 ranges, 1 restored \(2 KiB\)/);
  expect(out).toMatch(/Finishing/);
  expect(out).toMatch(/COMPLETED: 2 objects \(4 KiB\) restored from photos-eu to back\./);
  const [{ name, input = '' } = {}] = started();
  expect(name).toBe('restore-t1');
  expect(v.parse(requestSchema, JSON.parse(input))).toMatchObject({ token: 't1', to: { bucket: 'back' } });
});

it.each([
  ['COMPLETED', 0],
  ['PARTIAL', 3],
  ['FAILED', 1],
  ['EXPIRED', 1],
] as const)('ends with the exit code of %s', async (status, expected) => {
  course = [reported({ status, remedy: 'do this' })];
  const { code, out } = await call({ ...BACK, json: true });
  expect(code).toBe(expected);
  expect(JSON.parse(out)).toMatchObject({ status });
});

it('follows the run of a token that was used for the same', async () => {
  const first = await call({ ...BACK, json: true }, { interruptAfter: 0 });
  expect(first).toMatchObject({ code: 130, err: expect.stringContaining('--token t1') });
  const request: Begun['request'] = JSON.parse(started()[0]?.input ?? '');
  put(paths.begun({ token: 't1' }), { execution: EXECUTION, startedAt: startDate.toISOString(), request });
  course = [reported()];
  const second = await call(BACK);
  expect(second).toMatchObject({ code: 0, err: expect.stringContaining('this is that run') });
  course = [reported()];
  expect(await call({ token: 't1' })).toMatchObject({ code: 0 });
  expect(started()).toHaveLength(1);
  await expect(call({ ...BACK, undelete: true })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('another request'),
  });
});

it('starts nothing if the user leaves at the estimate', async () => {
  const { code, err } = await call(BACK, { leaveAt: /at most/ });
  expect(code).toBe(130);
  expect(err).toMatch(/Nothing was started/);
  expect(started()).toEqual([]);
});

it.each([
  ['n', 0],
  ['', 0],
  ['start', 0],
  ['Ctrl-C', 130],
])('asks at the estimate, and starts nothing if the answer is "%s"', async (answer, expected) => {
  const keysFile = join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys');
  writeFileSync(keysFile, 'a\n');
  const { code, out, err } = await call({ ...BACK, keysFile }, { answer });
  expect(code).toBe(expected);
  expect(out).toMatch(/at most/);
  expect(err).toMatch(/Start\? \[y\/N\][\s\S]*Nothing was started/);
  expect(started()).toEqual([]);
  expect([...files.keys()]).toEqual([]);
});

it.each<[string, Partial<RestoreOptions>, Leaving, boolean]>([
  ['after a yes', {}, { answer: 'y' }, true],
  ['after a YES', {}, { answer: 'YES ' }, true],
  ['with --yes', { yes: true }, { answer: 'n' }, false],
  ['a dry run', { dryRun: true }, { answer: 'n' }, false],
  ['where nobody can be asked', {}, {}, false],
])('starts %s', async (_, options, leaving, asks) => {
  course = [reported()];
  const { code, err } = await call({ ...BACK, ...options }, leaving);
  expect(code).toBe(0);
  expect(started()).toHaveLength(1);
  expect(err.includes('Start?')).toBe(asks);
});

it('says that it goes on, if the user leaves while it is being started', async () => {
  let leave = () => {};
  sfn.on(StartExecutionCommand).callsFake(() => {
    leave();
    return { executionArn: EXECUTION, startDate };
  });
  const { code, err } = await call(BACK, { leaving: (abort) => (leave = abort) });
  expect(code).toBe(130);
  expect(err).toMatch(/goes on without you[\s\S]*--token t1/);
});

it('follows what was started a moment ago', async () => {
  sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: 'it does', $metadata: {} }));
  course = [reported()];
  expect(await call(BACK)).toMatchObject({ code: 0 });
});

it('shows no run that is not known', async () => {
  await expect(call({ token: 'other' })).rejects.toMatchObject({ exitCode: 2, message: /no restore with the token/ });
  await expect(call()).rejects.toMatchObject({ exitCode: 2 });
});

it('lists what a dry run found', async () => {
  files.set('runs/t1/keys/1.jsonl', '{"key":"a","outcome":"restored","reason":"new","version":"v","size":3}\n');
  course = [reported({ dryRun: true, keys: ['runs/t1/keys/1.jsonl'] })];
  const { out } = await call({ ...BACK, dryRun: true });
  expect(out).toMatch(/restore {2}a {2}\(3 bytes, version v, new\)/);
});

it('ends as it would have, if whoever reads the list has seen enough', async () => {
  for (const n of [1, 2]) files.set(`runs/t1/keys/${n}.jsonl`, `{"key":"k${n}","outcome":"restored","reason":"new"}\n`);
  course = [reported({ dryRun: true, keys: ['runs/t1/keys/1.jsonl', 'runs/t1/keys/2.jsonl'] })];
  const { code, out } = await call({ ...BACK, dryRun: true }, { leaveAt: /restore {2}k1/ });
  expect(code).toBe(0);
  expect(out).not.toContain('k2');
});

it('leaves the keys of a file in the order of S3, each once, for the run', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys.txt');
  writeFileSync(file, 'b\na\r\n"c \\"d\\""\n\nb\n');
  course = [reported()];
  await call({ ...BACK, keysFile: file });
  expect(files.get(paths.keyFile({ token: 't1' }, 0))).toBe('"a"\n"b"\n"c \\"d\\""\n');
  expect(JSON.parse(started()[0]?.input ?? '')).toMatchObject({ select: { keyFiles: 1 } });
  const other = join(mkdtempSync(join(tmpdir(), 'keys-')), 'other.txt');
  writeFileSync(other, 'other\n');
  // Before the run has begun, too.
  await expect(call({ ...BACK, keysFile: other })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('used for other keys'),
  });
  const request: Begun['request'] = JSON.parse(started()[0]?.input ?? '');
  put(paths.begun({ token: 't1' }), { execution: EXECUTION, startedAt: startDate.toISOString(), request });
  course = [reported()];
  expect(await call({ ...BACK, keysFile: file })).toMatchObject({ code: 0 });
  writeFileSync(file, 'b\na\nc\n');
  await expect(call({ ...BACK, keysFile: file })).rejects.toThrow(/another request/);
  await expect(call({ ...BACK, keysFile: '/nowhere' })).rejects.toMatchObject({ exitCode: 2 });
});

it('shows it as a task on a terminal, and leaves it going after Ctrl-C', async () => {
  course = [() => undefined, reported()];
  expect(await call(BACK, { tty: true })).toMatchObject({ code: 0 });
  files.clear();
  expect(await call(BACK, { tty: true, interruptAfter: 1 })).toMatchObject({
    code: 130,
    err: expect.stringContaining('goes on without you'),
  });
});

it('says what a run without a report ended as', async () => {
  course = [() => ({ status: 'ABORTED' as const })];
  const { code, err } = await call(BACK);
  expect(code).toBe(1);
  expect(err).toMatch(/ABORTED[\s\S]*new token/);
});

describe('where nobody can be asked', () => {
  const dear = { size: 100 * 1024 ** 4, storageClass: 'GLACIER' };

  it.each([
    {
      name: 'what overwrites',
      options: { existing: 'replace' },
      object: {},
      why: /it may overwrite objects in back/,
    },
    { name: 'what is dear', options: {}, object: dear, why: /it costs \$3,621\.55 by list price/ },
  ] as const)('$name is not started without --yes', async ({ options, object, why }) => {
    listed = { ...listed, ...object };
    const wanted = { ...BACK, ...options };
    const refused = call(wanted);
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^Nothing was started: .*say --yes$/),
    });
    expect(started()).toEqual([]);
    course = [reported()];
    await call({ ...wanted, yes: true });
    expect(started()).toHaveLength(1);
  });
});

describe('where ten seconds are not enough to list all', () => {
  const TIB = 1024 ** 4;
  const Timestamps = [new Date('2026-11-20T00:00:00Z')];

  function counted(objects: number, bytesByType: Readonly<Record<string, number>>) {
    cloudWatch.on(GetMetricDataCommand).callsFake(({ MetricDataQueries = [] }: GetMetricDataCommandInput) => ({
      MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
        const dimensions = MetricStat?.Metric?.Dimensions?.map(({ Value }) => Value) ?? [];
        const value = dimensions[1] === 'AllStorageTypes' ? objects : bytesByType[dimensions[1] ?? ''];
        const isOurs = dimensions[0] === 'photos-eu' && value !== undefined;
        return isOurs ? { Id, Timestamps, Values: [value] } : { Id, Timestamps: [], Values: [] };
      }),
    }));
  }

  beforeEach(() => {
    listingMs = 11_000;
    course = [reported()];
  });

  it('counts what S3 has counted, by class', async () => {
    counted(2_000_000, { StandardStorage: 3 * TIB, GlacierStorage: 100 * TIB, GlacierObjectOverhead: TIB });
    const { out } = await call({ ...BACK, yes: true });
    expect(out).toMatch(/to back: 2,000,000 keys, 103 TiB \(3 TiB in STANDARD, 100 TiB in GLACIER\), at most/);
    expect(out).toMatch(/About [\d,]+ requests, \$\d,[\d,.]+ by list price \(retrieval /);
    expect(out).toContain('This rests on what S3 counted at 2026-11-20 00:00:00 UTC, all versions');
  });

  it('starts what is dear by that count with --yes only, and what is not without', async () => {
    counted(2_000_000, { StandardStorage: 3 * TIB, GlacierStorage: 100 * TIB });
    await expect(call(BACK)).rejects.toThrow(/^Nothing was started: it costs \$\d,.* by list price/);
    counted(20, { StandardStorage: TIB / 8 });
    expect(await call(BACK)).toMatchObject({ code: 0 });
  });

  it.each([
    {
      name: 'there is no count',
      count: () => {},
      why: /ten seconds were enough for \(S3 has counted nothing there yet\)/,
    },
    {
      name: 'the count is older',
      count: () => counted(1, { StandardStorage: 1 }),
      why: /\(when S3 counted last, there was less/,
    },
    {
      name: 'the count may not be read',
      count: () => cloudWatch.on(GetMetricDataCommand).rejects(new Error('not authorized')),
      why: /\(Cannot read the storage metrics of photos-eu: .*cloudwatch:GetMetricData\)/,
    },
  ])('says "more than" where $name', async ({ count, why }) => {
    count();
    const { out } = await call({ ...BACK, yes: true });
    expect(out).toMatch(/to back: more than 1 keys, 2 KiB\nMore than 3 requests/);
    expect(out).toMatch(why);
    await expect(call({ ...BACK, token: 't2' })).rejects.toThrow(/it costs more than/);
  });

  it('tells of a prefix what the whole bucket would be, as nobody has counted the prefix', async () => {
    counted(2_000_000, { StandardStorage: 3 * TIB });
    const { out } = await call({ ...BACK, prefix: 'a', yes: true });
    expect(out).toMatch(/to back: more than 1 keys, 2 KiB\n/);
    expect(out).toContain('All of photos-eu, whatever the keys begin with: 2,000,000 keys, 3 TiB, $');
  });
});
