import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ExecutionsArns } from './arns.ts';
import { stillOurs } from './keep-reports.ts';

/**
 * All that the state machine of runs may do: invoke its worker, and map over shares that lie in the reports bucket.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
export function runGrants({
  reports,
  worker,
  itself,
  executions,
  children,
}: {
  readonly reports: s3.Bucket;
  readonly worker: lambda.IFunction;
  /** The ARN of the state machine: by its name, as it cannot refer to itself. */
  readonly itself: string;
} & ExecutionsArns): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'DoSteps',
      actions: ['lambda:InvokeFunction'],
      resources: [worker.functionArn],
    }),
    new iam.PolicyStatement({
      sid: 'ReadShares',
      actions: ['s3:GetObject'],
      resources: [reports.arnForObjects('*')],
      conditions: stillOurs(reports),
    }),
    new iam.PolicyStatement({
      sid: 'StartShares',
      actions: ['states:StartExecution'],
      resources: [itself],
    }),
    new iam.PolicyStatement({
      sid: 'FollowShares',
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      resources: [executions, children],
    }),
    // Where somebody redrives a run that failed: its shares are started again in the role of the state machine.
    // https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
    new iam.PolicyStatement({
      sid: 'RedriveShares',
      actions: ['states:RedriveExecution'],
      resources: [children],
    }),
  ];
}
