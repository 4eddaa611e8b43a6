import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import type { LogLevel } from '../../shared/log-levels.ts';
import { backfillFunctionName } from '../../shared/names.ts';
import { reconcileArn } from './arns.ts';
import type { Source } from '../config/replicator.ts';
import { nodeFunction } from './node-function.ts';

/**
 * Starts a run of the reconcile when a stack is deployed: of one destination, which is its backfill, or of all.
 *
 * It takes place last, when all that a run needs is there; and again when one of the things that `parts` identifies was replaced.
 */
export class FirstRun extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly source: Source;
      readonly logLevel: LogLevel;
      /** @default all destinations */
      readonly destinationBucket?: string;
      /** What identifies that which a run needs: a change of one starts a run. */
      readonly parts: Readonly<Record<string, string>>;
      readonly after: readonly IConstruct[];
    },
  ) {
    super(scope, id);
    const { source, destinationBucket, parts } = props;
    const stateMachineArn = reconcileArn(Stack.of(this), source);
    const start = nodeFunction(this, 'Start', {
      functionName: backfillFunctionName(
        destinationBucket === undefined ? { source: source.bucket } : { destination: destinationBucket },
      ),
      description: `Starts a comparison of ${source.bucket} with ${destinationBucket ?? 'all its destinations'}`,
      entry: 'functions/backfill/handler.ts',
      timeout: Duration.minutes(2),
      logLevel: props.logLevel,
      environment: {},
      grants: [
        new iam.PolicyStatement({
          sid: 'StartRuns',
          actions: ['states:StartExecution'],
          resources: [stateMachineArn],
        }),
      ],
    });
    const run = new CustomResource(this, 'Run', {
      resourceType: 'Custom::FanoutFirstRun',
      serviceToken: start.functionArn,
      // CloudFormation would wait for an hour for a function that cannot answer.
      serviceTimeout: Duration.minutes(5),
      properties: {
        stateMachineArn,
        region: source.region,
        ...(destinationBucket !== undefined && { destination: destinationBucket }),
        parts,
      },
    });
    run.node.addDependency(...props.after);
  }
}
