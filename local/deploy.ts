import {
  BucketLocationConstraint,
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import type { Replicator, Source } from '../infra/config/replicator.ts';
import { regionsOf } from '../infra/alarms/alarms-stack.ts';
import {
  alarmsStackName,
  destinationStackName,
  reconcileStackName,
  restoreStackName,
  sourceStackName,
} from '../shared/names.ts';
import { awsClients, type EmulatorAddress } from './aws-clients.ts';
import { cdk, type CdkOptions, synthesize } from './cdk.ts';
import { setWhatIsLeftOut } from './left-out-settings.ts';
import { attachSubscriptions } from './subscriptions.ts';

/** What `deploy` needs to know; the emulator is that into which it deploys. */
export interface Deployment extends CdkOptions {
  readonly emulator: CdkOptions['emulator'] & EmulatorAddress;
  readonly replicators: readonly Replicator[];
}

/** Prepares every Region of the configuration for the CDK, and makes the buckets and topics that it says exist already. */
export async function prepare(deployment: Deployment): Promise<void> {
  const { emulator, replicators } = deployment;
  await bootstrap(deployment);
  for (const { bucket, region, existing } of bucketsOf(replicators)) {
    if (existing) await createBucket(emulator, { bucket, region });
  }
  for (const { source } of replicators) await feedTopic(emulator, source);
}

/** Prepares every Region of the configuration for the CDK, which makes all stacks for that unless they are made. */
export async function bootstrap(deployment: Deployment): Promise<void> {
  const { emulator, replicators } = deployment;
  const regions = new Set(bucketsOf(replicators).map(({ region }) => region));
  await cdk(['bootstrap', ...[...regions].map((region) => `aws://${emulator.account}/${region}`)], deployment);
}

/**
 * Deploys all stacks of the configuration, since no stack waits for another: the alarms' topics and the sources first, as a subscription needs its topic;
 * the reconciles last, as each starts a run that should find all subscriptions.
 */
export async function deploy(deployment: Deployment): Promise<void> {
  const synthesized = await synthesize(deployment);
  await deployReplication(synthesized);
  const sources = deployment.replicators.map(({ source }) => source.bucket);
  await deployStacks([...sources.map(restoreStackName), ...sources.map(reconcileStackName)], synthesized);
  await setWhatIsLeftOut(deployment.emulator);
}

/** What copies. */
export async function deployReplication(deployment: Deployment): Promise<void> {
  const { replicators } = deployment;
  const alarms = replicators.flatMap((replicator) =>
    regionsOf(replicator).map((region) => alarmsStackName(replicator.source.bucket, region)),
  );
  const sources = replicators.map(({ source }) => sourceStackName(source.bucket));
  const destinations = replicators.flatMap((replicator) => replicator.destinations);
  await deployStacks([...alarms, ...sources], deployment);
  await deployStacks(
    destinations.map(({ bucket }) => destinationStackName(bucket)),
    deployment,
  );
  await attachSubscriptions(deployment.emulator);
}

/** Nothing runs before somebody starts a restore. */
export async function deployRestores(deployment: Deployment): Promise<void> {
  const restores = deployment.replicators.map(({ source }) => restoreStackName(source.bucket));
  await deployStacks(restores, deployment);
}

/** Starts a run of each. */
export async function deployReconciles(deployment: Deployment): Promise<void> {
  const reconciles = deployment.replicators.map(({ source }) => reconcileStackName(source.bucket));
  await deployStacks(reconciles, deployment);
}

async function deployStacks(stacks: readonly string[], deployment: Deployment): Promise<void> {
  await cdk(['deploy', ...stacks, '--exclusively', '--concurrency', '4', '--require-approval', 'never'], deployment);
}

function bucketsOf(replicators: readonly Replicator[]) {
  return replicators.flatMap(({ source, destinations }) => [source, ...destinations]);
}

async function createBucket(
  emulator: EmulatorAddress,
  { bucket, region }: { readonly bucket: string; readonly region: string },
): Promise<void> {
  const { s3 } = awsClients(emulator, region);
  const constraint = Object.values(BucketLocationConstraint).find((value) => value === region);
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      ...(constraint !== undefined && { CreateBucketConfiguration: { LocationConstraint: constraint } }),
    }),
  );
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}

/** Where a source says that it feeds a topic already. */
async function feedTopic(emulator: EmulatorAddress, { bucket, region, topicArn }: Source): Promise<void> {
  if (topicArn === undefined) return;
  const { s3, sns } = awsClients(emulator, region);
  await sns.send(new CreateTopicCommand({ Name: topicArn.split(':').at(-1) }));
  const TopicConfigurations = [{ TopicArn: topicArn, Events: ['s3:ObjectCreated:*' as const] }];
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: { TopicConfigurations },
    }),
  );
}
