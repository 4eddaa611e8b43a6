import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { longCopyName, topicName, undeliveredQueueName } from '../shared/names.ts';
import type { Source } from './config.ts';

/** ARNs made from names alone, for things of another stack or of none: a reference would tie the two stacks together. */
export function bucketArn(stack: Stack, bucket: string): string {
  return stack.formatArn({ service: 's3', region: '', account: '', resource: bucket });
}

/** Our own topic, or the one that the bucket feeds already. */
export function topicArn(stack: Stack, { bucket, region, account, topicArn: existing }: Source): string {
  return existing ?? stack.formatArn({ service: 'sns', region, account, resource: topicName(bucket) });
}

export function undeliveredQueueArn(stack: Stack, { bucket, region, account }: Source): string {
  return stack.formatArn({ service: 'sqs', region, account, resource: undeliveredQueueName(bucket) });
}

export function longCopyArn(stack: Stack, bucket: string): string {
  return statesArn(stack, 'stateMachine', longCopyName(bucket));
}

export function longCopyExecutionsArn(stack: Stack, bucket: string): string {
  return statesArn(stack, 'execution', `${longCopyName(bucket)}:*`);
}

function statesArn(stack: Stack, resource: string, resourceName: string): string {
  return stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}
