import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/** To write the reports of runs, with what steps tell each other, and to read them. */
export function keepReports(reports: s3.Bucket): iam.PolicyStatement[] {
  const conditions = stillOurs(reports);
  return [
    new iam.PolicyStatement({
      sid: 'KeepReports',
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [reports.arnForObjects('*')],
      conditions,
    }),
    // Without it a missing file answers 403 instead of 404.
    new iam.PolicyStatement({
      sid: 'ListReports',
      actions: ['s3:ListBucket'],
      resources: [reports.bucketArn],
      conditions,
    }),
  ];
}

/** The name of a bucket that somebody deletes can pass to another account. */
export function stillOurs(bucket: s3.Bucket): iam.Conditions {
  return { StringEquals: { 's3:ResourceAccount': Stack.of(bucket).account } };
}
