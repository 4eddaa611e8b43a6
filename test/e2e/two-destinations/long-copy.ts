import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { awsClients } from '../../../local/aws-clients.ts';
import { failedQueueName, subscriberName } from '../../../shared/names.ts';
import { emulator } from '../emulator.ts';
import { executionsFor, scaleWaits } from '../executions.ts';
import { setEnvironment } from '../function-environment.ts';
import { startPartAwareProxy, type PartAwareProxy } from '../part-aware-proxy.ts';
import { putInParts as putParts } from '../put-in-parts.ts';
import { lookInto, messagesIn, urlOf } from '../queues.ts';
import type { Passage } from '../s3-proxy.ts';
import { access, source } from '../system.ts';
import * as config from './two-destinations.config.ts';

const MIB = 1024 ** 2;
const [place] = config.destinations;
const destination = access(place);
const inbox = { name: subscriberName(place.bucket), region: place.region };
const failedQueue = { name: failedQueueName(place.bucket), region: place.region };
const lambda = new LambdaClient({ region: place.region, endpoint: emulator.endpoint });
/** What becomes of the next requests that copy a part of a key, or complete it. */
const copying = new Map<string, Passage>();
const completing = new Map<string, Passage[]>();
let proxy: PartAwareProxy;
let before: Awaited<ReturnType<typeof setEnvironment>>;

beforeAll(async () => {
  const { endpoint, environment } = emulator;
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  proxy = await startPartAwareProxy(endpoint, ({ method, headers }, { pathname, searchParams }) => {
    const key = decodeURIComponent(pathname).replace(`/${place.bucket}/`, '');
    const copiesPart = headers['x-amz-copy-source'] !== undefined && searchParams.has('partNumber');
    const completes = method === 'POST' && searchParams.has('uploadId');
    return (copiesPart ? copying.get(key) : completes ? completing.get(key)?.shift() : undefined) ?? { method };
  });
  const change = { PARTS_PER_INVOCATION: '2', AWS_ENDPOINT_URL_S3: proxy.endpoint };
  before = await setEnvironment(lambda, inbox.name, change);
});
afterAll(async () => {
  await setEnvironment(lambda, inbox.name, before);
  proxy.close();
  vi.unstubAllEnvs();
});

it('an object of more parts than an invocation copies arrives through several, each part copied once', async () => {
  const key = 'long-copy/a film of 5 parts.mov';
  const parts = [5, 5, 5, 5, 1].map((size, index) => Buffer.alloc(size * MIB, `part ${index}`));
  const ETag = await putParts({ Key: key, ContentType: 'video/quicktime' }, parts);
  // One invocation begins the upload, three copy two parts each, the last of which completes it, and one looks at the source once more.
  await endsAs(key, [{ status: 'SUCCEEDED', entered: ['Copy', 'Copy', 'Copy', 'Copy', 'Copy', 'Done'] }]);

  const at = { Bucket: place.bucket, Key: key };
  expect(await destination.s3.send(new HeadObjectCommand(at))).toMatchObject({ ETag, ContentType: 'video/quicktime' });
  const { Body } = await destination.s3.send(new GetObjectCommand(at));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(Buffer.concat(parts))).toBe(true);
  expect(proxy.partCopies.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5]);
  expect(await openUploads(key)).toBe(0);
});

