import type { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { EXECUTION, invocation, JSONATA, reportPayload, RUN, tellFailure, toldTo } from '../parts/run-steps.ts';
import type { Invoke } from '../parts/run-steps.ts';
import { shareMap } from '../parts/share-map.ts';
import type { ShareStates } from '../parts/share-map.ts';

/**
 * A restore, in the language of Step Functions:
 *
 *     begin ─► plan ─► restore all shares ─► collect ─► finish those in which something has to wait ─► report
 *
 * In a rehearsal, `choose` comes before all that, and `compare` and `conclude` behind it.
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
    Catch: [toldTo('Report', name)],
  });
  const eachShare = (name: string, names: ShareStates) =>
    shareMap(names, { invoke, name, parallelism: props.parallelism });
  return {
    StartAt: 'IsRehearsal',
    States: {
      IsRehearsal: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [{ Condition: REHEARSED, Next: 'Choose' }],
        Default: 'Begin',
      },
      ...rehearsalStates(invoke),

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
      RestoreFailed: tellFailure('restore', CARRIED),

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
      FinishFailed: tellFailure('finish', CARRIED),

      Report: {
        ...invoke(reportPayload('$states.context.Execution.Input')),
        Catch: [toldTo('IsRehearsed', 'report')],
        Output: '{% $states.result.Payload %}',
        Next: 'IsRehearsed',
      },
      IsRehearsed: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [
          { Condition: `{% ${IN_REHEARSAL} and $exists($states.input.failure) %}`, Next: 'Conclude' },
          { Condition: REHEARSED, Next: 'Compare' },
          { Condition: '{% $exists($states.input.failure) %}', Next: 'Unreported' },
        ],
        Default: 'Outcome',
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

/** What comes before and behind the restore in a rehearsal: its execution is asked for `{ "rehearse": … }`. */
function rehearsalStates(invoke: Invoke): object {
  const rehearse = '{% $states.context.Execution.Input.rehearse %}';
  const untilDone = (from: object) => ({ ...JSONATA, Type: 'Choice', ...from });
  return {
    Choose: {
      ...invoke({ step: 'choose', rehearse }),
      Output: '{% $states.result.Payload %}',
      Catch: [toldTo('Conclude', 'choose')],
      Next: 'IsChosen',
    },
    IsChosen: untilDone({
      Choices: [
        { Condition: "{% $states.input.status = 'chosen' %}", Next: 'Begin' },
        { Condition: "{% $states.input.status = 'nothing' %}", Next: 'Conclude' },
      ],
      Default: 'Choose',
    }),
    Compare: {
      ...invoke({ step: 'compare', rehearse }),
      Output: '{% $states.result.Payload %}',
      Catch: [toldTo('Conclude', 'compare')],
      Next: 'IsCompared',
    },
    IsCompared: untilDone({
      Choices: [{ Condition: '{% $states.input.done = false %}', Next: 'Compare' }],
      Default: 'Conclude',
    }),
    Conclude: {
      ...invoke(CONCLUDE),
      Output: '{% $states.result.Payload %}',
      Next: 'RehearsalOutcome',
    },
    RehearsalOutcome: untilDone({
      Choices: [{ Condition: '{% $states.input.succeeded = true %}', Next: 'Done' }],
      Default: 'RehearsalFailed',
    }),
    RehearsalFailed: { Type: 'Fail', Error: 'RehearsalFailed', Cause: 'The result says what is wrong' },
  };
}

const IN_REHEARSAL = '$exists($states.context.Execution.Input.rehearse)';
const REHEARSED = `{% ${IN_REHEARSAL} %}`;

const CONCLUDE = `{% $merge([
  {
    'step': 'conclude',
    'rehearse': $states.context.Execution.Input.rehearse,
    'execution': { 'arn': $states.context.Execution.Id, 'startedAt': $states.context.Execution.StartTime }
  },
  $exists($states.input.failure) ? { 'failure': $states.input.failure } : {}
]) %}`.replaceAll(/\s+/g, ' ');

/** From the steps before a map that failed. */
const CARRIED = "'run': $states.input.run";

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
