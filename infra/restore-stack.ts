import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { restoreName } from '../shared/names.ts';
import { restoreArn, restoreExecutionsArns } from './arns.ts';
import type { Replicator } from './config.ts';
import { nodeFunction } from './node-function.ts';
import { ReportsTopic } from './reports-topic.ts';
import { restoreDefinition } from './restore-definition.ts';
import { restoreGrants } from './restore-grants.ts';
import { runGrants } from './run-grants.ts';
import { reportsBucket } from './safe-bucket.ts';
import { stateMachine } from './state-machine.ts';

/** Restores out of the destinations of a source: the state machine, its only worker, and the reports. Nothing runs, or costs, before somebody starts one. */
export class RestoreStack extends Stack {
  constructor(
    app: App,
    id: string,
    { source, reconcile, logLevel }: Pick<Replicator, 'source' | 'reconcile' | 'logLevel'>,
  ) {
    super(app, id, {
      env: { account: source.account, region: source.region },
      description: `Restores objects of ${source.bucket} from its copies`,
    });
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
      },
      grants: restoreGrants(this, { reports, reportsTopic }),
    });

    const runs = stateMachine(this, 'Runs', {
      stateMachineName: restoreName(source.bucket),
      grants: runGrants({
        reports,
        worker,
        itself: restoreArn(this, source),
        executions: restoreExecutionsArns(this, source),
      }),
      definition: restoreDefinition({
        restore: worker,
        timeLimit: TIME_LIMIT,
        parallelism: reconcile.parallelism,
      }),
    });

    new CfnOutput(this, 'ReportsBucket', { value: reports.bucketName });
    new CfnOutput(this, 'StateMachineArn', { value: runs.ref });
  }
}

/** The longest that Lambda allows. */
const TIME_LIMIT = Duration.minutes(15);
