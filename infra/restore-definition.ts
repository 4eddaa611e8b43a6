import type { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { EXECUTION, failureOf, invocation, JSONATA, RUN } from './run-steps.ts';
import { shareMap } from './share-map.ts';
import type { ShareStates } from './share-map.ts';

/**
 * A restore, in the language of Step Functions:
 *
 *     begin ─► plan ─► restore all shares ─► collect ─► finish those in which something has to wait ─► report
 *
 * The function does all the work, one step an invocation; here is only what comes next. Whatever fails is told to the last step, so
 * that there is a report in any case.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function restoreDefinition(props: {
  readonly restore: lambda.IFunction;
  /** Of one invocation of the function. */
  readonly timeLimit: Duration;
  readonly parallelism: number;
}): object {
  const invoke = invocation({ worker: props.restore, timeLimit: props.timeLimit });
  const step = (name: string, payload: object) => ({
    ...invoke({ step: name, ...payload }),
    Catch: [
      {
        ErrorEquals: ['States.ALL'],
        Output: `{% $merge([$states.input, ${failureOf(name, '$states.errorOutput')}]) %}`,
        Next: 'Report',
      },
    ],
  });
  const eachShare = (name: string, names: ShareStates) => ({
    ...shareMap(names, { invoke, name, parallelism: props.parallelism }),
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: names.failed }],
  });
  return {
    StartAt: 'Begin',
    States: {
      Begin: {
        ...step('begin', { execution: EXECUTION, input: '{% $states.context.Execution.Input %}' }),
        Output: '{% $states.result.Payload %}',
        Next: 'MayRun',
      },
      MayRun: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [{ Condition: "{% $states.input.status = 'refused' %}", Next: 'Refused' }],
        Default: 'Plan',
      },
      Refused: {
        ...JSONATA,
        Type: 'Pass',
        Output: { failure: { step: 'begin', cause: '{% $states.input.because %}' } },
        Next: 'Report',
      },
      Plan: {
        ...step('plan', { run: RUN }),
        Output: { run: RUN, shares: '{% $states.result.Payload.shares %}' },
        Next: 'Restore',
      },
      Restore: { ...eachShare('restore', RESTORE), Next: 'Collect' },
      RestoreFailed: tellFailure('restore'),

      Collect: {
        ...step('collect', { run: RUN }),
        Output: "{% $merge([{ 'run': $states.input.run }, $states.result.Payload]) %}",
        Next: 'IsSomethingWaiting',
      },
      IsSomethingWaiting: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [{ Condition: '{% $exists($states.input.shares) %}', Next: 'Finish' }],
        Default: 'Report',
      },
      Finish: { ...eachShare('finish', FINISH), Next: 'Report' },
      FinishFailed: tellFailure('finish'),

      Report: {
        ...invoke(REPORT),
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Unreported' }],
        Output: '{% $states.result.Payload %}',
        Next: 'Outcome',
      },
      Outcome: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [{ Condition: "{% $states.input.status in ['COMPLETED', 'PARTIAL'] %}", Next: 'Done' }],
        Default: 'Failed',
      },
      Done: { Type: 'Succeed' },
      Failed: { Type: 'Fail', Error: 'RestoreFailed', Cause: 'The report says why nothing was restored' },
      Unreported: { Type: 'Fail', Error: 'RestoreUnreported', Cause: 'The report could not be written: see the log' },
    },
  };
}

/** What the report is made from. There is no `run` if it could not begin. */
const REPORT = `{% $merge([
  { 'step': 'report' },
  $exists($states.input.run) ? { 'run': $states.input.run } : {
    'execution': {
      'arn': $states.context.Execution.Id,
      'name': $states.context.Execution.Name,
      'startedAt': $states.context.Execution.StartTime
    },
    'input': $states.context.Execution.Input
  },
  $exists($states.input.failure) ? { 'failure': $states.input.failure } : {}
]) %}`.replaceAll(/\s+/g, ' ');

/** A map cannot say itself what failed: it speaks JSONPath. */
function tellFailure(step: string): object {
  const Output = `{% $merge([{ 'run': $states.input.run }, ${failureOf(step, '$states.input.error')}]) %}`;
  return { ...JSONATA, Type: 'Pass', Output, Next: 'Report' };
}

const RESTORE: ShareStates = {
  work: 'RestoreShare',
  isDone: 'IsShareRestored',
  done: 'ShareRestored',
  givenUp: 'ShareNotRestored',
  failed: 'RestoreFailed',
};

const FINISH: ShareStates = {
  work: 'FinishShare',
  isDone: 'IsShareFinished',
  wait: 'WaitForShare',
  done: 'ShareFinished',
  givenUp: 'ShareNotFinished',
  failed: 'FinishFailed',
};
