import { fileURLToPath } from 'node:url';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { DescribeAlarmsCommandInput } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand, QueryCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import {
  GetBucketEncryptionCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  S3Client,
} from '@aws-sdk/client-s3';
import type { HeadObjectCommandInput, HeadObjectCommandOutput, TopicConfiguration } from '@aws-sdk/client-s3';
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { status } from '../../../cli/status/status.ts';
import type { StatusOptions } from '../../../cli/status/status.ts';
import { paths } from '../../../functions/reconcile/run.ts';
import { rehearsalPaths } from '../../../functions/restore/rehearsal/rehearsal.ts';
import { ALARM_HEADINGS, alarmName } from '../../../shared/alarm-names.ts';
import type { AlarmHeading } from '../../../shared/alarm-names.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { mockQueues } from '../../support/mocked-queue.ts';
import type { MockedQueues } from '../../support/mocked-queue.ts';

const mocks = {
  sts: mockClient(STSClient),
  cloudFormation: mockClient(CloudFormationClient),
  cloudWatch: mockClient(CloudWatchClient),
  dynamoDB: mockClient(DynamoDBClient),
  lambda: mockClient(LambdaClient),
  s3: mockClient(S3Client),
  sns: mockClient(SNSClient),
  sqs: mockClient(SQSClient),
};
const { sts, cloudFormation, cloudWatch, dynamoDB, lambda, s3, sns, sqs } = mocks;
const config = fileURLToPath(new URL('../two-sources.config.ts', import.meta.url));
const watched = fileURLToPath(new URL('../watched.config.ts', import.meta.url));
const NOW = Date.parse('2026-11-21T12:00:00Z');
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:photos-fanout';
const ALARM_TOPICS = ['us-east-1', 'eu-west-1'].map((region) => `arn:aws:sns:${region}:111122223333:photos-alarms`);
const REPORTS_TOPIC = 'arn:aws:sns:us-east-1:111122223333:reports';

let mocked: MockedQueues;
let files: Map<string, object>;
let alarms: { AlarmName: string; StateValue: 'OK' | 'ALARM'; AlarmActions?: string[]; ActionsEnabled?: boolean }[];
let rules: TopicConfiguration[];
/** By table and outcome, or table and key. */
let ledger: Map<string, Record<string, string | number>[]>;
/** By bucket; without one there is no such key. */
let heads: Map<string, Partial<HeadObjectCommandOutput> | Error>;

const REHEARSED = {
  token: 't',
  startedAt: '2026-11-01T04:00:00.000Z',
  endedAt: '2026-11-01T04:03:00.000Z',
  succeeded: true,
  cause: '118 objects came back as they should be',
  chosen: 118,
  objects: 118,
  bytes: 4096,
  seconds: 180,
};

