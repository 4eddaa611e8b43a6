import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Executions } from './hand-over.ts';

let client: SFNClient | undefined;

/** The executions of a state machine through the AWS SDK. */
export function sfnExecutions({ region, arn }: { readonly region: string; readonly arn: string }): Executions {
  client ??= new SFNClient({ region });
  const sfn = client;
  const patience = () => ({ abortSignal: AbortSignal.timeout(PATIENCE_MS) });
  return {
    async start(name, input) {
      const command = new StartExecutionCommand({ stateMachineArn: arn, name, input: JSON.stringify(input) });
      try {
        await sfn.send(command, patience());
        return 'started';
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return state(name);
        throw new Error(`Cannot hand over a long copy to the state machine ${arn}: ${String(error)}`, { cause: error });
      }
    },
  };

  async function state(name: string): Promise<'runs' | 'has ended' | 'has failed'> {
    const executionArn = `${arn.replace(':stateMachine:', ':execution:')}:${name}`;
    try {
      const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }), patience());
      if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return 'runs';
      return status === 'SUCCEEDED' ? 'has ended' : 'has failed';
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return 'has ended';
      throw new Error(`Cannot look at the execution ${executionArn}: ${String(error)}`, { cause: error });
    }
  }
}

const PATIENCE_MS = 5_000;
