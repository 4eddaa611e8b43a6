import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DynamoSimulator, startDynamoSimulator } from '../../support/dynamo-simulator/http-server.ts';
import { created, startRig } from '../../support/replicate-rig.ts';
import type { Rig } from '../../support/replicate-rig.ts';

const INBOX = 'https://sqs.eu-west-1.amazonaws.com/111122223333/photos-eu';
const FAILED = `${INBOX}-failed`;
const sqs = mockClient(SQSClient);
let rig: Rig;

beforeEach(async () => {
  sqs.reset();
  rig = await startRig();
  vi.stubEnv('INBOX_URL', INBOX);
  vi.stubEnv('FAILED_QUEUE_URL', FAILED);
  vi.stubEnv('INBOX_VISIBILITY_SECONDS', '3600');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rig.s3.close();
});

/** One message, in its n-th delivery. */
async function deliver(body: unknown, count = 1): Promise<unknown> {
  const record = {
    messageId: 'm',
    eventSource: 'aws:sqs',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
  const delivery = { receiptHandle: 'handle', attributes: { ApproximateReceiveCount: String(count) } };
  return rig.invokeWith({ Records: [{ ...record, ...delivery }] });
}

const settled = { batchItemFailures: [] };
const comesBack = { batchItemFailures: [{ itemIdentifier: 'm' }] };

describe('a message that nobody can understand', () => {
  it('goes to the failed queue at once, with the reason, and does not come back', async () => {
    expect(await deliver('no JSON')).toEqual(settled);
    const [call] = sqs.commandCalls(SendMessageCommand);
    expect(call?.args[0].input).toMatchObject({
      QueueUrl: FAILED,
      MessageBody: 'no JSON',
      MessageAttributes: { reason: { StringValue: expect.stringContaining('JSON') }, messageId: { StringValue: 'm' } },
    });
    expect(rig.s3.requests.count()).toBe(0);
  });

  it('comes back if the failed queue does not take it', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('no'));
    expect(await deliver('no JSON')).toEqual(comesBack);
  });

  it('is described in characters that SQS takes', async () => {
    await deliver({ keys: [{ key: `\u0000\uFFFE${'x'.repeat(2000)}` }] });
    const reason = sqs.commandCalls(SendMessageCommand)[0]?.args[0].input.MessageAttributes?.['reason']?.StringValue;
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    expect(reason).toMatch(/^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]{1,500}$/u);
  });
});

describe('a message that failed for certain', () => {
  it.each([
    [1, 60],
    [2, 120],
    [5, 960],
    [7, 3600],
    [20, 3600],
  ])('comes back, after its delivery %i, in %i seconds', async (count, seconds) => {
    rig.s3.faults.add({ match: {}, times: 'always', fault: '403 AccessDenied' });
    expect(await deliver({ keys: [{ key: 'k' }] }, count)).toEqual(comesBack);
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand)[0]?.args[0].input).toEqual({
      QueueUrl: INBOX,
      ReceiptHandle: 'handle',
      VisibilityTimeout: seconds,
    });
  });

  it('comes back in its time if SQS refuses to bring that forward', async () => {
    sqs.on(ChangeMessageVisibilityCommand).rejects(new Error('no'));
    rig.s3.faults.add({ match: {}, times: 'always', fault: '403 AccessDenied' });
    expect(await deliver({ keys: [{ key: 'k' }] })).toEqual(comesBack);
  });
});

it('a message with an unclear answer comes back only after the whole visibility time-out', async () => {
  rig.s3.faults.add({ match: { operation: 'CopyObject' }, fault: 'reset', when: 'late' });
  expect(await deliver(created('k', rig.put('k', 'one').etag))).toEqual(comesBack);
  expect(sqs.calls()).toEqual([]);
});

it('a message with one unclear and one failed key waits for the unclear one', async () => {
  rig.put('unclear', 'one');
  rig.s3.faults.add({ match: { operation: 'CopyObject', key: 'unclear' }, fault: 'reset' });
  rig.s3.faults.add({ match: { key: 'failed' }, times: 'always', fault: '403 AccessDenied' });
  expect(await deliver({ keys: [{ key: 'unclear' }, { key: 'failed' }] })).toEqual(comesBack);
  expect(sqs.calls()).toEqual([]);
});

it('a settled message asks nothing of the queues', async () => {
  expect(await deliver(created('k', rig.put('k', 'one').etag))).toEqual(settled);
  expect(sqs.calls()).toEqual([]);
});

describe('a message whose record the history did not take', () => {
  let dynamo: DynamoSimulator;
  beforeEach(async () => {
    dynamo = await startDynamoSimulator();
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
    vi.stubEnv('LEDGER_TABLE', 'photos-eu-ledger');
    vi.stubEnv('VERSIONS_TABLE', 'photos-eu-versions');
    dynamo.missing.add('photos-eu-versions');
  });
  afterEach(() => dynamo.close());

  it('is put aside as it is, so that all of them can be tried again, and does not come back', async () => {
    const message = created('k', rig.put('k', 'one').etag);
    expect(await deliver(message)).toEqual(settled);
    const [call] = sqs.commandCalls(SendMessageCommand);
    expect(call?.args[0].input).toMatchObject({
      QueueUrl: FAILED,
      MessageBody: JSON.stringify(message),
      MessageAttributes: { reason: { StringValue: expect.stringContaining('history did not take') } },
    });
    // What retry does.
    dynamo.missing.clear();
    sqs.resetHistory();
    await deliver(message, 2);
    expect(sqs.commandCalls(SendMessageCommand)).toEqual([]);
    expect([...dynamo.sorted.values()]).toMatchObject([{ fact: { S: 'version' }, eventAt: {} }]);
  });

  it('comes back if it cannot be put aside', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('no'));
    expect(await deliver(created('k', rig.put('k', 'one').etag))).toEqual(comesBack);
  });

  it('stays settled where there is no history', async () => {
    vi.stubEnv('VERSIONS_TABLE', undefined);
    dynamo.missing.add('photos-eu-ledger');
    expect(await deliver(created('k', rig.put('k', 'one').etag))).toEqual(settled);
    expect(sqs.commandCalls(SendMessageCommand)).toEqual([]);
  });
});
