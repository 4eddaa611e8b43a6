import { CloudWatchClient, DescribeAlarmsCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, expect, it } from 'vitest';
import { awsClients } from '../../local/aws-clients.ts';
import { prepare } from '../../local/deploy.ts';
import { CANARY_KEY, canaryName, METRICS_NAMESPACE, subscriberName } from '../../shared/names.ts';
import * as config from './canary.config.ts';
import { deploy, deploymentOf, emulator } from './emulator.ts';
import { logOf } from './function-log.ts';
import { urlOf } from './queues.ts';
import { access, arrived, put, text } from './system.ts';

beforeAll(async () => {
  const deployment = await deploymentOf('test/e2e/canary.config.ts');
  await prepare(deployment);
  await deploy(deployment);
});

it('sees what it puts arrive everywhere, with its content, metadata and tags, and tells of it in each Region', async () => {
  await fly();
  const first = await Promise.all(config.destinations.map(shown));
  await fly();
  const second = await Promise.all(config.destinations.map(shown));
  for (const { content, metadata, tags } of [...first, ...second]) {
    expect(metadata).toEqual({ 'fanout-canary': content.trim() });
    expect(tags).toEqual([{ Key: 'fanout-canary', Value: content.trim() }]);
  }
  expect(second[0]?.content).not.toBe(first[0]?.content);
  for (const { bucket, region } of config.destinations) {
    expect(await metric('CanaryArrived', { bucket, region })).toMatchObject({ Sum: 2, SampleCount: 2 });
    expect((await metric('CanaryDelay', { bucket, region })).Maximum).toBeLessThan(780_000);
    const { MetricAlarms = [] } = await cloudWatch(region).send(
      new DescribeAlarmsCommand({ AlarmNames: [`${bucket} Canary has not arrived`] }),
    );
    expect(MetricAlarms).toMatchObject([{ MetricName: 'CanaryArrived', TreatMissingData: 'breaching' }]);
  }
});

it('compares the bytes of both sides where a message asks for it', async () => {
  const [destination] = config.destinations;
  await arrived(await put([text('compared', 'byte by byte')], access(config.source)), [access(destination)]);
  const { bucket, region } = destination;
  const QueueUrl = await urlOf({ name: subscriberName(bucket), region });
  const MessageBody = JSON.stringify({ keys: [{ key: 'compared', compare: 'bytes' }] });
  await awsClients(emulator, region).sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await expect
    .poll(() => logOf(destination))
    .toContainEqual(expect.objectContaining({ key: 'compared', reason: 'bytes compared' }));
});

async function fly(): Promise<void> {
  const { FunctionError, Payload } = await new LambdaClient(addressOf(config.source.region)).send(
    new InvokeCommand({ FunctionName: canaryName(config.source.bucket) }),
  );
  expect({ FunctionError, answer: Buffer.from(Payload ?? []).toString() }).toMatchObject({ FunctionError: undefined });
}

async function shown(destination: { readonly bucket: string; readonly region: string }) {
  const { s3, bucket } = access(destination);
  const object = { Bucket: bucket, Key: CANARY_KEY };
  const [{ Body, Metadata }, { TagSet }] = await Promise.all([
    s3.send(new GetObjectCommand(object)),
    s3.send(new GetObjectTaggingCommand(object)),
  ]);
  return { content: (await Body?.transformToString()) ?? '', metadata: Metadata, tags: TagSet };
}

async function metric(MetricName: string, { bucket, region }: { readonly bucket: string; readonly region: string }) {
  const { Datapoints = [] } = await cloudWatch(region).send(
    new GetMetricStatisticsCommand({
      Namespace: METRICS_NAMESPACE,
      MetricName,
      Dimensions: [{ Name: 'destination', Value: bucket }],
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
      Period: 86_400,
      Statistics: ['Sum', 'Maximum', 'SampleCount'],
    }),
  );
  return Datapoints[0] ?? {};
}

function cloudWatch(region: string): CloudWatchClient {
  return new CloudWatchClient(addressOf(region));
}

function addressOf(region: string) {
  const { endpoint, account } = emulator;
  return { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
}
