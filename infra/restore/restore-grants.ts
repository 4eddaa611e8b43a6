import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { ledgerTableName, RESTORER_ROLE_PREFIX, versionsTableName } from '../../shared/names.ts';
import { restoreArn, topicArn } from '../parts/arns.ts';
import type { Source } from '../config/replicator.ts';
import { keepReports } from '../parts/keep-reports.ts';
import { findDestinations } from '../parts/find-destinations.ts';

/**
 * All that the restore function itself may do: keep its reports and tell of them, and take the roles in which it restores. By itself it can neither read
 * nor write an object.
 */
export function restoreGrants(
  stack: Stack,
  {
    source,
    reports,
    reportsTopic,
  }: { readonly source: Source; readonly reports: s3.Bucket; readonly reportsTopic: sns.Topic },
): iam.PolicyStatement[] {
  return [
    ...keepReports(reports),
    new iam.PolicyStatement({ sid: 'TellOfReports', actions: ['sns:Publish'], resources: [reportsTopic.topicArn] }),
    // Beside each destination are tables of its name: no restore is to write there. It may go to any bucket of the account.
    new iam.PolicyStatement({
      sid: 'KnowDestinations',
      actions: ['dynamodb:DescribeTable'],
      resources: [ledgerTableName('*'), versionsTableName('*')].map((table) =>
        stack.formatArn({ service: 'dynamodb', region: '*', resource: 'table', resourceName: table }),
      ),
    }),
    // Each of these roles says itself whom it trusts. Destinations are in the source's account.
    new iam.PolicyStatement({
      sid: 'RestoreFromDestinations',
      actions: ['sts:AssumeRole'],
      resources: [
        stack.formatArn({
          service: 'iam',
          region: '',
          account: source.account,
          resource: 'role',
          resourceName: `${RESTORER_ROLE_PREFIX}*`,
        }),
      ],
    }),
  ];
}

/** What it needs beside that for rehearsals: to find the destinations, and to start an execution for each. */
export function rehearsalGrants(stack: Stack, source: Source): iam.PolicyStatement[] {
  return [
    ...findDestinations(topicArn(stack, source)),
    new iam.PolicyStatement({
      sid: 'StartRehearsals',
      actions: ['states:StartExecution'],
      resources: [restoreArn(stack, source)],
    }),
  ];
}