beforeEach(() => {
  for (const mock of Object.values(mocks)) mock.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333' });
  mocked = mockQueues(sqs);
  for (const name of ['photos-eu', 'photos-near']) {
    mocked.queues.set(name, []);
    mocked.queues.set(`${name}-failed`, []);
  }
  mocked.queues.set('photos-undelivered', []);
  lambda.on(ListEventSourceMappingsCommand).callsFake(({ FunctionName }) => ({
    EventSourceMappings: [{ UUID: '1', State: 'Enabled', EventSourceArn: `arn:aws:sqs:r:1:${FunctionName}` }],
  }));
  subscribe(['photos-eu', 'photos-near']);
  const at = new Date('2026-11-21T11:55:00Z');
  cloudWatch.on(GetMetricDataCommand).resolves({
    MetricDataResults: [
      { Id: 'copied', Values: [0, 1203], Timestamps: [new Date('2026-11-21T11:59:00Z'), at] },
      { Id: 'lag', Values: [1234], Timestamps: [at] },
    ],
  });
  alarms = all();
  // One a page.
  cloudWatch.on(DescribeAlarmsCommand).callsFake(({ AlarmNamePrefix = '', NextToken }: DescribeAlarmsCommandInput) => {
    const all = alarms.filter(({ AlarmName }) => AlarmName.startsWith(AlarmNamePrefix));
    const from = Number(NextToken ?? 0);
    return { MetricAlarms: all.slice(from, from + 1), ...(from + 1 < all.length && { NextToken: String(from + 1) }) };
  });
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        StackName: 'any',
        CreationTime: at,
        StackStatus: 'CREATE_COMPLETE',
        Outputs: [
          { OutputKey: 'ReportsBucket', OutputValue: 'reports' },
          { OutputKey: 'ReportsTopicArn', OutputValue: REPORTS_TOPIC },
          { OutputKey: 'StateMachineArn', OutputValue: 'machine' },
        ],
      },
    ],
  });
  // What stacks are made of, and whether it is there: see status/every-resource.test.ts.
  cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [] });
  cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: '{ "Resources": {} }' });
  const memory = { completedAt: '2026-11-21T01:04:12.000Z', provedEqualAsOf: '2026-11-21T01:00:04.000Z' };
  files = new Map<string, object>([
    [
      paths.history,
      [
        {
          run: 'r',
          startedAt: '2026-11-21T01:00:00Z',
          status: 'equal',
          destinations: [{ bucket: 'photos-eu', found: 0 }],
        },
      ],
    ],
    [paths.destination('photos-eu'), memory],
    [paths.destination('photos-near'), memory],
    [rehearsalPaths.memory('photos-eu'), { since: '2026-10-01T04:00:00.000Z', last: REHEARSED }],
  ]);
  s3.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => {
    const content = files.get(Key);
    if (content === undefined) throw new NoSuchKey({ message: 'none', $metadata: { httpStatusCode: 404 } });
    return { Body: { transformToString: () => JSON.stringify(content) }, ETag: '"1"' };
  });
  ledger = new Map();
  // Two a page.
  dynamoDB.on(QueryCommand).callsFake((input: QueryCommandInput) => {
    const { TableName, ExpressionAttributeValues, ExclusiveStartKey, Select } = input;
    const from = Number(ExclusiveStartKey?.['at']?.N ?? 0);
    const all = ledger.get(`${TableName} ${ExpressionAttributeValues?.[':outcome']?.S}`) ?? [];
    const page = all.slice(from, from + 2);
    return {
      Count: page.length,
      ...(Select !== 'COUNT' && { Items: page.map(asItem) }),
      ...(from + 2 < all.length && { LastEvaluatedKey: { at: { N: String(from + 2) } } }),
    };
  });
  dynamoDB.on(GetItemCommand).callsFake(({ TableName, Key }) => {
    const [item] = ledger.get(`${TableName} ${Key.key.S}`) ?? [];
    return item === undefined ? {} : { Item: asItem(item) };
  });
  heads = new Map();
  s3.on(HeadObjectCommand).callsFake(({ Bucket = '', ChecksumMode }: HeadObjectCommandInput) => {
    const head = heads.get(Bucket);
    if (head === undefined) throw new NotFound({ message: '', $metadata: { httpStatusCode: 404 } });
    if (head instanceof Error) throw head;
    const { ChecksumCRC64NVME, ...rest } = head;
    return { ...rest, ...(ChecksumMode === 'ENABLED' && { ChecksumCRC64NVME, ChecksumType: 'FULL_OBJECT' }) };
  });
  s3.on(HeadBucketCommand).resolves({});
  s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' });
  s3.on(GetBucketEncryptionCommand).resolves({});
  s3.on(GetBucketPolicyCommand).rejects(error('NoSuchBucketPolicy', 'none', 404));
  s3.on(GetBucketNotificationConfigurationCommand).callsFake(() => ({ TopicConfigurations: rules }));
  rules = [whole()];
});

function whole(): TopicConfiguration {
  return {
    Id: 'fanout-photos',
    TopicArn: TOPIC,
    Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'],
  };
}

/** All alarms that there must be, without a canary. */
function all(): typeof alarms {
  const { source, reconcile, destination, runs, scrub, rehearsal } = ALARM_HEADINGS;
  const named = (bucket: string, headings: readonly AlarmHeading[]) =>
    headings.map((heading) => ({ AlarmName: alarmName(bucket, heading), StateValue: 'OK' as const }));
  return [
    ...named('photos', [...source, ...reconcile]),
    ...['photos-eu', 'photos-near'].flatMap((bucket) =>
      named(bucket, [...destination, ...runs, ...scrub, ...rehearsal]),
    ),
  ];
}

function subscribe(names: readonly string[], addresses: readonly (readonly [string, string])[] = []): void {
  sns.on(ListSubscriptionsByTopicCommand).resolves({
    Subscriptions: [
      ...names.map((name) => ({
        SubscriptionArn: `arn:aws:sns:us-east-1:1:photos-fanout:${name}`,
        Protocol: 'sqs',
        Endpoint: `arn:aws:sqs:eu-west-1:111122223333:${name}`,
      })),
      ...addresses.map(([Endpoint, SubscriptionArn]) => ({ SubscriptionArn, Protocol: 'email', Endpoint })),
    ],
  });
  sns.on(GetSubscriptionAttributesCommand).resolves({
    Attributes: { RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:1:photos-undelivered"}' },
  });
}

function asItem(item: Readonly<Record<string, string | number>>) {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );
}

function error(name: string, message: string, httpStatusCode = 403): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

async function call(options: Partial<StatusOptions> = {}) {
  const said: string[] = [];
  const doing: string[] = [];
  const working = { say: (text: string) => doing.push(text), end: () => doing.push('') };
  const terminal = { out: (text: string) => said.push(text), now: () => NOW, working };
  const code = await status({ config, source: 'photos', verbose: true, ...options }, terminal);
  return { code, out: said.join('\n'), doing };
}

