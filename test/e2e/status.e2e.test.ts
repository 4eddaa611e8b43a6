import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { awsClients } from '../../local/aws-clients.ts';
import { cleanEnvironment } from '../../local/clean-environment.ts';
import { deployRestores, prepare } from '../../local/deploy.ts';
import { setWhatIsLeftOut } from '../../local/left-out-settings.ts';
import { projectFolder } from '../../local/project-folder.ts';
import { runsOf } from '../../local/runs.ts';
import { destinationStackName, failedQueueName, subscriberName } from '../../shared/names.ts';
import { createBucket } from './buckets.ts';
import { deploy, deploymentOf, emulator } from './emulator.ts';
import { setEnvironment } from './function-environment.ts';
import { messagesIn, setReceives, urlOf } from './queues.ts';
import * as config from './status.config.ts';
import { access, arrived, put, text } from './system.ts';

const OBJECTS = 100;
const FILE = 'test/e2e/status.config.ts';
const { breaking, steady } = config;
const source = access(config.source);
const runs = runsOf(emulator, config.source);
const inbox = { name: subscriberName(breaking.bucket), region: breaking.region };
const failedQueue = { name: failedQueueName(breaking.bucket), region: breaking.region };
let before: Readonly<Record<string, string | undefined>> = {};

beforeAll(async () => {
  for (const [name, value] of Object.entries(emulator.environment)) vi.stubEnv(name, value);
  const deployment = await deploymentOf(FILE);
  await prepare(deployment);
  await deploy(deployment);
  await deployRestores(deployment);
  await setWhatIsLeftOut(emulator);
  const [first] = await runs.executions();
  await runs.finished(first?.arn ?? '');
});

afterAll(async () => {
  await setEnvironment(new LambdaClient({ region: breaking.region }), inbox.name, before);
  vi.unstubAllEnvs();
});

