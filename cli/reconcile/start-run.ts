import { randomUUID } from 'node:crypto';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Request } from '../../functions/reconcile/run.ts';
import { clientOptions } from '../aws/client-options.ts';
import { explained } from '../aws/explained.ts';

/**
 * Starts a run, once: a request that is repeated because its answer was lost names the same execution.
 *
 * @returns the ARN of the execution.
 * @throws {UsageError}
 */
export async function startRun(stateMachineArn: string, request: Request, region: string): Promise<string> {
  const { executionArn = '' } = await explained('start a run', {
    remedy: 'the credentials in use need states:StartExecution on that state machine',
    work: () =>
      new SFNClient(clientOptions(region)).send(
        new StartExecutionCommand({ stateMachineArn, name: `hand-${randomUUID()}`, input: JSON.stringify(request) }),
      ),
  });
  return executionArn;
}
