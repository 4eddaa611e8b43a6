import type { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** What the state machines of runs have in common, in the language of Step Functions. @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
export const JSONATA = { QueryLanguage: 'JSONata' };
export const RUN = '{% $states.input.run %}';

export const EXECUTION = {
  arn: '{% $states.context.Execution.Id %}',
  name: '{% $states.context.Execution.Name %}',
  startedAt: '{% $states.context.Execution.StartTime %}',
};

export type Invoke = (payload: object | string) => object;

/** A step is one invocation of the worker, which is tried again if it fails. */
export function invocation({
  worker,
  timeLimit,
}: {
  readonly worker: lambda.IFunction;
  /** Of one invocation. */
  readonly timeLimit: Duration;
}): Invoke {
  return (payload) => ({
    ...JSONATA,
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: worker.functionArn, Payload: payload },
    TimeoutSeconds: timeLimit.toSeconds() + 60,
    Retry: [LAMBDA_IS_BUSY, TRY_AGAIN],
  });
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html */
const LAMBDA_IS_BUSY = {
  ErrorEquals: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
  ],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxAttempts: 10,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
};

const TRY_AGAIN = { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 4 };

/** In JSONata. The cause of a function's error is its whole trace. */
export function failureOf(step: string, error: string): string {
  return `{ 'failure': { 'step': '${step}', 'cause': $substring(${error}.Error & ': ' & $string(${error}.Cause), 0, 2000) } }`;
}

/** A step that fails for good: the one that is to know of it comes next. */
export function toldTo(next: string, step: string): object {
  return {
    ErrorEquals: ['States.ALL'],
    Output: `{% $merge([$states.input, ${failureOf(step, '$states.errorOutput')}]) %}`,
    Next: next,
  };
}

/** A map cannot say itself what failed: it speaks JSONPath. `carried`: what is handed on beside the failure, in JSONata. */
export function tellFailure(step: string, carried: string): object {
  const Output = `{% $merge([{ ${carried} }, ${failureOf(step, '$states.input.error')}]) %}`;
  return { ...JSONATA, Type: 'Pass', Output, Next: 'Report' };
}

/** What the report is made from. There is no `run` if none could begin: then `input` says what it was asked for, with what else is known of it. */
export function reportPayload(input: string, also = ''): string {
  return `{% $merge([
  { 'step': 'report' },
  $exists($states.input.run) ? { 'run': $states.input.run } : {
    'execution': {
      'arn': $states.context.Execution.Id,
      'name': $states.context.Execution.Name,
      'startedAt': $states.context.Execution.StartTime
    },
    'input': ${input}${also}
  },
  $exists($states.input.failure) ? { 'failure': $states.input.failure } : {}
]) %}`.replaceAll(/\s+/g, ' ');
}
