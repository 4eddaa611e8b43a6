import * as v from 'valibot';

/**
 * The part of the language of Step Functions that this project's state machines use. Whatever else a definition says is refused, so that
 * nothing is tested that would mean something else there.
 *
 * @see https://states-language.net (the specification), https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
const retrier = v.strictObject({
  ErrorEquals: v.array(v.string()),
  IntervalSeconds: v.number(),
  MaxAttempts: v.number(),
  BackoffRate: v.optional(v.number()),
  MaxDelaySeconds: v.optional(v.number()),
  JitterStrategy: v.optional(v.picklist(['FULL', 'NONE'])),
});
const catcher = v.strictObject({
  ErrorEquals: v.array(v.string()),
  Next: v.string(),
  Output: v.optional(v.unknown()),
  ResultPath: v.optional(v.literal('$.error')),
});
const language = { QueryLanguage: v.optional(v.literal('JSONata')) };
const onwards = { Next: v.optional(v.string()), End: v.optional(v.literal(true)) };
const retries = { Retry: v.optional(v.array(retrier), []), Catch: v.optional(v.array(catcher), []) };

const pass = v.strictObject({ Type: v.literal('Pass'), ...language, ...onwards, Output: v.unknown() });
const task = v.strictObject({
  Type: v.literal('Task'),
  ...language,
  ...onwards,
  ...retries,
  Resource: v.picklist([
    'arn:aws:states:::lambda:invoke',
    'arn:aws:states:::sqs:sendMessage',
    'arn:aws:states:::states:startExecution',
  ]),
  Arguments: v.unknown(),
  Output: v.optional(v.unknown()),
  TimeoutSeconds: v.optional(v.number()),
});
const choice = v.strictObject({
  Type: v.literal('Choice'),
  ...language,
  Choices: v.array(v.strictObject({ Condition: v.string(), Next: v.string(), Output: v.optional(v.unknown()) })),
  Default: v.string(),
});
const wait = v.strictObject({
  Type: v.literal('Wait'),
  ...language,
  ...onwards,
  Seconds: v.optional(v.unknown()),
  Timestamp: v.optional(v.unknown()),
  Output: v.optional(v.unknown()),
});
const succeed = v.strictObject({ Type: v.literal('Succeed') });
const fail = v.strictObject({ Type: v.literal('Fail'), Error: v.string(), Cause: v.string() });

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly QueryLanguage?: 'JSONata' | undefined;
}

/** Each item of a list in S3, in an execution of its own. It alone speaks JSONPath. */
const map = v.strictObject({
  Type: v.literal('Map'),
  ...onwards,
  ...retries,
  Label: v.string(),
  ItemReader: v.strictObject({
    Resource: v.literal('arn:aws:states:::s3:getObject'),
    ReaderConfig: v.strictObject({ InputType: v.literal('JSON') }),
    Parameters: v.strictObject({ 'Bucket.$': v.literal('$.shares.bucket'), 'Key.$': v.literal('$.shares.key') }),
  }),
  ItemSelector: v.strictObject({ 'run.$': v.literal('$.run'), 'share.$': v.literal('$$.Map.Item.Value.share') }),
  MaxConcurrency: v.number(),
  ToleratedFailurePercentage: v.literal(100),
  ItemProcessor: v.looseObject({
    ProcessorConfig: v.strictObject({ Mode: v.literal('DISTRIBUTED'), ExecutionType: v.literal('STANDARD') }),
    StartAt: v.string(),
    States: v.record(v.string(), v.unknown()),
  }),
  ResultPath: v.null(),
});

const state = v.variant('Type', [pass, task, choice, wait, succeed, fail, map]);
export type State = v.InferOutput<typeof state>;
export type Retrier = v.InferOutput<typeof retrier>;

const machine = v.looseObject({
  StartAt: v.string(),
  States: v.record(v.string(), state),
  ...language,
  ProcessorConfig: v.optional(v.unknown()),
});

/** @throws if it says anything that is not known here. */
export function readDefinition(value: unknown): Definition {
  const { StartAt, States, QueryLanguage } = v.parse(machine, value);
  return { StartAt, States, QueryLanguage };
}

/** Every way from a state to another, maps' own states included: `<state> ─► <next>`. */
export function transitionsOf({ States }: Definition): string[] {
  return Object.entries(States).flatMap(([name, of]) => [
    ...nextsOf(of).map((next) => transition(name, next)),
    ...(of.Type === 'Map' ? transitionsOf(readDefinition(of.ItemProcessor)) : []),
  ]);
}

export function transition(from: string, to: string): string {
  return `${from} ─► ${to}`;
}

function nextsOf(of: State): string[] {
  const onward = 'Next' in of && of.Next !== undefined ? [of.Next] : [];
  if (of.Type === 'Choice') return [...of.Choices.map(({ Next }) => Next), of.Default];
  return 'Catch' in of ? [...onward, ...of.Catch.map(({ Next }) => Next)] : onward;
}