it('tells of a destination that is broken, loses nothing of it, and is clean when it is mended, retried and reconciled', async () => {
  const clean = await status();
  expect(clean).toMatchObject({ code: 0, answer: { state: 'well', problems: [] } });

  // A message that failed stays away for a minute, then for two, and is given up after most of a day; here after three seconds.
  const lambda = new LambdaClient({ region: breaking.region });
  before = await setEnvironment(lambda, inbox.name, { INBOX_VISIBILITY_SECONDS: '1' });
  await setReceives(inbox, 3);

  // Broken: its bucket is gone.
  await access(breaking).s3.send(new DeleteBucketCommand({ Bucket: breaking.bucket }));
  const puts = await put(
    Array.from({ length: OBJECTS }, (_, n) => text(`status/${n}`, `status ${n}`)),
    source,
  );
  await arrived(puts, [access(steady)]);
  await expect.poll(() => messagesIn(failedQueue)).toMatchObject({ all: OBJECTS });
  expect(await messagesIn(inbox)).toMatchObject({ all: 0 });

  const broken = await status();
  expect(broken).toMatchObject({ code: 3, answer: { state: 'wrong' } });
  const abouts = broken.answer.problems.map(({ about, what }) => `${about}: ${what}`);
  expect(abouts).toEqual([
    expect.stringContaining(
      `${breaking.bucket}: the stack ${destinationStackName(breaking.bucket)} is deployed, but somebody has deleted the bucket ${breaking.bucket}, the bucket policy`,
    ),
    `${breaking.bucket}: ${OBJECTS} messages are in ${breaking.bucket}-failed: given up, kept for 14 days`,
    `${breaking.bucket}: ${OBJECTS} objects could not be copied at the last attempt`,
    // What this test has set.
    expect.stringMatching(
      /changed the queue .*RedrivePolicy.maxReceiveCount 3 instead of 20.*the function .*INBOX_VISIBILITY_SECONDS 1 instead of 3600/,
    ),
  ]);
  const other = await status('--destination', steady.bucket);
  expect(other).toMatchObject({ code: 0, answer: { state: 'well' } });

  const { sqs } = awsClients(emulator, breaking.region);
  await sqs.send(new SendMessageCommand({ QueueUrl: await urlOf(inbox), MessageBody: 'who am I?' }));
  await expect.poll(() => messagesIn(failedQueue)).toMatchObject({ all: OBJECTS + 1 });
  const failed = await status('--destination', breaking.bucket, '--failed');
  expect(failed.code).toBe(3);
  const [why] = failed.answer.destinations;
  expect(why?.failed?.items.map(({ key }) => key).toSorted()).toEqual([...puts.keys()].toSorted());
  for (const item of why?.failed?.items ?? []) expect(item.reason).toMatch(/NoSuchBucket|there is no such bucket/);
  expect(why?.queue).toMatchObject({ keys: OBJECTS, notUnderstood: [{ body: 'who am I?' }] });
  // They were only looked at.
  expect(await messagesIn(failedQueue)).toMatchObject({ ready: OBJECTS + 1 });

  const key = await status('--key', 'status/7');
  expect(key.code).toBe(3);
  expect(key.answer.destinations).toMatchObject([
    { live: { unread: expect.stringContaining(breaking.bucket) }, recorded: { item: { outcome: 'failed' } } },
    { verdict: 'same', recorded: { item: { outcome: 'copied' } } },
  ]);

  // Mended.
  await createBucket(access(breaking));
  const retried = await command('retry', '--destination', breaking.bucket, '--failed');
  expect(retried.stdout).toContain(`put into its inbox: ${OBJECTS} messages of ${breaking.bucket}-failed`);
  expect(retried.stdout).toContain('1 stay in');
  expect(retried.code).toBe(3);
  await arrived(puts, [access(breaking)]);
  await expect.poll(() => messagesIn(inbox)).toMatchObject({ all: 0 });
  expect(await messagesIn(failedQueue)).toMatchObject({ all: 1 });
  await discardOdd();

  await setEnvironment(new LambdaClient({ region: breaking.region }), inbox.name, before);
  await setReceives(inbox, 20);
  await setWhatIsLeftOut(emulator);

  const { report } = await runs.finished(await runs.start());
  expect(report).toMatchObject({ status: 'equal', source: { keys: OBJECTS } });
  // The emulator computes no alarms, and nobody is to be told.
  const noData = { what: expect.stringMatching(/^these alarms have no data yet|^nobody is told by/) };
  const mended = await status();
  // A bucket that somebody makes again has not all the settings of the one that was there.
  const isOfTheBucket = ({ what }: { readonly what: string }) =>
    what.includes(`bucket ${breaking.bucket}`) || what.includes('bucket policy');
  expect(mended.answer.problems.filter((problem) => !isOfTheBucket(problem))).toEqual([]);
  for (const notice of mended.answer.notices) expect(notice).toMatchObject(noData);
  expect(await status('--failed')).toMatchObject({ code: 0, answer: { headline: 'Nothing has failed.' } });
  expect(await status('--key', 'status/7')).toMatchObject({ code: 0, answer: { state: 'well' } });
});

/** As a person would, when it is known who sent it. */
async function discardOdd(): Promise<void> {
  const { sqs } = awsClients(emulator, failedQueue.region);
  await sqs.send(new PurgeQueueCommand({ QueueUrl: await urlOf(failedQueue) }));
}

interface Answer {
  readonly state: string;
  readonly headline: string;
  readonly problems: readonly { readonly about: string; readonly what: string }[];
  readonly notices: readonly object[];
  readonly destinations: readonly {
    readonly failed?: { readonly items: readonly { readonly key: string; readonly reason: string }[] };
    readonly queue?: object;
  }[];
}

async function status(...options: readonly string[]): Promise<{ readonly code: number; readonly answer: Answer }> {
  const { code, stdout } = await command('status', '--json', ...options);
  return { code, answer: JSON.parse(stdout) };
}

/** As `npm run <name> -- …` does, on the emulator. */
async function command(
  name: string,
  ...options: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string }> {
  const args = ['cli/main.ts', name, '--config', FILE, ...options];
  const env = cleanEnvironment(emulator.environment);
  const where = { cwd: projectFolder, env, maxBuffer: 10_000_000 };
  return promisify(execFile)('node', args, where).then(
    ({ stdout }) => ({ code: 0, stdout }),
    // An exit code other than 0 comes as an error, with what was printed.
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => {
      if (error.stdout === '') throw new Error(error.stderr);
      return error;
    },
  );
}
