import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { reconcileName, reconcileStackName } from '../../shared/names.ts';
import { addAlarm } from '../alarms/alarm.ts';
import {
  alarmsTopicArn,
  reconcileArn,
  reconcileChildExecutionsArn,
  reconcileExecutionsArn,
  topicArn,
} from '../parts/arns.ts';
import { Canary } from './canary.ts';
import type { Replicator, Scrub } from '../config/replicator.ts';
import { canaryFunctionAlarms } from '../alarms/check-alarms.ts';
import { FirstRun } from '../parts/first-run.ts';
import { nodeFunction } from '../parts/node-function.ts';
import { reconcileAlarms } from './reconcile-alarms.ts';
import { reconcileDefinition } from './reconcile-definition.ts';
import { reconcileGrants } from './reconcile-grants.ts';
import { ReconcileSchedule } from './reconcile-schedule.ts';
import { ReportsTopic } from '../parts/reports-topic.ts';
import { runGrants } from '../parts/run-grants.ts';
import { reportsBucket } from '../parts/safe-bucket.ts';
import { stateMachine } from '../parts/state-machine.ts';
import { markAsOurs } from '../parts/mark-as-ours.ts';

/**
 * The nightly comparison of a source with all its destinations: the schedule, the state machine, its only worker, and the reports. And the canary,
 * which shows between two nights that what is put arrives.
 */
export class FanoutReconcile extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { source, reconcile, canary, scrub, logLevel }: Omit<Replicator, 'destinations' | 'alarms'>,
  ) {
    super(scope, id, {
      stackName: reconcileStackName(source.bucket),
      env: { account: source.account, region: source.region },
      description: `Compares the bucket ${source.bucket} with its copies, repairs what differs and reports`,
    });
    markAsOurs(this, source.bucket);
    const reports = reportsBucket(this, 'Reports', { retention: Duration.days(reconcile.reportRetentionDays) });
    const { topic: reportsTopic } = new ReportsTopic(this, 'ReportsTopic', { addresses: reconcile.notify });

    const worker = nodeFunction(this, 'Reconcile', {
      functionName: reconcileName(source.bucket),
      // By this name the observer roles know it.
      roleName: reconcileName(source.bucket),
      description: `Does every step of the comparison of ${source.bucket} with its copies`,
      entry: 'functions/reconcile/handler.ts',
      timeout: TIME_LIMIT,
      logLevel,
      environment: {
        SOURCE_BUCKET: source.bucket,
        SOURCE_ACCOUNT: source.account,
        SOURCE_REGION: source.region,
        TOPIC_ARN: topicArn(this, source),
        REPORTS_BUCKET: reports.bucketName,
        REPORTS_TOPIC_ARN: reportsTopic.topicArn,
        MAX_BYTES_PER_RUN: String(reconcile.maxGigabytesPerRun * 1024 ** 3),
        EVENT_MINUTES: String(reconcile.eventMinutes),
        ...(scrub !== false && scrubEnvironment(scrub)),
        // Listings are short-lived: a small nursery keeps the memory that they take small.
        NODE_OPTIONS: '--max-semi-space-size=2',
      },
      grants: reconcileGrants(this, { source, reports, reportsTopic }),
    });

    const runs = stateMachine(this, 'Runs', {
      stateMachineName: reconcileName(source.bucket),
      grants: runGrants({
        reports,
        worker,
        itself: reconcileArn(this, source),
        executions: reconcileExecutionsArn(this, source),
        children: reconcileChildExecutionsArn(this, source),
      }),
      definition: reconcileDefinition({
        reconcile: worker,
        timeLimit: TIME_LIMIT,
        parallelism: reconcile.parallelism,
      }),
    });
    new ReconcileSchedule(this, 'Schedule', { sourceBucket: source.bucket, when: reconcile, stateMachine: runs });
    new FirstRun(this, 'FirstRun', { source, logLevel, parts: { reports: reports.bucketName }, after: [runs] });

    const { bucket } = source;
    for (const rule of reconcileAlarms({ bucket, stateMachineArn: reconcileArn(this, source) }))
      addAlarm(this, rule, { bucket, topicArn: alarmsTopicArn(this, source) });

    if (canary !== false) {
      new Canary(this, 'Canary', { source, canary, logLevel });
      for (const rule of canaryFunctionAlarms({ source, canary }))
        addAlarm(this, rule, { bucket, topicArn: alarmsTopicArn(this, source) });
    }

    new CfnOutput(this, 'ReportsBucket', { value: reports.bucketName });
    new CfnOutput(this, 'ReportsTopicArn', { value: reportsTopic.topicArn });
    new CfnOutput(this, 'StateMachineArn', { value: runs.ref });
  }
}

function scrubEnvironment({ share, maxGigabytesPerRun, maxObjectMegabytes }: Scrub): Record<string, string> {
  return {
    SCRUB_SHARE: String(share),
    SCRUB_MAX_BYTES_PER_RUN: String(maxGigabytesPerRun * 1024 ** 3),
    SCRUB_MAX_OBJECT_BYTES: String(maxObjectMegabytes * 1024 ** 2),
  };
}

/** The longest that Lambda allows. */
const TIME_LIMIT = Duration.minutes(15);
