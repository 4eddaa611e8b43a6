import { JSONATA, RUN } from './run-steps.ts';
import type { Invoke } from './run-steps.ts';

/** The names of a map's states: none may be twice in a state machine. */
export interface ShareStates {
  readonly work: string;
  readonly isDone: string;
  /** Where the worker says after how many seconds there is more to do. */
  readonly wait?: string;
  readonly done: string;
  readonly givenUp: string;
  readonly failed: string;
}

/**
 * Each share of a list in S3 in an execution of its own, which invokes the function until the share is done.
 *
 * A share that fails for good ends all the same, so that the others are gone through: the report finds that it has no result. What the
 * executions put out is as good as nothing, since all of it together must not exceed 256 KiB.
 */
export function shareMap(
  names: ShareStates,
  { invoke, name, parallelism }: { readonly invoke: Invoke; readonly name: string; readonly parallelism: number },
): object {
  const share = '{% $states.input.share %}';
  const nothing = { ...JSONATA, Type: 'Pass', Output: {}, End: true };
  return {
    Type: 'Map',
    Label: names.work,
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON' },
      Parameters: { 'Bucket.$': '$.shares.bucket', 'Key.$': '$.shares.key' },
    },
    ItemSelector: { 'run.$': '$.run', 'share.$': '$$.Map.Item.Value.share' },
    MaxConcurrency: parallelism,
    ToleratedFailurePercentage: 100,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: names.work,
      States: {
        [names.work]: {
          ...invoke({ step: name, run: RUN, share }),
          Output: {
            run: RUN,
            share,
            done: '{% $states.result.Payload.done %}',
            ...(names.wait !== undefined && { waitSeconds: '{% $states.result.Payload.waitSeconds %}' }),
          },
          Catch: [{ ErrorEquals: ['States.ALL'], Next: names.givenUp }],
          Next: names.isDone,
        },
        [names.isDone]: {
          ...JSONATA,
          Type: 'Choice',
          Choices: [
            ...(names.wait === undefined
              ? []
              : [{ Condition: '{% $states.input.waitSeconds > 0 %}', Next: names.wait }]),
            { Condition: '{% $states.input.done = false %}', Next: names.work },
          ],
          Default: names.done,
        },
        ...(names.wait !== undefined && {
          [names.wait]: { ...JSONATA, Type: 'Wait', Seconds: '{% $states.input.waitSeconds %}', Next: names.work },
        }),
        [names.done]: nothing,
        [names.givenUp]: nothing,
      },
    },
    ResultPath: null,
    Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 2 }],
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: names.failed }],
  };
}
