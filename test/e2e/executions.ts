import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import * as v from 'valibot';
import { longCopyName } from '../../shared/names.ts';
import { emulator } from './emulator.ts';

/** What a destination's state machine did for one key: an element for each execution, in the order in which they began. */
export async function executionsFor(
  key: string,
  { bucket, region }: { readonly bucket: string; readonly region: string },
): Promise<readonly Execution[]> {
  const { endpoint, account } = emulator;
  const sfn = new SFNClient({ region, endpoint, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${longCopyName(bucket)}`;
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  const all = await Promise.all(
    executions
      .toSorted((one, other) => Number(one.startDate) - Number(other.startDate))
      .map(async ({ executionArn }) => {
        const { input = '{}', status, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        const { copy } = v.parse(inputSchema, JSON.parse(input));
        return { executionArn, key: copy.key, status, error, cause };
      }),
  );
  return Promise.all(
    all
      .filter((execution) => execution.key === key)
      .map(async ({ executionArn, status, error, cause }) => {
        const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
        const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
        const failures = events.filter(({ type }) => type === 'TaskFailed').length;
        return { status, error, cause, entered: entered.filter((state) => state !== 'HowFar'), failures };
      }),
  );
}

export interface Execution {
  readonly status: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The states that it came through, but for the choice between them. */
  readonly entered: readonly string[];
  /** How often a state's task failed, and was tried again or given up. */
  readonly failures: number;
}

const inputSchema = v.object({ copy: v.object({ key: v.string() }) });

/**
 * Lets the waits and the pauses between attempts of all state machines last that fraction of what they say. The state machines remain as they were
 * deployed.
 */
export async function scaleWaits(fraction: number): Promise<void> {
  const answer = await fetch(`${emulator.endpoint}/_ministack/config`, {
    method: 'POST',
    body: JSON.stringify({ 'stepfunctions._SFN_WAIT_SCALE': fraction }),
  });
  const { applied } = v.parse(v.object({ applied: v.record(v.string(), v.number()) }), await answer.json());
  if (Object.keys(applied).length !== 1) throw new Error('The emulator cannot shorten the waits of state machines');
}
