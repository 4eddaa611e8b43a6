import { type ArnComponents, ArnFormat, type Stack } from 'aws-cdk-lib';
import {
  alarmsTopicName,
  canaryName,
  longCopyName,
  reconcileName,
  restoreName,
  topicName,
  undeliveredQueueName,
} from '../../shared/names.ts';
import type { Source } from '../config/replicator.ts';

/** ARNs made from names alone, for things of another stack or of none: a reference would tie the two stacks together. */
export function bucketArn(stack: Stack, bucket: string): string {
  return stack.formatArn({ service: 's3', region: '', account: '', resource: bucket });
}

/** Our own topic, or the one that the bucket feeds already. */
export function topicArn(stack: Stack, { bucket, region, account, topicArn: existing }: Source): string {
  return existing ?? stack.formatArn({ service: 'sns', region, account, resource: topicName(bucket) });
}

/** Where the alarms of a source and its destinations in the Region of the stack go: an alarm reaches no topic of another Region. */
export function alarmsTopicArn(stack: Stack, { bucket }: Pick<Source, 'bucket'>): string {
  return stack.formatArn({ service: 'sns', resource: alarmsTopicName(bucket) });
}

export function undeliveredQueueArn(stack: Stack, { bucket, region, account }: Source): string {
  return stack.formatArn({ service: 'sqs', region, account, resource: undeliveredQueueName(bucket) });
}

export function longCopyArn(stack: Stack, bucket: string): string {
  return statesArn(stack, { resource: 'stateMachine', resourceName: longCopyName(bucket) });
}

export function longCopyExecutionsArn(stack: Stack, bucket: string): string {
  return statesArn(stack, { resource: 'execution', resourceName: `${longCopyName(bucket)}:*` });
}

/** The state machine in the source's account and Region. */
export function reconcileArn(stack: Stack, { bucket, region, account }: Source): string {
  return statesArn(stack, { region, account, resource: 'stateMachine', resourceName: reconcileName(bucket) });
}

export function reconcileExecutionsArn(stack: Stack, { bucket, region, account }: Source): string {
  return statesArn(stack, { region, account, resource: 'execution', resourceName: `${reconcileName(bucket)}:*` });
}

/** Those that a Distributed Map starts for its items. */
export function reconcileChildExecutionsArn(stack: Stack, { bucket, region, account }: Source): string {
  return statesArn(stack, { region, account, resource: 'execution', resourceName: `${reconcileName(bucket)}/*` });
}

export function reconcileRoleArn(stack: Stack, { bucket, account }: Source): string {
  return roleArn(stack, { account, resourceName: reconcileName(bucket) });
}

/** The state machine in the source's account and Region. */
export function restoreArn(stack: Stack, { bucket, region, account }: Source): string {
  return statesArn(stack, { region, account, resource: 'stateMachine', resourceName: restoreName(bucket) });
}

export interface ExecutionsArns {
  readonly executions: string;
  /** Those that a Distributed Map starts for its items. */
  readonly children: string;
}

export function restoreExecutionsArns(stack: Stack, { bucket, region, account }: Source): ExecutionsArns {
  const arn = (resourceName: string) => statesArn(stack, { region, account, resource: 'execution', resourceName });
  return { executions: arn(`${restoreName(bucket)}:*`), children: arn(`${restoreName(bucket)}/*`) };
}

export function restoreRoleArn(stack: Stack, { bucket, account }: Source): string {
  return roleArn(stack, { account, resourceName: restoreName(bucket) });
}

export function canaryRoleArn(stack: Stack, { bucket, account }: Source): string {
  return roleArn(stack, { account, resourceName: canaryName(bucket) });
}

function roleArn(stack: Stack, role: Required<Pick<ArnComponents, 'account' | 'resourceName'>>): string {
  return stack.formatArn({ service: 'iam', region: '', resource: 'role', ...role });
}

function statesArn(
  stack: Stack,
  components: Pick<ArnComponents, 'region' | 'account' | 'resource' | 'resourceName'>,
): string {
  return stack.formatArn({ service: 'states', arnFormat: ArnFormat.COLON_RESOURCE_NAME, ...components });
}
