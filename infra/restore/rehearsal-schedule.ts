import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { rehearsalScheduleNames } from '../../shared/names.ts';
import type { Rehearsal } from '../config/replicator.ts';
import { schedulerHere } from '../parts/scheduler-here.ts';

/**
 * Starts rehearsals when the configuration says so, of all destinations that are there by then. And tells twice a day how long ago the last good ones
 * were: that is what the alarm watches, as none can look back for a month.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
 */
export class RehearsalSchedule extends Construct {
  constructor(
    scope: Construct,
    id: string,
    {
      sourceBucket,
      rehearsal,
      restore,
    }: { readonly sourceBucket: string; readonly rehearsal: Rehearsal; readonly restore: lambda.IFunction },
  ) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', {
      assumedBy: schedulerHere(Stack.of(this)),
      inlinePolicies: {
        Grants: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'Rehearse',
              actions: ['lambda:InvokeFunction'],
              resources: [restore.functionArn],
            }),
          ],
        }),
      },
    });
    const ask = (step: string) => ({
      arn: restore.functionArn,
      roleArn: role.roleArn,
      input: JSON.stringify({ step }),
      // What does not start in the end is heard of, as the last good rehearsal grows old.
      retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: Duration.hours(1).toSeconds() },
    });
    const names = rehearsalScheduleNames(sourceBucket);
    const schedules = [
      new scheduler.CfnSchedule(this, 'Start', {
        name: names.start,
        description: `Starts rehearsals of restores of ${sourceBucket} from its copies`,
        scheduleExpression: rehearsal.schedule,
        scheduleExpressionTimezone: rehearsal.timeZone,
        flexibleTimeWindow: { mode: 'OFF' },
        target: ask('start rehearsals'),
      }),
      new scheduler.CfnSchedule(this, 'Tell', {
        name: names.tell,
        description: `Tells how long ago restores of ${sourceBucket} were rehearsed`,
        scheduleExpression: 'rate(12 hours)',
        flexibleTimeWindow: { mode: 'OFF' },
        target: ask('tell ages'),
      }),
    ];
    for (const schedule of schedules) schedule.node.addDependency(role);
  }
}