async function callForJson(options: Partial<StatusOptions> = {}) {
  const { code, out } = await call({ ...options, json: true });
  return { code, answer: JSON.parse(out) };
}

describe('of all', () => {
  it('says that all is well, and how it knows', async () => {
    const { code, out } = await call();
    expect(code).toBe(0);
    expect(out).toMatch(/^All is well: what changes in photos reaches its 2 destinations\.\n/);
    expect(out).toMatch(/│ last copy +│ 5 min 0 s ago; 1,203 objects in 24 hours/);
    expect(out).toMatch(/│ lag +│ 1 s at most, 5 min 0 s ago/);
    expect(out).toMatch(/│ inbox +│ empty/);
    expect(out).toMatch(/│ subscribed +│ yes, and confirmed/);
    expect(out).toMatch(/│ proved equal as of +│ 2026-11-21 01:00:04 UTC, 10 h 59 min ago/);
    expect(out).toMatch(/│ last reconcile +│ 2026-11-21 01:00:00 UTC: equal/);
    expect(out).toMatch(/│ restore rehearsed +│ 2026-11-01 04:03:00 UTC, .* ago: 118/);
    expect(out).toMatch(/│ restore rehearsed +│ none has ended/);
  });

  it('is short unless more is asked for', async () => {
    const { code, out } = await call({ verbose: false });
    expect(code).toBe(0);
    expect(out.split('\n').length).toBeLessThanOrEqual(25);
    expect(out).toMatch(/│ photos-eu +│ 5 min 0 s ago +│ empty +│ empty +│ 10 h 59 min ago +│ (\d+)\/\1 +│/);
    expect(out.split('\n').filter((line) => /^[│┌├└]/.test(line) && line.length > 80)).toEqual([]);
  });

  it('tells whoever watches what it is doing, and how far it is, but not beside JSON', async () => {
    const { doing } = await call();
    expect(doing.slice(0, 3)).toEqual([
      expect.stringContaining('Reading the configuration'),
      'Looking at photos, photos-eu, photos-near …',
      'Looking at photos, photos-eu, photos-near: 1 of 11 parts …',
    ]);
    expect(doing.findLast((text) => text !== '')).toContain('11 of 11 parts');
    expect(doing.at(-1)).toBe('');
    expect((await call({ json: true })).doing).toEqual([]);
  });

  it('has a limit for what failed only', async () => {
    await expect(call({ limit: 5 })).rejects.toMatchObject({
      name: 'UsageError',
      exitCode: 2,
      message: expect.stringContaining('--failed'),
    });
  });

  it('asks whether the credentials are right where nothing is deployed, and says no more', async () => {
    cloudFormation
      .on(DescribeStacksCommand)
      .rejects(error('ValidationError', 'Stack with id some-stack does not exist', 400));
    const { code, out } = await call({ verbose: false });
    expect(code).toBe(3);
    expect(out).toMatch(
      /^photos: no stack of it is deployed in the account 111122223333, in us-east-1, eu-west-1\. Are/,
    );
    expect(out.split('\n')).toHaveLength(1);
  });

  it('asks for the metrics of the destination where it is, and changes nothing anywhere', async () => {
    await call({ destination: 'photos-eu' });
    const [input] = cloudWatch.commandCalls(GetMetricDataCommand).map(({ args }) => args[0].input);
    expect(input?.MetricDataQueries?.map(({ MetricStat }) => MetricStat?.Metric)).toEqual([
      ...['Copied', 'Lag', 'HistoryFailed'].map((MetricName) => ({
        Namespace: 'S3FanoutReplicator',
        MetricName,
        Dimensions: [{ Name: 'destination', Value: 'photos-eu' }],
      })),
      expect.objectContaining({ Namespace: 'AWS/SQS', MetricName: 'ApproximateAgeOfOldestMessage' }),
    ]);
    expect(mocked.log).toEqual([]);
  });

  it.each<[string, () => void, RegExp]>([
    [
      'failed messages',
      () => void mocked.queues.set('photos-eu-failed', [{ id: 'm', body: '' }]),
      /photos-eu: 1 message is in photos-eu-failed/,
    ],
    [
      'failed objects',
      () => void ledger.set('photos-eu-ledger failed', [{ key: 'a' }, { key: 'b' }, { key: 'c' }]),
      /3 objects could not be copied/,
    ],
    [
      'undelivered messages',
      () => void mocked.queues.set('photos-undelivered', [{ id: 'm', body: '' }]),
      /could not be handed over to an inbox/,
    ],
    [
      'a pause',
      () => void mocked.tags.set('photos-eu', { 'fanout-paused': '2026-11-21T10:00:00Z' }),
      /it is paused since/,
    ],
    ['a subscription that is gone', () => subscribe(['photos-near']), /photos-eu: it is not subscribed/],
    [
      'a run that failed',
      () => void files.set(paths.history, [{ startedAt: '2026-11-21T01:00:00Z', status: 'failed', destinations: [] }]),
      /could not compare everything/,
    ],
    ['no run ever', () => files.clear(), /never compared to the end/],
    [
      'an alarm',
      () => void alarms.push({ AlarmName: 'photos-eu lag', StateValue: 'ALARM' }),
      /photos-eu: the alarm "photos-eu lag" is on/,
    ],
    [
      'an e-mail address',
      () => subscribe(['photos-eu', 'photos-near'], [['a@b.c', 'PendingConfirmation']]),
      /a@b.c is told nothing/,
    ],
    [
      'a rehearsal that failed',
      () =>
        files.set(rehearsalPaths.memory('photos-near'), {
          since: '2026-10-01T04:00:00.000Z',
          last: { ...REHEARSED, succeeded: false, cause: '1 object could not be restored' },
        }),
      /photos-near: the last rehearsal of a restore \(2026-11-01 04:03:00 UTC\) failed: 1 object could not be restored/,
    ],
    [
      'alarms that somebody has deleted',
      () => void alarms.splice(-4, 1),
      /photos-near: 1 of its 19 alarms of the stack fanout-destination-photos-near are not there: No completed run/,
    ],
    [
      'alarms that somebody has silenced',
      () =>
        void alarms.splice(0, 1, { AlarmName: 'photos Undelivered messages', StateValue: 'OK', ActionsEnabled: false }),
      /photos: the actions of these alarms are switched off.*"photos Undelivered messages"/,
    ],
    [
      'a notification that somebody took out',
      () => void rules.splice(0),
      /photos: no notification of the bucket tells/,
    ],
    [
      'a notification of a part',
      () => void rules.splice(0, 1, { ...whole(), Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'a' }] } } }),
      /photos: the notifications of the bucket tell .* of some of what is put only/,
    ],
    [
      'a notification of copies only',
      () => void rules.splice(0, 1, { ...whole(), Events: ['s3:ObjectCreated:Copy'] }),
      /of some of what is put only/,
    ],
    [
      'a notification of another topic',
      () => void rules.splice(0, 1, { ...whole(), TopicArn: 'x' }),
      /no notification/,
    ],
    [
      'a subscription with a filter',
      () =>
        void sns.on(GetSubscriptionAttributesCommand).resolves({
          Attributes: {
            RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:1:photos-undelivered"}',
            FilterPolicy: '{"a":["b"]}',
          },
        }),
      /photos-eu: its subscription to the topic has a filter/,
    ],
  ])('ends with 3 for %s, and says what to do', async (_, wrong, message) => {
    wrong();
    const { code, out } = await call();
    expect(code).toBe(3);
    expect(out).toMatch(/^(One thing is|\d+ things are) wrong/);
    expect(out.replaceAll('\n  ', ' ')).toMatch(message);
  });

  it('reads all pages of the alarms of a bucket, and not those of others whose names begin alike', async () => {
    alarms = [
      ...all(),
      { AlarmName: 'photos undelivered', StateValue: 'OK' },
      { AlarmName: 'photos-eu lag', StateValue: 'OK' },
      { AlarmName: 'photos-eu-2 lag', StateValue: 'ALARM' },
      { AlarmName: 'photos-near lag', StateValue: 'OK' },
    ];
    const { code, answer } = await callForJson();
    const names = (of: { alarms: { name: string }[] }) => of.alarms.map(({ name }) => name);
    const of = (bucket: string) =>
      alarms.map(({ AlarmName }) => AlarmName).filter((name) => name.startsWith(`${bucket} `));
    expect(names(answer.source)).toEqual(of('photos'));
    expect(answer.destinations.map(names)).toEqual([of('photos-eu'), of('photos-near')]);
    expect(code).toBe(0);
  });

  it('tells that nobody is told where the topic of the alarms is not there', async () => {
    const TopicArn = 'arn:aws:sns:eu-west-1:1:alarms';
    alarms.push({ AlarmName: 'photos-eu lag', StateValue: 'OK', AlarmActions: [TopicArn] });
    sns
      .on(ListSubscriptionsByTopicCommand, { TopicArn })
      .rejects(new NotFoundException({ message: 'none', $metadata: {} }));
    const { code, out } = await call();
    expect(code).toBe(3);
    expect(out).toContain(`whoever is to get the alarms is told nothing, as there is no topic ${TopicArn}`);
  });

  it('names who is to be told of alarms, and is not, of each Region', async () => {
    subscribe(['photos-eu', 'photos-near']);
    for (const [TopicArn, Endpoint] of [
      [ALARM_TOPICS[0], 'on-call@example.com'],
      [ALARM_TOPICS[1], 'somebody-else@example.com'],
    ])
      sns.on(ListSubscriptionsByTopicCommand, { TopicArn }).resolves({
        Subscriptions: [{ SubscriptionArn: `${TopicArn}:1`, Protocol: 'email', Endpoint }],
      });
    const { code, answer } = await callForJson({ config: watched });
    expect(code).toBe(3);
    expect(answer.source.addresses).toEqual([
      {
        address: 'on-call@example.com',
        topicArn: REPORTS_TOPIC,
        stack: 'fanout-reconcile-photos',
        why: 'not subscribed',
      },
      {
        address: 'on-call@example.com',
        topicArn: REPORTS_TOPIC,
        stack: 'fanout-restore-photos',
        why: 'not subscribed',
      },
      {
        address: 'on-call@example.com',
        topicArn: ALARM_TOPICS[1],
        stack: 'fanout-alarms-photos-eu-west-1',
        why: 'not subscribed',
      },
    ]);
  });

  it('says, as no fault, that nobody is to be told of alarms', async () => {
    sns.on(ListSubscriptionsByTopicCommand, { TopicArn: ALARM_TOPICS[1] }).resolves({ Subscriptions: [] });
    const { code, answer } = await callForJson();
    expect(code).toBe(0);
    expect(answer.notices).toContainEqual(
      expect.objectContaining({ what: `nobody is told by ${ALARM_TOPICS[1]}, as nobody is subscribed there` }),
    );
  });

  it('looks who is told by the topics of reports and of alarms', async () => {
    alarms.push({ AlarmName: 'photos-eu lag', StateValue: 'OK', AlarmActions: ['arn:aws:sns:eu-west-1:1:alarms'] });
    await call();
    const asked = sns.commandCalls(ListSubscriptionsByTopicCommand).map(({ args }) => args[0].input.TopicArn);
    expect(new Set(asked)).toEqual(new Set([TOPIC, REPORTS_TOPIC, ...ALARM_TOPICS, 'arn:aws:sns:eu-west-1:1:alarms']));
  });

  it('says what it may not read, and never that it is well', async () => {
    sqs.on(GetQueueAttributesCommand).rejects(error('AccessDenied', 'User x is not authorized to perform: y'));
    const { code, out } = await call();
    expect(code).toBe(3);
    expect(out).toMatch(/│ inbox +│ NOT READ: AccessDenied: User x is not authorized/);
    expect(out).toContain('The credentials in use need sqs:GetQueueUrl, sqs:GetQueueAttributes.');
    expect(out).not.toMatch(/│ inbox +│ empty/);
  });

  it('says what is not deployed', async () => {
    mocked.queues.clear();
    sns.on(ListSubscriptionsByTopicCommand).rejects(new NotFoundException({ message: 'none', $metadata: {} }));
    dynamoDB.on(QueryCommand).rejects(new ResourceNotFoundException({ message: 'none', $metadata: {} }));
    cloudFormation
      .on(DescribeStacksCommand)
      .rejects(error('ValidationError', 'Stack with id some-stack does not exist', 400));
    cloudFormation
      .on(DescribeStacksCommand, { StackName: 'fanout-alarms-photos-eu-west-1' })
      .resolves({ Stacks: [{ StackName: 'any', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' }] });
    const { code, answer } = await callForJson();
    expect(code).toBe(3);
    expect(answer.problems.map(({ about, what }: { about: string; what: string }) => `${about}: ${what}`)).toEqual([
      'photos: the source is not deployed',
      'photos-eu: the destination is not deployed',
      'photos-near: the destination is not deployed',
      'photos: the nightly reconcile is not deployed',
      'photos: what restores is not deployed',
      'photos: what sends alarms by e-mail is not deployed',
      ...ALARM_TOPICS.map((arn) => `photos: whoever is to get the alarms is told nothing, as there is no topic ${arn}`),
    ]);
    const { out } = await call();
    expect(out).toMatch(/│ inbox +│ NOT DEPLOYED/);
  });

  it('fails where nothing can be read at all', async () => {
    const expired = error('ExpiredTokenException', 'The security token included in the request is expired');
    cloudFormation.onAnyCommand().rejects(expired);
    cloudWatch.onAnyCommand().rejects(expired);
    dynamoDB.on(QueryCommand).rejects(expired);
    lambda.onAnyCommand().rejects(expired);
    sns.on(ListSubscriptionsByTopicCommand).rejects(expired);
    sqs.on(GetQueueUrlCommand).rejects(expired);
    await expect(call()).rejects.toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^Cannot read anything of photos: .* have expired.*log in/),
        exitCode: 1,
      }),
    );
  });

  it('prints JSON whose fields stay', async () => {
    ledger.set('photos-eu-ledger cannot', [{ key: 'a' }]);
    const { code, answer } = await callForJson({ destination: 'photos-eu' });
    expect(code).toBe(0);
    const shown = (bucket: string) =>
      alarms
        .filter(({ AlarmName }) => AlarmName.startsWith(`${bucket} `))
        .map(({ AlarmName: name }) => ({ name, state: 'OK', reason: '', topics: [], silenced: false }));
    expect(answer).toEqual({
      version: 1,
      at: '2026-11-21T12:00:00.000Z',
      state: 'well',
      headline: 'All is well: what changes in photos reaches its destination.',
      problems: [],
      notices: [{ about: 'photos-eu', what: '1 object cannot be copied as they are', remedy: expect.any(String) }],
      source: {
        bucket: 'photos',
        region: 'us-east-1',
        undelivered: { waiting: 0, delayed: 0, inFlight: 0 },
        topic: { confirmed: ['photos-eu', 'photos-near'], pending: [], filtered: [] },
        events: { topicArn: TOPIC, ours: true, told: 'all', missing: [] },
        runs: {
          last: { run: 'r', startedAt: '2026-11-21T01:00:00Z', status: 'equal', found: { 'photos-eu': 0 } },
          destinations: {
            'photos-eu': { completedAt: '2026-11-21T01:04:12.000Z', provedEqualAsOf: '2026-11-21T01:00:04.000Z' },
          },
        },
        rehearsals: {
          'photos-eu': {
            endedAt: '2026-11-01T04:03:00.000Z',
            succeeded: true,
            cause: '118 objects came back as they should be',
            objects: 118,
            bytes: 4096,
          },
        },
        alarms: shown('photos'),
        addresses: [],
      },
      destinations: [
        {
          bucket: 'photos-eu',
          region: 'eu-west-1',
          inbox: { waiting: 0, delayed: 0, inFlight: 0 },
          failed: { waiting: 0, delayed: 0, inFlight: 0 },
          feed: { state: 'Enabled' },
          activity: {
            lastCopy: '2026-11-21T11:55:00.000Z',
            copied: 1203,
            historyFailed: 0,
            historyFailedSince: undefined,
            lag: 1234,
            lagAt: '2026-11-21T11:55:00.000Z',
          },
          trouble: { failed: { objects: 0, orMore: false }, cannot: { objects: 1, orMore: false } },
          alarms: shown('photos-eu'),
        },
      ],
      stacks: [
        ['photos', 'fanout-source-photos', 'us-east-1'],
        ['photos-eu', 'fanout-destination-photos-eu', 'eu-west-1'],
        ['photos', 'fanout-reconcile-photos', 'us-east-1'],
        ['photos', 'fanout-restore-photos', 'us-east-1'],
        ['photos', 'fanout-alarms-photos-us-east-1', 'us-east-1'],
        ['photos', 'fanout-alarms-photos-eu-west-1', 'eu-west-1'],
      ].map(([about, stack, region]) => ({
        about,
        stack,
        region,
        state: { status: 'CREATE_COMPLETE', looked: 0, off: [] },
      })),
      buckets: [
        { bucket: 'photos', is: 'source', state: { keepsVersions: true, denials: [] }, keys: [] },
        { bucket: 'photos-eu', is: 'destination', state: { keepsVersions: true, denials: [] }, keys: [] },
      ],
    });
  });

  it.each([
    [{ destination: 'photos-us' }, 'There is no destination "photos-us"'],
    [{ source: 'music' }, 'There is no source "music"'],
  ])('refuses %j as wrong usage', async (options, message) => {
    await expect(call(options)).rejects.toThrow(
      expect.objectContaining({ message: expect.stringContaining(message), exitCode: 2 }),
    );
  });
});

