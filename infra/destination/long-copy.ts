import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { longCopyName } from '../../shared/names.ts';
import type { Inbox } from './inbox.ts';
import { stateMachine } from '../parts/state-machine.ts';

/**
 * The state machine for copies that are longer than an invocation. It invokes the function until the copy is done, and leaves the key to the
 * inbox where one side has changed, or to the failed queue where the copy cannot be made.
 */
export function longCopy(
  scope: Construct,
  id: string,
  props: {
    readonly destinationBucket: string;
    readonly replicate: lambda.IFunction;
    /** Of one invocation of the function. */
    readonly timeLimit: Duration;
    readonly inbox: Inbox;
  },
): void {
  const { replicate, inbox } = props;
  stateMachine(scope, id, {
    stateMachineName: longCopyName(props.destinationBucket),
    grants: grants({ replicate, inbox }),
    definition: definition(props),
  });
}

function grants({ replicate, inbox }: { readonly replicate: lambda.IFunction; readonly inbox: Inbox }) {
  return [
    new iam.PolicyStatement({
      sid: 'GoOn',
      actions: ['lambda:InvokeFunction'],
      resources: [replicate.functionArn],
    }),
    new iam.PolicyStatement({
      sid: 'LeaveToOthers',
      actions: ['sqs:SendMessage'],
      resources: [inbox.queue.queueArn, inbox.failed.queueArn],
    }),
  ];
}

/**
 * In the language of Step Functions. The input is `{ copy }`.
 *
 * It has no time limit of its own, as one would end it without its failure path; the function ends what makes no progress.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html (JSONata)
 */
function definition({
  replicate,
  timeLimit,
  inbox,
}: {
  readonly replicate: lambda.IFunction;
  readonly timeLimit: Duration;
  readonly inbox: Inbox;
}): object {
  const invoke = (payload: object) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: replicate.functionArn, Payload: payload },
    TimeoutSeconds: timeLimit.plus(Duration.minutes(1)).toSeconds(),
  });
  const send = (to: object) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage',
    Arguments: { MessageBody: `{% ${MESSAGE_OF_THE_KEY} %}`, ...to },
    Output: '{% $states.input %}',
    Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 10, MaxDelaySeconds: 600 }],
  });
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'Copy',
    States: {
      Copy: {
        ...invoke({ resume: '{% $states.input.copy %}' }),
        Output: {
          status: '{% $states.result.Payload.status %}',
          copy: '{% $exists($states.result.Payload.state) ? $states.result.Payload.state : $states.input.copy %}',
        },
        Retry: [
          // No fault of this copy: many long copies at a time, or others, have used up what the account may run. Most of three days.
          {
            ErrorEquals: ['Lambda.TooManyRequestsException'],
            IntervalSeconds: 15,
            BackoffRate: 2,
            MaxAttempts: 300,
            MaxDelaySeconds: 900,
            JitterStrategy: 'FULL',
          },
          // Once more, as a completion whose answer was lost may have ended it at that moment.
          { ErrorEquals: ['UploadEnded'], IntervalSeconds: 60, MaxAttempts: 1 },
          // An outage of hours ends by itself: 1, 2, 4 … 60 minutes, over most of a day.
          {
            ErrorEquals: ['States.ALL'],
            IntervalSeconds: 60,
            BackoffRate: 2,
            MaxAttempts: 20,
            MaxDelaySeconds: 3600,
          },
        ],
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Output: {
              copy: '{% $states.input.copy %}',
              reason: "{% $states.errorOutput.Error & ': ' & $string($states.errorOutput.Cause) %}",
            },
            Next: 'PutAsideInFailed',
          },
        ],
        Next: 'HowFar',
      },
      HowFar: {
        Type: 'Choice',
        Choices: [
          { Condition: "{% $states.input.status = 'again' %}", Next: 'Copy' },
          { Condition: "{% $states.input.status = 'done' %}", Next: 'Done' },
          { Condition: "{% $states.input.status = 'unclear' %}", Next: 'WaitUntilItHasLandedOrDied' },
        ],
        Default: 'LeaveToInbox',
      },
      WaitUntilItHasLandedOrDied: {
        Type: 'Wait',
        Seconds: inbox.visibilityTimeout.toSeconds(),
        Next: 'Copy',
      },
      // Later than this execution ends: as long as it runs, the same copy counts as under way.
      LeaveToInbox: { ...send({ QueueUrl: inbox.queue.queueUrl, DelaySeconds: 60 }), Next: 'Done' },
      Done: { Type: 'Succeed' },
      PutAsideInFailed: {
        ...send({
          QueueUrl: inbox.failed.queueUrl,
          MessageAttributes: {
            reason: {
              DataType: 'String',
              StringValue: "{% $substring($replace($states.input.reason, /[^ -~]/, '?'), 0, 500) %}",
            },
          },
        }),
        Next: 'GiveUp',
      },
      GiveUp: {
        ...invoke({ giveUp: '{% $states.input.copy %}', reason: '{% $states.input.reason %}' }),
        Output: '{% $states.input %}',
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 60, BackoffRate: 2, MaxAttempts: 3 }],
        // The bucket's lifecycle rule ends what is left open.
        Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.input %}', Next: 'Failed' }],
        Next: 'Failed',
      },
      Failed: { Type: 'Fail', Error: 'LongCopyFailed', Cause: '{% $states.input.reason %}' },
    },
  };
}

/**
 * JSON as `messagesFor` (shared/topic/send-to-queue.ts) makes it. A key may hold two characters that SQS refuses and that are not escaped in JSON anyway.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html (valid characters)
 */
const MESSAGE_OF_THE_KEY = ['\\uFFFE', '\\uFFFF'].reduce(
  (message, escaped) => `$replace(${message}, '${escaped}', '\\${escaped}')`,
  "$string({ 'keys': [{ 'key': $states.input.copy.key }] })",
);
