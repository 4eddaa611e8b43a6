import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { OBSERVER_ROLE_PREFIX } from '../../shared/names.ts';
import { bucketArn, reconcileExecutionsArn, topicArn } from '../parts/arns.ts';
import type { Source } from '../config/replicator.ts';
import { keepReports } from '../parts/keep-reports.ts';
import { findDestinations } from '../parts/find-destinations.ts';

/**
 * All that the reconcile function may do: list the source and look at its notifications, ask its topic who is subscribed, become the observer of a destination, keep its
 * reports and tell of them. It can read no object of the source and write to no bucket but its own.
 */
export function reconcileGrants(
  stack: Stack,
  {
    source,
    reports,
    reportsTopic,
  }: { readonly source: Source; readonly reports: s3.Bucket; readonly reportsTopic: sns.Topic },
): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      // The latter to see whether it still tells the topic of all changes, be the topic ours or one of others.
      sid: 'LookAtSource',
      actions: ['s3:ListBucket', 's3:GetBucketNotification'],
      resources: [bucketArn(stack, source.bucket)],
      conditions: { StringEquals: { 's3:ResourceAccount': source.account } },
    }),
    ...keepReports(reports),
    ...findDestinations(topicArn(stack, source)),
    new iam.PolicyStatement({
      sid: 'TellOfReports',
      actions: ['sns:Publish'],
      resources: [reportsTopic.topicArn],
    }),
    observeDestinations(stack, source),
    new iam.PolicyStatement({
      sid: 'TellWhetherAnotherRuns',
      actions: ['states:DescribeExecution'],
      resources: [reconcileExecutionsArn(stack, source)],
    }),
  ];
}

/** Each of these roles says itself whom it trusts. Destinations are in the source's account. */
export function observeDestinations(stack: Stack, { account }: Source): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'ObserveDestinations',
    actions: ['sts:AssumeRole'],
    resources: [
      stack.formatArn({
        service: 'iam',
        region: '',
        account,
        resource: 'role',
        resourceName: `${OBSERVER_ROLE_PREFIX}*`,
      }),
    ],
  });
}
