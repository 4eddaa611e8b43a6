import { GetBucketPolicyCommand, GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { beforeAll, expect, it } from 'vitest';
import { awsClients } from '../../local/aws-clients.ts';
import { cdk } from '../../local/cdk.ts';
import { prepare } from '../../local/deploy.ts';
import { type BucketAccess, listBucket } from '../../local/listing.ts';
import { attachSubscriptions, inboxesOf } from '../../local/subscriptions.ts';
import {
  alarmsStackName,
  destinationStackName,
  reconcileStackName,
  sourceStackName,
  topicName,
  undeliveredQueueName,
} from '../../shared/names.ts';
import { deploy, deploymentOf, emulator } from './emulator.ts';
import { inventory } from './inventory.ts';
import { addNotifications, rawNotifications, withoutOurs } from './notifications.ts';
import { messagesIn } from './queues.ts';
import * as config from './removal.config.ts';
import { access, arrived, put, text } from './system.ts';

const { region } = config.source;
const source = access(config.source);
const leaving = access(config.leaving);
const staying = access(config.staying);
const { sns } = awsClients(emulator, region);
const deployment = await deploymentOf('test/e2e/removal.config.ts');

beforeAll(async () => {
  await prepare(deployment);
  await deploy(deployment);
});

it('a destination whose stack is destroyed leaves its bucket with all that is in it, and nothing else; others go on', async () => {
  await arrived(await put(objects('before'), source), [leaving, staying]);
  const kept = await contents(leaving);
  expect(await inventory(leaving.bucket, region)).toEqual([
    'bucket e2e-leaving',
    'function e2e-leaving',
    'function e2e-leaving-backfill',
    'log group /aws/lambda/e2e-leaving',
    'log group /aws/lambda/e2e-leaving-backfill',
    'log group /aws/vendedlogs/states/e2e-leaving-long-copy',
    'mapping e2e-leaving',
    'queue e2e-leaving',
    'queue e2e-leaving-failed',
    expect.stringMatching(/^role fanout-destination-e2e-leaving-BackfillStartRole/),
    expect.stringMatching(/^role fanout-destination-e2e-leaving-LongCopyRole/),
    expect.stringMatching(/^role fanout-destination-e2e-leaving-ReplicateRole/),
    'role fanout-observer-e2e-leaving',
    'role fanout-restorer-e2e-leaving',
    'stack fanout-destination-e2e-leaving',
    'state machine e2e-leaving-long-copy',
    'subscription e2e-leaving',
    'table e2e-leaving-ledger',
    'table e2e-leaving-versions',
  ]);

  await destroy(destinationStackName(leaving.bucket));

  expect(await inventory(leaving.bucket, region)).toEqual(['bucket e2e-leaving']);
  const topicArn = `arn:aws:sns:${region}:${emulator.account}:${topicName(source.bucket)}`;
  expect(await inboxesOf(sns, topicArn)).toEqual([expect.stringMatching(/:e2e-staying$/)]);
  await arrived(await put(objects('after'), source), [staying]);
  expect(await contents(leaving)).toEqual(kept);
  expect(await messagesIn({ name: undeliveredQueueName(source.bucket), region })).toMatchObject({ all: 0 });
});

it('a reconcile whose stack is destroyed leaves its reports, and nothing else', async () => {
  const all = await inventory(source.bucket, region);
  const reports = expect.stringMatching(/^bucket fanout-reconcile-e2e-left-source-reports/);
  expect(all.filter((each) => /reconcile|first-run|unstarted/.test(each))).toEqual([
    reports,
    'function e2e-left-source-first-run',
    'function e2e-left-source-reconcile',
    'log group /aws/lambda/e2e-left-source-first-run',
    'log group /aws/lambda/e2e-left-source-reconcile',
    'log group /aws/vendedlogs/states/e2e-left-source-reconcile',
    'queue e2e-left-source-unstarted',
    'role e2e-left-source-reconcile',
    expect.stringMatching(/^role fanout-reconcile-e2e-left-source-FirstRunStartRole/),
    expect.stringMatching(/^role fanout-reconcile-e2e-left-source-RunsRole/),
    expect.stringMatching(/^role fanout-reconcile-e2e-left-source-ScheduleRole/),
    'stack fanout-reconcile-e2e-left-source',
    'state machine e2e-left-source-reconcile',
    expect.stringMatching(/^topic fanout-reconcile-e2e-left-source-ReportsTopic/),
  ]);

  await destroy(reconcileStackName(source.bucket));

  const left = await inventory(source.bucket, region);
  expect(left.filter((each) => /reconcile|first-run|unstarted/.test(each))).toEqual([reports]);
});

it('a source whose stack is destroyed leaves its bucket with all that is in it and the notifications of others', async () => {
  const others = await addNotificationOfOthers();
  const kept = await contents(source);
  const replicas = await contents(staying);
  const reports = expect.stringMatching(/^bucket fanout-reconcile-e2e-left-source-reports/);
  expect(await inventory(source.bucket, region)).toEqual([
    'bucket e2e-left-source',
    reports,
    'function e2e-left-source-notification',
    'log group /aws/lambda/e2e-left-source-notification',
    'queue e2e-left-source-undelivered',
    expect.stringMatching(/^role fanout-source-e2e-left-source-NotificationChangeRol/),
    `stack fanout-alarms-e2e-left-source-${region}`,
    'stack fanout-source-e2e-left-source',
    'topic e2e-left-source-alarms',
    'topic e2e-left-source-fanout',
  ]);

  await destroy(sourceStackName(source.bucket));
  await destroy(alarmsStackName(source.bucket, region));

  expect(await inventory(source.bucket, region)).toEqual(['bucket e2e-left-source', reports]);
  expect(await rawNotifications(source)).toBe(others);
  expect(await contents(source)).toEqual(kept);
  expect(await contents(staying)).toEqual(replicas);
  // A destination that outlived its source does not keep others from being attached.
  expect(await attachSubscriptions(emulator)).toEqual([]);
});

async function destroy(stack: string): Promise<void> {
  await cdk(['destroy', stack, '--exclusively', '--force'], deployment);
}

function objects(when: string) {
  return Array.from({ length: 20 }, (_, n) => text(`${when}/${n}`, `${when} ${n}`));
}

/** A bucket's objects, and the settings that keep them safe. */
async function contents({ s3, bucket: Bucket }: BucketAccess) {
  const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
  return { Policy, Status, objects: await listBucket({ s3, bucket: Bucket }) };
}

/** Beside our rule. Answers what would be there without it. */
async function addNotificationOfOthers(): Promise<string> {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'e2e-others' }));
  await addNotifications(source, { TopicConfigurations: [{ Id: 'Others', TopicArn, Events: ['s3:ObjectTagging:*'] }] });
  return withoutOurs(await rawNotifications(source), source);
}