describe('of a key', () => {
  const key = objectKey('a/b c');
  const head = {
    ETag: '"e1"',
    ContentLength: 5,
    LastModified: new Date('2026-11-20T00:00:00Z'),
    VersionId: 'v1',
    ServerSideEncryption: 'AES256' as const,
  };
  const inParts = { ...head, ETag: '"e2-2"', ChecksumCRC64NVME: 'sum' };

  function put(differently: Record<string, Partial<HeadObjectCommandOutput> | Error> = {}): void {
    for (const bucket of ['photos', 'photos-eu', 'photos-near']) heads.set(bucket, differently[bucket] ?? head);
  }

  it('shows it on all sides, now and as recorded', async () => {
    put({ 'photos-eu': { ...head, StorageClass: 'STANDARD_IA' } });
    ledger.set(`photos-eu-ledger ${key}`, [
      {
        key,
        outcome: 'copied',
        reason: 'absent',
        recordedAt: '2026-11-20T00:00:02.000Z',
        attempts: 1,
        replicaETag: 'e1',
      },
    ]);
    const { code, out } = await call({ key });
    expect(code).toBe(0);
    expect(out).toMatch(/^"a\/b c" is the same in photos and photos-eu, photos-near\./);
    expect(out).toMatch(/│ compared +│ same/);
    expect(out).toMatch(/│ size +│ 5 bytes/);
    expect(out).toMatch(/│ storage class +│ STANDARD_IA/);
    expect(out).toMatch(/│ encryption +│ AES256/);
    expect(out).toMatch(/│ recorded +│ copied: absent/);
    expect(out).toMatch(/│ recorded +│ nothing/);
  });

  it.each<[number, string, Record<string, Partial<HeadObjectCommandOutput> | Error>, RegExp]>([
    [
      3,
      'another content',
      { 'photos-eu': { ...head, ETag: '"e9"' } },
      /photos-eu: content differs.*npm run retry -- --key 'a\/b c'/,
    ],
    [3, 'another description', { 'photos-eu': { ...head, ContentType: 'x/y' } }, /photos-eu: description differs/],
    [
      3,
      'an archive',
      { photos: { ...head, StorageClass: 'GLACIER', ETag: '"e9"' } },
      /photos-eu: archived; photos-near: archived/,
    ],
    [
      0,
      'equal checksums',
      { photos: inParts, 'photos-eu': { ...inParts, ETag: '"e3-3"' }, 'photos-near': inParts },
      /is the same/,
    ],
    [
      3,
      'a source that may not be read',
      { photos: error('Forbidden', 'no') },
      /could not be looked at in photos: Cannot look at .* status 403/,
    ],
    [
      3,
      'a replica that may not be read',
      { 'photos-eu': error('Forbidden', 'no') },
      /Not all is known .* NOT READ of photos-eu/,
    ],
  ])('ends with %d for %s', async (exitCode, _, differently, headline) => {
    put(differently);
    const { code, answer } = await callForJson({ key });
    expect(answer.headline).toMatch(headline);
    expect(code).toBe(exitCode);
  });

  it('takes the note of the ledger for what it is', async () => {
    const kms = { ...head, ETag: '"k"', ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: 'arn:key' };
    put({ 'photos-eu': kms });
    const note = { key, outcome: 'copied', reason: 'absent', replicaETag: 'k', replicaMadeFrom: 'e1' };
    expect((await callForJson({ key, destination: 'photos-eu' })).code).toBe(3);
    ledger.set(`photos-eu-ledger ${key}`, [note]);
    const { code, answer } = await callForJson({ key, destination: 'photos-eu' });
    expect(code).toBe(0);
    expect(answer.destinations).toMatchObject([
      { verdict: 'same', live: { object: { encryption: 'aws:kms', kmsKeyId: 'arn:key' } }, recorded: { item: note } },
    ]);
  });

  it('tells what is missing at a destination, gone from the source, and known to nobody', async () => {
    heads.set('photos', head);
    const missing = await callForJson({ key });
    expect(missing.code).toBe(3);
    expect(missing.answer.headline).toContain('(photos-eu: absent; photos-near: absent)');

    heads = new Map([['photos-eu', head]]);
    const gone = await callForJson({ key });
    expect(gone.code).toBe(0);
    expect(gone.answer.headline).toContain('is not in photos (any more). It stays in photos-eu');

    heads = new Map();
    const unknown = await callForJson({ key });
    expect(unknown.code).toBe(3);
    expect(unknown.answer.headline).toContain('Is the key right?');

    ledger.set(`photos-eu-ledger ${key}`, [{ key, outcome: 'skipped', reason: 'source is gone' }]);
    const removed = await callForJson({ key });
    expect(removed.code).toBe(0);
    expect(removed.answer.headline).toContain('is gone from photos, and is in no destination');
  });

  it('does not take a bucket that is gone for a key that is', async () => {
    heads.set('photos', head);
    s3.on(HeadBucketCommand).rejects(error('NotFound', '', 404));
    const { code, out } = await call({ key, destination: 'photos-eu' });
    expect(code).toBe(3);
    expect(out).toContain('NOT READ');
    expect(out.replaceAll(/\s*│\n│\s*│\s*/g, ' ')).toMatch(/there is no such ?bucket/);
  });
});

