import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, expect, it } from 'vitest';
import { awsClients } from '../../local/aws-clients.ts';
import { bootstrap } from '../../local/deploy.ts';
import type { BucketAccess } from '../../local/listing.ts';
import { runsOf } from '../../local/runs.ts';
import { subscriberName, ledgerTableName } from '../../shared/names.ts';
import { createBucket } from './buckets.ts';
import { deploy, deploymentOf, emulator } from './emulator.ts';
import * as config from './retention.config.ts';
import { access, arrived, put, text } from './system.ts';

const { region } = config.source;
const { dynamoDB, sqs } = awsClients(emulator, region);
const source = access(config.source);
const created = access(config.created);
const existing = access(config.existing);
const runs = runsOf(emulator, config.source);
const THEIRS: LifecycleRule = {
  ID: 'theirs',
  Status: 'Enabled',
  Filter: { Prefix: 'old/' },
  Expiration: { Days: 10 },
};

beforeAll(async () => {
  await createBucket(existing);
  await putRule(existing, THEIRS);
  const deployment = await deploymentOf('test/e2e/retention.config.ts');
  await bootstrap(deployment);
  await deploy(deployment);
  // The emulator leaves a lifecycle out that is in a template.
  await putRule(created, { ...THEIRS, ID: 'expire-replicas', Filter: { Prefix: '' }, Expiration: { Days: 30 } });
});

it('a bucket that exists keeps its own lifecycle', async () => {
  const { s3, bucket: Bucket } = existing;
  const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(Rules).toEqual([THEIRS]);
});

it.each([
  ['the configuration', created],
  ['its owner', existing],
])('a replica that was expired as %s wants is not brought back, and one that was removed is', async (_who, at) => {
  const [expired, removed] = [`old/expired in ${at.bucket}`, `old/removed from ${at.bucket}`] as const;
  await arrived(await put([text(expired, 'one'), text(removed, 'two')], source), [at]);
  for (const key of [expired, removed]) await expect.poll(() => item(at, key)).toMatchObject({ outcome: 'copied' });
  // As if it had been copied so long ago, and the bucket had done what its lifecycle says.
  await dateBack(at, { key: expired, days: 40 });
  for (const Key of [expired, removed]) await at.s3.send(new DeleteObjectCommand({ Bucket: at.bucket, Key }));

  await lookAgain(at, [expired, removed]);
  await expect.poll(() => item(at, expired)).toMatchObject({ outcome: 'skipped', reason: 'expired by retention' });
  await expect.poll(() => item(at, removed)).toMatchObject({ outcome: 'copied', attempts: '2' });

  // What is written anew is wanted again.
  await arrived(await put([text(expired, 'three')], source), [at]);
});

it('a run of the reconcile counts it as expired, and proves the rest equal', async () => {
  const key = 'old/expired everywhere';
  await arrived(await put([text(key, 'one')], source), [created, existing]);
  for (const at of [created, existing]) {
    await expect.poll(() => item(at, key)).toMatchObject({ outcome: 'copied' });
    await dateBack(at, { key, days: 40 });
    await at.s3.send(new DeleteObjectCommand({ Bucket: at.bucket, Key: key }));
  }
  const [deployed] = await runs.executions();
  await runs.finished(deployed?.arn ?? '');
  const { report } = await runs.finished(await runs.start());
  expect(report).toMatchObject({ status: 'equal', problems: [] });
  for (const destination of report.destinations)
    expect(destination).toMatchObject({ expired: 1, found: { missed: 0 }, provedEqualAsOf: expect.any(String) });
});

async function putRule({ s3, bucket: Bucket }: BucketAccess, rule: LifecycleRule): Promise<void> {
  const LifecycleConfiguration = { Rules: [rule] };
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
}

async function item({ bucket }: BucketAccess, key: string): Promise<Record<string, string | undefined>> {
  const { Item = {} } = await dynamoDB.send(
    new GetItemCommand({ TableName: ledgerTableName(bucket), Key: { key: { S: key } }, ConsistentRead: true }),
  );
  return Object.fromEntries(Object.entries(Item).map(([name, { S, N }]) => [name, S ?? N]));
}

async function dateBack(
  { bucket }: BucketAccess,
  { key, days }: { readonly key: string; readonly days: number },
): Promise<void> {
  await dynamoDB.send(
    new UpdateItemCommand({
      TableName: ledgerTableName(bucket),
      Key: { key: { S: key } },
      UpdateExpression: 'SET replicaDate = :then',
      ExpressionAttributeValues: { ':then': { S: new Date(Date.now() - days * 86_400_000).toISOString() } },
    }),
  );
}

async function lookAgain({ bucket }: BucketAccess, keys: readonly string[]): Promise<void> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: subscriberName(bucket) }));
  const MessageBody = JSON.stringify({ keys: keys.map((key) => ({ key })) });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}
