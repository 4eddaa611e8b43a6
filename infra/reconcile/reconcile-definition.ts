import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Duration } from 'aws-cdk-lib';
import { EXECUTION, invocation, JSONATA, reportPayload, RUN, tellFailure, toldTo } from '../parts/run-steps.ts';
import { shareMap } from '../parts/share-map.ts';
import type { ShareStates } from '../parts/share-map.ts';

/**
 * A run of the reconcile, in the language of Step Functions:
 *
 *     begin ─► plan ─► sweep all shares ─► nominate ─► settle ─► verify shares that differed ─► report
 *
 * The function does all the work, one step an invocation; here is only what comes next. Whatever fails is told to the last step, so
 * that there is a report in any case. Lists travel as objects in S3: what goes from state to state is `run`, small and opaque
 * here, with the number of the pass and what the step before has answered.
 *
 * The two maps speak JSONPath, since the emulator's distributed map reads nothing else; so the whole does, but for states that say otherwise.
 *
 * An execution has room for 25,000 events, which a backfill of a week would use up. What goes round for longer than a day therefore goes on in a new execution, as the same
 * run; a round takes nine events, some 700 of them pass in the first day, and the rest is for what has to be tried again.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/tutorial-continue-new.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html (JSONata)
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function reconcileDefinition(props: {
  readonly reconcile: lambda.IFunction;
  /** Of one invocation of the function. */
  readonly timeLimit: Duration;
  readonly parallelism: number;
}): object {
  const invoke = invocation({ worker: props.reconcile, timeLimit: props.timeLimit });
  const step = (name: Step, payload: object) => ({
    ...invoke({ step: name, ...payload }),
    Catch: [toldTo('Report', name)],
  });
  const eachShare = (name: 'sweep' | 'verify', names: ShareStates) =>
    shareMap(names, { invoke, name, parallelism: props.parallelism });
  return {
    StartAt: 'IsContinued',
    States: {
      IsContinued: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [{ Condition: `{% $exists(${CONTINUED}) %}`, Next: 'GoOn' }],
        Default: 'FirstPass',
      },
      FirstPass: { ...JSONATA, Type: 'Pass', Output: { pass: 1 }, Next: 'Begin' },
      Begin: {
        ...step('begin', {
          execution: EXECUTION,
          input: `{% ${INPUT} %}`,
          pass: '{% $states.input.pass %}',
        }),
        Output: "{% $merge([{ 'pass': $states.input.pass }, $states.result.Payload]) %}",
        Next: 'MayRun',
      },
      MayRun: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [
          { Condition: `{% $states.input.status = 'wait' and ${IS_OLD} %}`, Next: 'Continue' },
          { Condition: "{% $states.input.status = 'wait' %}", Next: 'WaitForOtherRun' },
          { Condition: "{% $states.input.status = 'skip' %}", Next: 'Skipped' },
        ],
        Default: 'Plan',
      },
      WaitForOtherRun: {
        ...JSONATA,
        Type: 'Wait',
        Seconds: '{% $states.input.waitSeconds %}',
        Output: { pass: '{% $states.input.pass %}' },
        Next: 'Begin',
      },
      Skipped: { Type: 'Succeed' },

      Plan: {
        ...step('plan', { run: RUN }),
        Output: { pass: '{% $states.input.pass %}', run: RUN, shares: '{% $states.result.Payload.shares %}' },
        Next: 'Sweep',
      },
      Sweep: { ...eachShare('sweep', SWEEP), Next: 'Nominate' },
      SweepFailed: tellFailure('sweep', CARRIED),

      Nominate: {
        ...step('nominate', { run: RUN }),
        Output: "{% $merge([{ 'pass': $states.input.pass, 'run': $states.input.run }, $states.result.Payload]) %}",
        Next: 'HowToGoOn',
      },
      HowToGoOn: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [
          { Condition: `{% $states.input.done = false and ${IS_OLD} %}`, Next: 'HandOver' },
          { Condition: '{% $states.input.done = false %}', Next: 'Nominate' },
          { Condition: '{% $exists($states.input.shares) %}', Next: 'Settle' },
        ],
        // Nothing differed.
        Default: 'Report',
      },

      Settle: {
        ...step('settle', { run: RUN, state: '{% $exists($states.input.state) ? $states.input.state : {} %}' }),
        Output:
          "{% $merge([{ 'pass': $states.input.pass, 'run': $states.input.run, 'shares': $states.input.shares }, $states.result.Payload]) %}",
        Next: 'IsSettled',
      },
      IsSettled: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [
          { Condition: `{% $states.input.settled = false and ${IS_OLD} %}`, Next: 'HandOver' },
          { Condition: '{% $states.input.settled = false %}', Next: 'WaitToSettle' },
        ],
        Default: 'Verify',
      },
      WaitToSettle: { ...JSONATA, Type: 'Wait', Seconds: '{% $states.input.waitSeconds %}', Next: 'Settle' },

      Verify: { ...eachShare('verify', VERIFY), Next: 'Report' },
      VerifyFailed: tellFailure('verify', CARRIED),

      HandOver: {
        ...step('hand over', { run: RUN, execution: `{% ${NEXT_ARN} %}` }),
        Output: '{% $merge([$states.input, $states.result.Payload]) %}',
        Next: 'Continue',
      },
      Continue: {
        ...JSONATA,
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution',
        Arguments: {
          StateMachineArn: '{% $states.context.StateMachine.Id %}',
          Name: `{% ${NEXT_NAME} %}`,
          Input: { continued: { part: `{% ${PART} + 1 %}`, input: `{% ${INPUT} %}`, state: '{% $states.input %}' } },
        },
        Output: { continuedBy: `{% ${NEXT_ARN} %}` },
        Retry: [
          { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 10, MaxDelaySeconds: 600 },
        ],
        Catch: [toldTo('Report', 'hand over')],
        Next: 'HandedOver',
      },
      HandedOver: { Type: 'Succeed' },
      GoOn: {
        ...JSONATA,
        Type: 'Pass',
        Output: `{% ${CONTINUED}.state %}`,
        Next: 'IsRunKnown',
      },
      IsRunKnown: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [{ Condition: '{% $exists($states.input.run) %}', Next: 'TakeOver' }],
        Default: 'WhereToGoOn',
      },
      // Whoever starts an execution with the input of one that has ended must not do the work of a run that is over, nor write its report anew.
      TakeOver: {
        ...invoke({ step: 'hand over', run: RUN, execution: EXECUTION.arn }),
        Output: '{% $states.input %}',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'NotContinued' }],
        Next: 'WhereToGoOn',
      },
      NotContinued: {
        Type: 'Fail',
        Error: 'ReconcileNotContinued',
        Cause: 'The run is over, or could not be taken over: start a new one (npm run reconcile)',
      },
      WhereToGoOn: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [
          { Condition: "{% $states.input.status = 'wait' %}", Next: 'WaitForOtherRun' },
          { Condition: '{% $states.input.settled = false %}', Next: 'WaitToSettle' },
        ],
        Default: 'Nominate',
      },

      Report: {
        ...invoke(reportPayload(INPUT, ", 'pass': $states.input.pass")),
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Unreported' }],
        Output: "{% $merge([{ 'pass': $states.input.pass }, $states.result.Payload]) %}",
        Next: 'Outcome',
      },
      Outcome: {
        ...JSONATA,
        Type: 'Choice',
        Choices: [
          { Condition: '{% $exists($states.input.again) %}', Next: 'WaitForNextPass' },
          { Condition: "{% $states.input.status = 'failed' %}", Next: 'Failed' },
        ],
        Default: 'Done',
      },
      WaitForNextPass: {
        ...JSONATA,
        Type: 'Wait',
        Timestamp: '{% $states.input.again %}',
        Output: { pass: '{% $states.input.pass + 1 %}' },
        Next: 'Begin',
      },
      Done: { Type: 'Succeed' },
      Failed: { Type: 'Fail', Error: 'ReconcileFailed', Cause: 'The report says what failed' },
      Unreported: { Type: 'Fail', Error: 'ReconcileUnreported', Cause: 'The report could not be written: see the log' },
    },
  };
}

