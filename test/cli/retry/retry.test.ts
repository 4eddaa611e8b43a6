import { fileURLToPath } from 'node:url';
import { DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, GetItemCommandInput, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import { HeadBucketCommand, HeadObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { retry } from '../../../cli/retry/retry.ts';
import type { RetryOptions } from '../../../cli/retry/retry.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { mockQueues } from '../../support/mocked-queue.ts';
import type { MockedQueues } from '../../support/mocked-queue.ts';

const [sts, sqs, dynamoDB, s3] = [
  mockClient(STSClient),
  mockClient(SQSClient),
  mockClient(DynamoDBClient),
  mockClient(S3Client),
];
const config = fileURLToPath(new URL('../two-sources.config.ts', import.meta.url));
let mocked: MockedQueues;
/** What the ledgers say that failed. */
let trouble: string[];
/** What they know of each of these. */
let attributes: Record<string, AttributeValue>;
/** Buckets that have any key, and ledgers that know any. */
let inBucket: string[];
let inLedger: string[];

function refusal(httpStatusCode: number) {
  return new S3ServiceException({
    name: 'Unknown',
    message: 'UnknownError',
    $fault: 'client',
    $metadata: { httpStatusCode },
  });
}

beforeEach(() => {
  for (const mock of [sts, sqs, dynamoDB, s3]) mock.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333' });
  mocked = mockQueues(sqs);
  for (const name of ['photos-eu', 'photos-eu-failed', 'photos-near', 'photos-near-failed'])
    mocked.queues.set(name, []);
  trouble = [];
  attributes = {};
  inLedger = [];
  inBucket = ['photos'];
  s3.on(HeadBucketCommand).resolves({});
  s3.on(HeadObjectCommand).callsFake(({ Bucket }: { Bucket: string }) => {
    if (inBucket.includes(Bucket)) return { ETag: '"1"', ContentLength: 1, LastModified: new Date(0) };
    throw refusal(404);
  });
  dynamoDB
    .on(GetItemCommand)
    .callsFake(({ TableName, Key }: GetItemCommandInput) =>
      inLedger.includes(String(TableName))
        ? { Item: { key: { S: Key?.['key']?.S ?? '' }, outcome: { S: 'copied' } } }
        : {},
    );
  // Two a page.
  dynamoDB.on(QueryCommand).callsFake(({ TableName, ExclusiveStartKey }: QueryCommandInput) => {
    const from = Number(ExclusiveStartKey?.['at']?.N ?? 0);
    const all = TableName === 'photos-eu-ledger' ? trouble : [];
    return {
      Items: all.slice(from, from + 2).map((key) => ({ key: { S: key }, ...attributes })),
      ...(from + 2 < all.length && { LastEvaluatedKey: { at: { N: String(from + 2) } } }),
    };
  });
});

/** @param around.answer what the user says when asked; absent: nobody can be asked. */
async function call(
  options: Omit<RetryOptions, 'config'>,
  { answer, msALook = 0 }: { readonly answer?: string; readonly msALook?: number } = {},
) {
  const said: string[] = [];
  let asked = 0;
  let now = 0;
  const code = await retry(
    { config, source: 'photos', ...options },
    {
      out: (text) => said.push(text),
      now: () => (now += msALook),
      ...(answer !== undefined && {
        async ask() {
          asked++;
          return answer;
        },
      }),
    },
  );
  return { code, asked, said: said.join('\n') };
}

function event(key: string): string {
  return JSON.stringify({
    Records: [{ eventVersion: '2.1', s3: { bucket: { name: 'photos' }, object: { key } } }],
  });
}

function keysIn(queue: string): readonly string[] {
  return (mocked.queues.get(queue) ?? []).flatMap(({ body }): string[] => {
    const { keys } = JSON.parse(body);
    return (keys ?? []).map(({ key }: { key: string }) => key);
  });
}

it('sends one key to every destination, or to the one that is named', async () => {
  const key = objectKey('a/größe \uFFFE');
  const { code, said } = await call({ key });
  expect(code).toBe(0);
  expect(keysIn('photos-eu')).toEqual([key]);
  expect(keysIn('photos-near')).toEqual([key]);
  expect(said).toContain('photos-eu: put into its inbox: the key. To see what comes of it: npm run status');

  await call({ key, destination: 'photos-near' });
  expect([keysIn('photos-eu').length, keysIn('photos-near').length]).toEqual([1, 2]);
});

it('moves what failed into the inbox, all of it and exactly as it was, and tells how much', async () => {
  const bodies = Array.from({ length: 95 }, (_, n) => event(`k${n}`));
  mocked.queues.set(
    'photos-eu-failed',
    bodies.map((body, n) => ({ id: `m${n}`, body })),
  );
  const { code, said } = await call({ failed: true, destination: 'photos-eu' });
  expect(code).toBe(0);
  expect(mocked.queues.get('photos-eu')?.map(({ body }) => body)).toEqual(bodies);
  expect(mocked.queues.get('photos-eu-failed')).toEqual([]);
  expect(said).toContain('put into its inbox: 95 messages of photos-eu-failed, and 0 more keys of the ledger.');
});

it('sends before it deletes', async () => {
  mocked.queues.set('photos-eu-failed', [{ id: 'm', body: event('k') }]);
  await call({ failed: true, destination: 'photos-eu' });
  const changes = mocked.log.filter((line) => !line.startsWith('receive'));
  expect(changes).toEqual(['send photos-eu', 'delete photos-eu-failed']);
});

it('deletes nothing that could not be sent', async () => {
  mocked.queues.set('photos-eu-failed', [{ id: 'm', body: event('k') }]);
  sqs.on(SendMessageBatchCommand).rejects(new Error('the inbox is full'));
  await expect(call({ failed: true, destination: 'photos-eu' })).rejects.toThrow(
    /^Cannot try again at photos-eu: the inbox is full; .* nothing is lost/,
  );
  expect(sqs.commandCalls(DeleteMessageBatchCommand)).toEqual([]);
  expect(mocked.queues.get('photos-eu-failed')).toHaveLength(1);
});

it('sends the keys that only the ledger knows, page after page, and none twice', async () => {
  mocked.queues.set('photos-eu-failed', [{ id: 'm', body: event('both') }]);
  trouble = ['one', 'both', 'two', 'three', 'four'];
  const { said } = await call({ failed: true, destination: 'photos-eu' });
  expect(keysIn('photos-eu').toSorted()).toEqual(['four', 'one', 'three', 'two']);
  expect(mocked.queues.get('photos-eu')).toHaveLength(2);
  expect(said).toContain('1 message of photos-eu-failed, and 4 more keys');
});

it('leaves what nobody understands where it is, in sight of others, and goes on behind it', async () => {
  const odd = Array.from({ length: 25 }, (_, n) => ({ id: `odd${n}`, body: `?${n}` }));
  mocked.queues.set('photos-eu-failed', [...odd, { id: 'm', body: event('k') }]);
  const { code, said } = await call({ failed: true, destination: 'photos-eu' });
  expect(code).toBe(3);
  expect(mocked.queues.get('photos-eu')).toHaveLength(1);
  expect(mocked.queues.get('photos-eu-failed')).toEqual(odd.map((message) => ({ ...message, hidden: false })));
  expect(said).toContain('25 stay in photos-eu-failed, as nobody understands them: npm run status -- --destination');
});

it('does not move again what fails again at once', async () => {
  mocked.queues.set(
    'photos-eu-failed',
    Array.from({ length: 12 }, (_, n) => ({ id: `m${n}`, body: event(`k${n}`) })),
  );
  // Each message falls back under the id by which it was sent.
  const fake = sqs.on(DeleteMessageBatchCommand);
  fake.callsFake(({ Entries = [] }: { Entries?: { ReceiptHandle: string }[] }) => {
    const gone = new Set(Entries.map(({ ReceiptHandle }) => ReceiptHandle));
    const kept = (mocked.queues.get('photos-eu-failed') ?? []).filter(({ id }) => !gone.has(`receipt of ${id}`));
    mocked.queues.set('photos-eu-failed', [...kept, ...(mocked.queues.get('photos-eu') ?? [])]);
    mocked.queues.set('photos-eu', []);
    return {};
  });
  const { code, said } = await call({ failed: true, destination: 'photos-eu' });
  expect(code).toBe(0);
  expect(said).toContain('12 messages');
  expect(mocked.queues.get('photos-eu-failed')).toHaveLength(12);
  expect(mocked.queues.get('photos-eu-failed')?.every(({ hidden }) => hidden !== true)).toBe(true);
});

it('says if there is nothing to be done, at each destination', async () => {
  const { code, said } = await call({ failed: true });
  expect(code).toBe(0);
  expect(said).toBe('photos-eu: nothing is to be tried again.\nphotos-near: nothing is to be tried again.');
});

it('says that what it sends waits, where the destination is paused', async () => {
  mocked.tags.set('photos-eu', { 'fanout-paused': '2026-11-21T01:00:00Z' });
  const { said } = await call({ key: objectKey('k'), destination: 'photos-eu' });
  expect(said).toContain('The destination is paused: it waits there until npm run resume -- photos-eu');
});

it('says what may not be done', async () => {
  sqs
    .on(ReceiveMessageCommand)
    .rejects(new SQSServiceException({ name: 'AccessDenied', message: 'no', $fault: 'client', $metadata: {} }));
  await expect(call({ failed: true, destination: 'photos-eu' })).rejects.toThrow(
    /^Cannot try again at photos-eu: AccessDenied: no; .*sqs:ReceiveMessage/,
  );
});

it('says what to deploy where nothing is', async () => {
  mocked.queues.clear();
  await expect(call({ failed: true })).rejects.toThrow(/queue does not exist.*npx cdk deploy/);
});

it.each<[Omit<RetryOptions, 'config'>, string]>([
  [{}, 'Say what to try again'],
  [{ failed: true, key: objectKey('k') }, 'Say what to try again'],
  [
    { failed: true, destination: 'photos-us' },
    'There is no destination "photos-us" (did you mean "photos-eu"?) of photos',
  ],
])('refuses %j as wrong usage', async (options, message) => {
  await expect(call(options)).rejects.toThrow(
    expect.objectContaining({ message: expect.stringContaining(message), exitCode: 2 }),
  );
});

describe('a key that nobody knows', () => {
  const key = objectKey('a/typo');

  it('is sent nowhere, and is an error', async () => {
    inBucket = [];
    await expect(call({ key })).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(
        /^Nothing is known of "a\/typo": it is not in photos, photos-eu, photos-near, .*Nothing was sent/,
      ),
    });
    expect([...keysIn('photos-eu'), ...keysIn('photos-near')]).toEqual([]);
  });

  it.each([
    { name: 'the source has it', buckets: ['photos'], ledgers: [] },
    { name: 'a destination has it', buckets: ['photos-near'], ledgers: [] },
    { name: 'a ledger has it', buckets: [], ledgers: ['photos-eu-ledger'] },
  ])('is one that it sends after all: $name', async ({ buckets, ledgers }) => {
    [inBucket, inLedger] = [buckets, ledgers];
    expect(await call({ key })).toMatchObject({ code: 0 });
    expect(keysIn('photos-eu')).toEqual([key]);
  });

  it('is sent nowhere where one of the destinations is not deployed', async () => {
    const gone = Object.assign(new Error('no such queue'), { name: 'QueueDoesNotExist' });
    sqs.on(GetQueueUrlCommand, { QueueName: 'photos-near' }).rejects(gone);
    await expect(call({ key })).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(
        /^Cannot find the queues of photos-near: .*; nothing was sent, to no destination; --destination <bucket> sends/,
      ),
    });
    expect([...keysIn('photos-eu'), ...keysIn('photos-near')]).toEqual([]);
  });

  it('is sent, with a word, where it cannot be looked up', async () => {
    s3.on(HeadObjectCommand).rejects(refusal(403));
    const { code, said } = await call({ key });
    expect(code).toBe(0);
    expect(said).toMatch(/^Whether there is such a key could not be looked up: .*403/);
    expect(keysIn('photos-eu')).toEqual([key]);
  });
});

