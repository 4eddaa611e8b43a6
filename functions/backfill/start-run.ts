import {
  ExecutionAlreadyExists,
  type SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';

/** A run of the reconcile that a deployment asks for. */
export interface RunToStart {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: { readonly trigger: 'deploy'; readonly destination?: string | undefined };
}

/**
 * Starts a run, once however often it is asked for.
 *
 * Only a refusal fails the deployment: then the grants are wrong, or a rule of the organization is in the way, and nobody would
 * ever hear of it otherwise. All else passes, or needs nothing: the reconcile may not be deployed yet, and starts a run when it is; and
 * the next nightly run does all that this one would have done. To take away a whole destination for it would be worse.
 *
 * @throws {Error} if Step Functions refuses, also after a while: a new role is not known everywhere at once.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (eventual consistency)
 */
export async function startRun(
  { stateMachineArn, name, input }: RunToStart,
  { sfn, pause }: { readonly sfn: SFNClient; readonly pause: (milliseconds: number) => Promise<unknown> },
): Promise<{ readonly started: boolean; readonly because: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      return { started: true, because: 'started' };
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return { started: true, because: 'was started before' };
      if (error instanceof StateMachineDoesNotExist)
        return { started: false, because: 'there is no reconcile yet; it starts a run when it is deployed' };
      if (!isRefusal(error))
        return { started: false, because: `the next nightly run takes its place: ${String(error)}` };
      if (attempt === ATTEMPTS) {
        throw new Error(
          `Cannot start a run of ${stateMachineArn}: ${error.message}. Allow states:StartExecution on it, then deploy again`,
          { cause: error },
        );
      }
      await pause(PAUSE_MS);
    }
  }
}

const ATTEMPTS = 6;
const PAUSE_MS = 10_000;

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && error.name === 'AccessDeniedException';
}
