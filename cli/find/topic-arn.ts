import type { Source } from '../../infra/config/replicator.ts';
import { topicName } from '../../shared/names.ts';

/** The topic that the source feeds: our own, or the one that the configuration names. */
export function topicArnOf({ bucket, region, account, topicArn }: Source): string {
  return topicArn ?? `arn:${partitionOf(region)}:sns:${region}:${account}:${topicName(bucket)}`;
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
