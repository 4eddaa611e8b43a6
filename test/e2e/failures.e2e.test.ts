import { LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { switchInbox } from '../../cli/pause/switch-inbox.ts';
import { awsClients } from '../../local/aws-clients.ts';
import { bootstrap } from '../../local/deploy.ts';
import { failedQueueName, subscriberName } from '../../shared/names.ts';
import { createBucket } from './buckets.ts';
import { deploy, deploymentOf, emulator } from './emulator.ts';
import * as config from './failures.config.ts';
import { type LogLine, logOf } from './function-log.ts';
import { setEnvironment } from './function-environment.ts';
import { startS3Proxy, type S3Proxy } from './s3-proxy.ts';
import { lookInto, messagesIn, type Queue, setReceives, urlOf } from './queues.ts';
import { access, arrived, put, text } from './system.ts';

const { destination, outage } = config;
const source = access(config.source);
const replica = access(destination);
const before = new Map<string, Readonly<Record<string, string | undefined>>>();
/** Keys of which S3 says 403, as it does of an object that the function may not read. */
const forbidden = new Set<string>();
let proxy: S3Proxy;

beforeAll(async () => {
  for (const [name, value] of Object.entries(emulator.environment)) vi.stubEnv(name, value);
  const deployment = await deploymentOf('test/e2e/failures.config.ts');
  await bootstrap(deployment);
  await deploy(deployment);
  proxy = await startS3Proxy(emulator.endpoint, ({ method }, url) =>
    [...forbidden].some((key) => decodeURIComponent(url.pathname).endsWith(key)) ? 'refused' : { method },
  );
  // A message that failed stays away for a minute, then for two, at last for an hour; here for a second at most.
  const change = { INBOX_VISIBILITY_SECONDS: '1', AWS_ENDPOINT_URL_S3: proxy.endpoint };
  const lambda = new LambdaClient({ region: destination.region });
  for (const name of [destination.bucket, outage.destination.bucket].map(subscriberName)) {
    before.set(name, await setEnvironment(lambda, name, change));
  }
});

afterAll(async () => {
  const lambda = new LambdaClient({ region: destination.region });
  for (const [name, variables] of before) await setEnvironment(lambda, name, variables);
  proxy.close();
  vi.unstubAllEnvs();
});

it('a message that nobody can understand is put aside at once, with the reason; its batch mates are copied', async () => {
  const mates = batchMates('not-understood');
  const puts = await inOneBatch(async () => {
    const { sqs } = awsClients(emulator, destination.region);
    await sqs.send(new SendMessageCommand({ QueueUrl: await urlOf(inboxOf(destination)), MessageBody: 'who am I?' }));
    return put(mates, source);
  });
  await arrived(puts, [replica]);
  await settled();

  expect((await failed()).filter(({ Body }) => Body === 'who am I?')).toMatchObject([
    { MessageAttributes: { reason: { StringValue: expect.stringContaining('is not valid JSON') } } },
  ]);
  const log = await logOf(destination);
  const seen = log.filter(({ message }) => message === 'not understood');
  expect(seen).toHaveLength(1);
  expect(keysInBatchOf(log, seen[0])).toEqual(mates.map(({ key }) => key));
});

it('a message that keeps failing ends among the failed after its receives; its batch mates are copied', async () => {
  const receives = await setReceives(inboxOf(destination), 3);
  try {
    const key = 'keeps-failing/forbidden';
    forbidden.add(key);
    const mates = batchMates('keeps-failing');
    const puts = await inOneBatch(async () => {
      await put([text(key, 'nobody may read this')], source);
      return put(mates, source);
    });
    await arrived(puts, [replica]);
    await settled();

    const aside = (await failed()).filter(({ Body }) => Body?.includes('keeps-failing/'));
    expect(aside).toMatchObject([{ Body: expect.stringContaining(key) }]);
    const log = await logOf(destination);
    const attempts = failuresOf(log, key);
    expect(attempts).toHaveLength(3);
    expect(attempts[0]?.reason).toContain('status 403: S3 denies access and gives no reason');
    expect(keysInBatchOf(log, attempts[0])).toEqual([...mates.map(({ key }) => key), key].toSorted());
    const ofMates = log.filter(({ key }) => mates.some((mate) => mate.key === key));
    expect(ofMates.map(({ message }) => message)).toEqual(mates.map(() => 'copied'));
  } finally {
    // Twenty, spread over most of a day.
    await setReceives(inboxOf(destination), receives);
  }
});

it('a flaky message is delivered again, and settles once what it is about is mended; its batch mates did not wait', async () => {
  const key = 'flaky/forbidden';
  forbidden.add(key);
  const mates = batchMates('flaky');
  const puts = await inOneBatch(async () => {
    await put([text(key, 'nobody may read this yet')], source);
    return put(mates, source);
  });
  await expect.poll(async () => failuresOf(await logOf(destination), key).length).toBeGreaterThan(1);
  await arrived(puts, [replica]);
  expect(await messagesIn(inboxOf(destination))).toMatchObject({ all: 1 });

  forbidden.delete(key);
  await settled();
  expect((await logOf(destination)).findLast((line) => line.key === key)?.message).toBe('copied');
  expect((await failed()).filter(({ Body }) => Body?.includes(key))).toEqual([]);
});

it('a destination whose bucket is missing loses nothing: all is delivered again until the bucket is there', async () => {
  const objects = Array.from({ length: 10 }, (_, n) => text(`outage/${n}`, `outage ${n}`));
  const puts = await put(objects, access(outage.source));
  await expect
    .poll(async () => {
      const log = await logOf(outage.destination);
      return Math.min(...objects.map(({ key }) => failuresOf(log, key).length));
    })
    .toBeGreaterThan(1);
  expect(await messagesIn(inboxOf(outage.destination))).toMatchObject({ all: 10 });

  await createBucket(access(outage.destination));
  await arrived(puts, [access(outage.destination)]);
  await settled(outage.destination);
  expect(await messagesIn(failedQueueOf(outage.destination))).toMatchObject({ all: 0 });
});

type Place = Pick<typeof destination, 'bucket' | 'region'>;

function inboxOf({ bucket, region }: Place): Queue {
  return { name: subscriberName(bucket), region };
}

function failedQueueOf({ bucket, region }: Place): Queue {
  return { name: failedQueueName(bucket), region };
}

function batchMates(test: string) {
  return Array.from({ length: 9 }, (_, n) => text(`${test}/${n}`, `${test} ${n}`));
}

/** Of ten messages that come while the inbox is switched off, Lambda makes one batch when it is switched on. */
async function inOneBatch<T>(prepare: () => Promise<T>): Promise<T> {
  await switchInbox(destination, 'off');
  const result = await prepare();
  await expect.poll(() => messagesIn(inboxOf(destination))).toMatchObject({ ready: 10, all: 10 });
  await switchInbox(destination, 'on');
  return result;
}

async function settled(at: Place = destination): Promise<void> {
  await expect.poll(() => messagesIn(inboxOf(at))).toMatchObject({ all: 0 });
}

async function failed() {
  return lookInto(failedQueueOf(destination));
}

function failuresOf(log: readonly LogLine[], key: string): readonly LogLine[] {
  return log.filter((line) => line.message === 'failed' && line.key === key);
}

function keysInBatchOf(log: readonly LogLine[], line: LogLine | undefined): readonly string[] {
  const batch = log.filter(({ function_request_id }) => function_request_id === line?.function_request_id);
  return batch.flatMap(({ key }) => key ?? []).toSorted();
}