type Step = 'begin' | 'plan' | 'sweep' | 'nominate' | 'settle' | 'hand over' | 'verify' | 'report';

/** In JSONata: what an execution that goes on with a run was given by the one before. */
const CONTINUED = '$states.context.Execution.Input.continued';
/** What the run was asked to do. */
const INPUT = `($exists(${CONTINUED}) ? ${CONTINUED}.input : $states.context.Execution.Input)`;
const PART = `($exists(${CONTINUED}) ? ${CONTINUED}.part : 1)`;
const IS_OLD = '$millis() - $toMillis($states.context.Execution.StartTime) > 86400000';
/** At most 80 characters; the same if it is asked for again. */
const NEXT_NAME = `($substring($replace($states.context.Execution.Name, /-part-[0-9]+$/, ''), 0, 68) & '-part-' & $string(${PART} + 1))`;
const NEXT_ARN = `($replace($states.context.Execution.Id, /[^:]+$/, '') & ${NEXT_NAME})`;

/** From the steps before a map that failed. */
const CARRIED = "'pass': $states.input.pass, 'run': $states.input.run";

const SWEEP: ShareStates = {
  work: 'SweepShare',
  isDone: 'IsShareSwept',
  done: 'ShareSwept',
  givenUp: 'ShareNotSwept',
  failed: 'SweepFailed',
};

const VERIFY: ShareStates = {
  work: 'VerifyShare',
  isDone: 'IsShareVerified',
  done: 'ShareVerified',
  givenUp: 'ShareNotVerified',
  failed: 'VerifyFailed',
};