describe('of what failed', () => {
  const failed = (n: number) => ({
    key: `k${n}`,
    outcome: 'failed',
    reason: `Cannot copy "k${n}" to "photos-eu": NoSuchBucket: gone`,
    recordedAt: '2026-11-21T11:00:00.000Z',
    attempts: n,
    size: 2048,
  });

  it('is nothing where nothing failed', async () => {
    const { code, out } = await call({ failed: true });
    expect([code, out]).toEqual([0, 'Nothing has failed.']);
  });

  it('lists it by reason, with what to do, page after page', async () => {
    ledger.set('photos-eu-ledger failed', [5, 4, 3, 2, 1].map(failed));
    ledger.set('photos-eu-ledger cannot', [{ key: 'old', reason: 'archived' }]);
    const { code, out } = await call({ failed: true });
    expect(code).toBe(3);
    expect(out).toMatch(
      /^photos-eu: 5 objects could not be copied\. When .* mended: npm run retry -- --destination photos-eu --failed/,
    );
    expect(out).toContain('photos-eu: 5 objects could not be copied: Cannot copy "…" to "…": NoSuchBucket: gone');
    expect(out).toContain('Create the bucket again, or remove the destination.');
    expect(out).toMatch(/│ k5 +│ 2026-11-21 11:00 │ 2 KiB +│ 5/);
    expect(out).toContain('1 object cannot be copied as they are: archived');
    const asked = dynamoDB.commandCalls(QueryCommand).map(({ args }) => args[0].input);
    expect(
      asked.every(({ IndexName, ScanIndexForward }) => IndexName === 'trouble' && ScanIndexForward === false),
    ).toBe(true);
  });

  it('stops at the limit, and says so', async () => {
    ledger.set('photos-eu-ledger failed', [5, 4, 3, 2, 1].map(failed));
    const { answer } = await callForJson({ failed: true, limit: 3, destination: 'photos-eu' });
    expect(answer.destinations[0].failed).toEqual({ items: [5, 4, 3].map(failed), more: true });
    const { out } = await call({ failed: true, limit: 3 });
    expect(out).toContain('there are more that could not be copied; --limit <n> shows them');
  });

  it('does not send those to retry whose only messages nobody understands', async () => {
    mocked.queues.set('photos-eu-failed', [{ id: 'odd', body: 'who am I?' }]);
    const { code, out } = await call({ failed: true });
    expect(code).toBe(3);
    expect(out).toMatch(
      /^photos-eu: 1 message is in the queue of the failed, and nobody understands .*RUNBOOK\.md\.\n/,
    );
    expect(out).not.toContain('npm run retry');
  });

  it('is no fault if it only cannot be copied', async () => {
    ledger.set('photos-eu-ledger cannot', [{ key: 'old', reason: 'archived' }]);
    const { code, out } = await call({ failed: true });
    expect(code).toBe(0);
    expect(out).toContain('Nothing has failed; 1 object cannot be copied');
  });

  it('shows the messages that nobody understands, and lets all go', async () => {
    const body = JSON.stringify({ keys: [{ key: 'a' }, { key: 'b' }] });
    mocked.queues.set('photos-eu-failed', [
      ...Array.from({ length: 15 }, (_, n) => ({ id: `m${n}`, body })),
      { id: 'odd', body: 'who am I?', reason: 'it is not valid JSON' },
    ]);
    const { code, answer } = await callForJson({ failed: true, destination: 'photos-eu' });
    expect(code).toBe(3);
    expect(answer.destinations[0].queue).toEqual({
      messages: 16,
      more: false,
      keys: 2,
      notUnderstood: [
        { id: 'odd', sentAt: '2026-11-20T00:00:00.000Z', reason: 'it is not valid JSON', body: 'who am I?' },
      ],
    });
    expect(mocked.queues.get('photos-eu-failed')?.some(({ hidden }) => hidden === true)).toBe(false);
    expect(mocked.log).not.toContain('delete photos-eu-failed');
    const { out } = await call({ failed: true });
    expect(out).toContain('odd of 2026-11-20 00:00:00 UTC: it is not valid JSON\n    "who am I?"');
  });

  it('says what it may not read', async () => {
    dynamoDB.on(QueryCommand).rejects(error('AccessDeniedException', 'no'));
    const { code, out } = await call({ failed: true, destination: 'photos-eu' });
    expect(code).toBe(3);
    expect(out).toMatch(/^Not all could be read: see NOT READ of photos-eu\./);
    expect(out).toContain('NOT READ what could not be copied: AccessDeniedException: no');
  });
});

it('fits into 80 columns, whatever the names', async () => {
  const long = 'x'.repeat(300);
  ledger.set('photos-eu-ledger failed', [{ key: long, reason: 'why', recordedAt: '2026-11-21T11:00:00Z', size: 5e12 }]);
  ledger.set(`photos-eu-ledger ${long}`, [{ key: long, outcome: 'copied', reason: long, replicaVersion: long }]);
  alarms.push({ AlarmName: `photos-eu ${'y'.repeat(200)}`, StateValue: 'ALARM' });
  sqs.on(GetQueueAttributesCommand).rejects(error('AccessDenied', 'z'.repeat(200)));
  for (const options of [{}, { failed: true }, { key: objectKey(long) }]) {
    const { out } = await call(options);
    const lines = out.split('\n').filter((line) => /^[│┌├└]/.test(line));
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  }
});
