import { Duration, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { reconcileName, unstartedQueueName } from '../../shared/names.ts';
import type { Reconcile } from '../config/replicator.ts';
import { safeQueue } from '../parts/safe-queue.ts';
import { schedulerHere } from '../parts/scheduler-here.ts';

/**
 * Starts a run when the configuration says so. A start that comes twice, or while a run is under way, is harmless: the run finds out.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
export class ReconcileSchedule extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly sourceBucket: string;
      readonly when: Pick<Reconcile, 'schedule' | 'timeZone'>;
      readonly stateMachine: sfn.CfnStateMachine;
    },
  ) {
    super(scope, id);
    const { sourceBucket, when, stateMachine } = props;
    const unstarted = safeQueue(this, 'Unstarted', {
      queueName: unstartedQueueName(sourceBucket),
      retentionPeriod: Duration.days(14),
    });
    Validations.of(unstarted).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself the dead-letter queue of the schedule',
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: schedulerHere(Stack.of(this)),
      inlinePolicies: {
        Grants: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'StartRuns',
              actions: ['states:StartExecution'],
              resources: [stateMachine.ref],
            }),
            new iam.PolicyStatement({
              sid: 'PutAsideWhatCannotStart',
              actions: ['sqs:SendMessage'],
              resources: [unstarted.queueArn],
            }),
          ],
        }),
      },
    });
    const schedule = new scheduler.CfnSchedule(this, 'Schedule', {
      name: reconcileName(sourceBucket),
      description: `Compares ${sourceBucket} with its copies`,
      scheduleExpression: when.schedule,
      scheduleExpressionTimezone: when.timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: stateMachine.ref,
        roleArn: role.roleArn,
        input: JSON.stringify({ trigger: 'schedule' }),
        // By then the next start may be near; by default it is tried for a day.
        retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: Duration.hours(1).toSeconds() },
        deadLetterConfig: { arn: unstarted.queueArn },
      },
    });
    schedule.node.addDependency(role);
  }
}
