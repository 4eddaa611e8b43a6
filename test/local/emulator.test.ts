import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, expect, it } from 'vitest';
import { awsClients } from '../../local/aws-clients.ts';
import { startEmulator } from '../../local/emulator.ts';
import { oddObjects } from '../../local/odd-objects.ts';
import { s3VersionListing } from '../../shared/s3/s3-version-listing.ts';

/** What MiniStack lacks, and local/ministack makes up for. */
const emulator = await startEmulator({
  account: '000000000000',
  port: undefined,
  name: 'test-emulator',
  evaluatesAlarms: true,
});
afterAll(() => emulator.stop());

const { s3, sqs } = awsClients(emulator, 'us-east-1');
const cloudWatch = new CloudWatchClient({
  endpoint: emulator.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: emulator.account, secretAccessKey: 'test' },
});

it('lists versions with encoded keys, however odd they are, and goes on behind any of them', async () => {
  const Bucket = 'odd-keys';
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const { key } of oddObjects()) await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: key }));
  const listing = s3VersionListing({
    name: Bucket,
    owner: emulator.account,
    client: s3,
    signal: new AbortController().signal,
  });
  const { keys } = await listing.page({});
  expect(keys.map(({ key }) => key).toSorted()).toEqual(
    oddObjects()
      .map(({ key }) => key)
      .toSorted(),
  );

  const first = await s3.send(new ListObjectVersionsCommand({ Bucket, EncodingType: 'url', MaxKeys: 5 }));
  expect(first.NextKeyMarker).toBe(first.Versions?.at(-1)?.Key);
  expect(first.EncodingType).toBe('url');
  const plain = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'a' }));
  expect(plain.Versions?.map(({ Key }) => Key)).toContain('a+b');
});

it.each([
  { name: 'over', noData: 'notBreaching', put: [1, 2], state: 'ALARM' },
  { name: 'under', noData: 'notBreaching', put: [0, 0], state: 'OK' },
  { name: 'quiet', noData: 'notBreaching', put: [], state: 'OK' },
  { name: 'due', noData: 'breaching', put: [], state: 'INSUFFICIENT_DATA' },
  { name: 'alive', noData: 'breaching', put: [0], state: 'OK' },
  { name: 'unknown', noData: 'missing', put: [], state: 'INSUFFICIENT_DATA' },
])('an alarm is $state by its own metric: $name', async ({ name, noData, put, state }) => {
  const Dimensions = [{ Name: 'destination', Value: name }];
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      Namespace: 'test',
      MetricName: 'Drift',
      Dimensions,
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: noData,
    }),
  );
  for (const Value of put)
    await cloudWatch.send(
      new PutMetricDataCommand({ Namespace: 'test', MetricData: [{ MetricName: 'Drift', Dimensions, Value }] }),
    );
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  expect(MetricAlarms.map(({ StateValue }) => StateValue)).toEqual([state]);
});

it('an alarm for a queue goes by what waits in it', async () => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'failed' }));
  const AlarmName = 'Failed messages';
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: 'failed' }],
      Statistic: 'Maximum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
  const state = async () => {
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
    return MetricAlarms[0]?.StateValue;
  };
  expect(await state()).toBe('OK');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  expect(await state()).toBe('ALARM');
});