/** The state machine as it is deployed waits for hours; an hour is 2 seconds here. */
describe('where the hours that the state machine waits are seconds', () => {
  beforeAll(() => scaleWaits(2 / 3600));
  afterAll(() => scaleWaits(1));

  it('a copy that cannot be made is put aside with the reason, leaves no upload, and can be made later', async () => {
    const key = 'long-copy/refused ä+b';
    copying.set(key, 'refused');
    const etag = await putInParts(key);
    await expect.poll(() => openUploads(key)).toBe(1);
    await endsAs(key, [
      {
        status: 'FAILED',
        error: 'LongCopyFailed',
        cause: expect.stringContaining('AccessDenied'),
        entered: ['Copy', 'Copy', 'PutAsideInFailed', 'GiveUp', 'Failed'],
        // The first, and twenty more.
        failures: 21,
      },
    ]);
    expect(await openUploads(key)).toBe(0);
    expect(await etagOf(key)).toBeUndefined();
    const named = JSON.stringify({ keys: [{ key }] });
    const aside = (await lookInto(failedQueue)).filter(({ Body = '' }) => JSON.stringify(JSON.parse(Body)) === named);
    expect(aside.map(({ MessageAttributes }) => MessageAttributes?.['reason']?.StringValue)).toEqual([
      expect.stringMatching(/Cannot copy .*AccessDenied/),
    ]);

    // As RUNBOOK says: mended, and moved back into the inbox.
    copying.delete(key);
    await send(String(aside[0]?.Body));
    await expect.poll(() => etagOf(key)).toBe(etag);
    await endsAs(key, [{ status: 'FAILED' }, { status: 'SUCCEEDED' }]);
  });

  it('a copy whose source changes meanwhile ends, leaves no upload, and leaves the key to the inbox', async () => {
    const key = 'long-copy/overtaken';
    copying.set(key, 'refused');
    await putInParts(key);
    await expect.poll(() => openUploads(key)).toBe(1);
    await source.s3.send(new PutObjectCommand({ Bucket: source.bucket, Key: key, Body: 'newer' }));
    await endsAs(key, [{ status: 'SUCCEEDED', entered: ['Copy', 'Copy', 'LeaveToInbox', 'Done'] }]);
    expect(await openUploads(key)).toBe(0);
    await expectDelayedMessage();
    const newer = await source.s3.send(new HeadObjectCommand({ Bucket: source.bucket, Key: key }));
    await expect.poll(() => etagOf(key)).toBe(newer.ETag);
  });

  it('a completion that never arrives is sent again after the wait', async () => {
    const key = 'long-copy/dropped';
    completing.set(key, ['dropped']);
    const etag = await putInParts(key);
    await endsAs(key, [
      {
        status: 'SUCCEEDED',
        entered: ['Copy', 'Copy', 'Copy', 'WaitUntilItHasLandedOrDied', 'Copy', 'Copy', 'Done'],
        failures: 0,
      },
    ]);
    expect(await etagOf(key)).toBe(etag);
    expect(await openUploads(key)).toBe(0);
  });

  it('a completion whose answer is lost is found out after the wait, and left to the inbox', async () => {
    const key = 'long-copy/lost';
    completing.set(key, [{ method: 'POST', lost: true }]);
    const etag = await putInParts(key);
    await endsAs(key, [
      {
        status: 'SUCCEEDED',
        entered: ['Copy', 'Copy', 'Copy', 'WaitUntilItHasLandedOrDied', 'Copy', 'LeaveToInbox', 'Done'],
      },
    ]);
    expect(await etagOf(key)).toBe(etag);
    await expectDelayedMessage();
  });
});

async function putInParts(key: string): Promise<string | undefined> {
  return putParts(
    { Key: key },
    [5, 5, 1].map((size, index) => Buffer.alloc(size * MIB, `${key} ${index}`)),
  );
}

async function endsAs(key: string, executions: readonly object[]): Promise<void> {
  const ended = async () => {
    const all = await executionsFor(key, place);
    return all.length === executions.length && all.every(({ status }) => status !== 'RUNNING');
  };
  await expect.poll(ended).toBe(true);
  expect(await executionsFor(key, place)).toMatchObject(executions);
}

/** As long as the execution runs, the same copy counts as under way: a message that came sooner would be settled by that, and the key lost. */
async function expectDelayedMessage(): Promise<void> {
  const { ready, received, all } = await messagesIn(inbox);
  expect(all - ready - received).toBeGreaterThan(0);
}

async function etagOf(key: string): Promise<string | undefined> {
  const at = { Bucket: place.bucket, Key: key };
  return destination.s3.send(new HeadObjectCommand(at)).then(
    ({ ETag }) => ETag,
    (error: unknown) => {
      if (error instanceof Error && error.name === 'NotFound') return undefined;
      throw error;
    },
  );
}

async function openUploads(key: string): Promise<number> {
  const { Uploads = [] } = await destination.s3.send(new ListMultipartUploadsCommand({ Bucket: place.bucket }));
  return Uploads.filter((upload) => upload.Key === key).length;
}

async function send(MessageBody: string): Promise<void> {
  const { sqs } = awsClients(emulator, place.region);
  await sqs.send(new SendMessageCommand({ QueueUrl: await urlOf(inbox), MessageBody }));
}
