import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { restoreName, restoreStackName } from '../../shared/names.ts';
import { restoreArn, restoreExecutionsArns, topicArn } from '../parts/arns.ts';
import type { Replicator } from '../config/replicator.ts';
import { nodeFunction } from '../parts/node-function.ts';
import { RehearsalSchedule } from './rehearsal-schedule.ts';
import { ReportsTopic } from '../parts/reports-topic.ts';
import { restoreDefinition } from './restore-definition.ts';
import { rehearsalGrants, restoreGrants } from './restore-grants.ts';
import { runGrants } from '../parts/run-grants.ts';
import { reportsBucket, scratchBucket } from '../parts/safe-bucket.ts';
import { stateMachine } from '../parts/state-machine.ts';
import { markAsOurs } from '../parts/mark-as-ours.ts';

/** Restores out of the destinations of a source: the state machine, its only worker, and the reports. Nothing runs before somebody starts one, but for the rehearsals. */
export class FanoutRestore extends Stack {
  constructor(
    scope: Construct,
    id: string,
    {
      source,
      destinations,
      reconcile,
      rehearsal,
      logLevel,
    }: Pick<Replicator, 'source' | 'destinations' | 'reconcile' | 'rehearsal' | 'logLevel'>,
  ) {
    super(scope, id, {
      stackName: restoreStackName(source.bucket),
      env: { account: source.account, region: source.region },
      description: `Restores objects of ${source.bucket} from its copies`,
    });
    markAsOurs(this, source.bucket);
    const reports = reportsBucket(this, 'Reports', { retention: Duration.days(reconcile.reportRetentionDays) });
    const { topic: reportsTopic } = new ReportsTopic(this, 'ReportsTopic', { addresses: reconcile.notify });

    const worker = nodeFunction(this, 'Restore', {
      functionName: restoreName(source.bucket),
      // By this name the roles of the destinations know it.
      roleName: restoreName(source.bucket),
      description: `Does every step of restores of ${source.bucket} from its copies`,
      entry: 'functions/restore/handler.ts',
      timeout: TIME_LIMIT,
      logLevel,
      environment: {
        SOURCE_BUCKET: source.bucket,
        SOURCE_ACCOUNT: source.account,
        REPORTS_BUCKET: reports.bucketName,
        REPORTS_TOPIC_ARN: reportsTopic.topicArn,
        ...(rehearsal !== false && {
          SOURCE_REGION: source.region,
          TOPIC_ARN: topicArn(this, source),
          STATE_MACHINE_ARN: restoreArn(this, source),
          SCRATCH_BUCKET: scratchBucket(this, 'Scratch').bucketName,
          HISTORY_DAYS: String(Math.min(...destinations.map(({ historyDays }) => historyDays))),
          REHEARSAL_OBJECTS: String(rehearsal.objects),
          REHEARSAL_MAX_BYTES: String(rehearsal.maxGigabytes * 1024 ** 3),
        }),
      },
      grants: [
        ...restoreGrants(this, { source, reports, reportsTopic }),
        ...(rehearsal === false ? [] : rehearsalGrants(this, source)),
      ],
    });

    const runs = stateMachine(this, 'Runs', {
      stateMachineName: restoreName(source.bucket),
      grants: runGrants({
        reports,
        worker,
        itself: restoreArn(this, source),
        ...restoreExecutionsArns(this, source),
      }),
      definition: restoreDefinition({
        restore: worker,
        timeLimit: TIME_LIMIT,
        parallelism: reconcile.parallelism,
      }),
    });

    if (rehearsal !== false)
      new RehearsalSchedule(this, 'Rehearsal', { sourceBucket: source.bucket, rehearsal, restore: worker });

    new CfnOutput(this, 'ReportsBucket', { value: reports.bucketName });
    new CfnOutput(this, 'ReportsTopicArn', { value: reportsTopic.topicArn });
    new CfnOutput(this, 'StateMachineArn', { value: runs.ref });
  }
}

/** The longest that Lambda allows. */
const TIME_LIMIT = Duration.minutes(15);
