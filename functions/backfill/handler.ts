import { setTimeout } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import * as v from 'valibot';
import { answerCloudFormation } from '../../shared/topic/answer-cloudformation.ts';
import { startRun } from './start-run.ts';

const logger = new Logger({ serviceName: 'backfill' });

/**
 * A custom resource, the last of its stack: starts a run of the reconcile when it is made, and when something it names was replaced.
 *
 * Always answers CloudFormation, which otherwise waits for an hour.
 */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  try {
    // First, so that a stack of any version can be deleted.
    if (event.RequestType === 'Delete') return await answerCloudFormation(event, { id: event.PhysicalResourceId });
    const { stateMachineArn, region, destination } = v.parse(properties, event.ResourceProperties);
    const outcome = await startRun(
      // CloudFormation may tell twice of one change: the run's name then is the same.
      { stateMachineArn, name: `deploy-${event.RequestId}`, input: { trigger: 'deploy', destination } },
      { sfn: new SFNClient({ region }), pause: setTimeout },
    );
    logger[outcome.started ? 'info' : 'warn'](outcome.because, { stateMachineArn, destination });
    const id = `first-run of ${destination ?? 'all destinations'}`;
    await answerCloudFormation(event, { id });
  } catch (error) {
    logger.error('no run started', { error });
    await answerCloudFormation(event, { failure: error instanceof Error ? error.message : String(error) });
  }
}

const properties = v.object({
  stateMachineArn: v.string(),
  region: v.string(),
  destination: v.optional(v.string()),
});