describe('what it takes is said before anything is sent', () => {
  const GIB = 1024 ** 3;
  const failed = { failed: true, destination: 'photos-eu' } as const;

  function sizes(bytes: number, etag = 'e') {
    attributes = { size: { N: String(bytes) }, sourceETag: { S: etag } };
  }

  it('keys, bytes, requests and their price', async () => {
    mocked.queues.set('photos-eu-failed', [{ id: 'm', body: event('one') }]);
    trouble = ['one', 'two', 'three'];
    sizes(GIB);
    const { code, said, asked } = await call(failed, { answer: 'n' });
    expect(code).toBe(0);
    // By hand: 3 copies and 12 looks, and 3 GiB between Regions for $0.06.
    expect(said).toMatch(
      /^photos-eu: 1 message of photos-eu-failed, and 3 keys of the ledger, mostly the same; about 3 GiB\. If all are copied: about 15 requests, \$0\.06 by list price\n/,
    );
    expect(said.indexOf('If all are copied')).toBeLessThan(said.indexOf('put into its inbox'));
    // Nobody is asked about six cents.
    expect(asked).toBe(0);
  });

  it('what is dear waits for a yes', async () => {
    trouble = ['one', 'two', 'three'];
    sizes(200 * GIB);
    const refused = await call(failed, { answer: 'n' });
    expect(refused).toMatchObject({
      code: 0,
      asked: 1,
      said: expect.stringMatching(/\$12 by list price\nNothing was sent$/),
    });
    expect(mocked.log).toEqual([]);
    const agreed = await call(failed, { answer: 'y' });
    expect(agreed.said).toContain('3 more keys of the ledger');
  });

  it('what is dear needs --yes where nobody can be asked', async () => {
    trouble = ['one', 'two', 'three'];
    sizes(200 * GIB);
    await expect(call(failed)).rejects.toMatchObject({
      exitCode: 2,
      message: 'Nothing was started: it costs $12 by list price, and nobody can be asked here; to agree, say --yes',
    });
    expect(mocked.log).toEqual([]);
    expect(await call({ ...failed, yes: true })).toMatchObject({ code: 0 });
    expect(keysIn('photos-eu')).toHaveLength(3);
  });

  it('is asked about once, for all destinations together', async () => {
    dynamoDB.on(QueryCommand).resolves({ Items: [{ key: { S: 'k' }, size: { N: String(600 * GIB) } }] });
    const { asked, said } = await call({ failed: true }, { answer: 'n' });
    expect(asked).toBe(1);
    expect(said).toMatch(/^photos-eu: .*\$12 by.*\nphotos-near: .*less than \$0\.0001 by/);
  });

  it('counts parts, and says what it does not know', async () => {
    trouble = ['one'];
    sizes(GIB, 'e-98');
    expect((await call(failed)).said).toContain('about 104 requests');
    attributes = {};
    expect((await call(failed)).said).toMatch(
      /of unknown size\. If all are copied: about 5 requests, less than \$0\.0001 by list price and the transfer between Regions\n/,
    );
  });

  it('has ten seconds to count, and says "more than" then; what may be dear waits for a yes', async () => {
    trouble = ['one', 'two', 'three'];
    sizes(GIB);
    const { said, asked } = await call(failed, { answer: 'n', msALook: 6000 });
    expect(said).toMatch(/and more than 2 keys of the ledger, .* If all are copied: more than 10 requests/);
    expect(asked).toBe(1);
  });

  it('goes on without the number of messages, where it may not be asked for', async () => {
    trouble = ['one'];
    sqs.on(GetQueueAttributesCommand).rejects(new Error('not authorized'));
    const { code, said } = await call(failed);
    expect(code).toBe(0);
    expect(said).toContain('messages of photos-eu-failed, which may not be counted, and 1 keys of the ledger');
  });
});
