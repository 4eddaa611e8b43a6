import jsonata from 'jsonata';
import { readDefinition, transition } from './definition.ts';
import type { Definition, Retrier, State } from './definition.ts';

/** An error of a task, by the name that `Retry` and `Catch` go by. */
export interface TaskError {
  readonly error: string;
  readonly cause: string;
}

export interface Surroundings {
  readonly input: unknown;
  /** @default a moment ago */
  readonly startedAt?: string;
  /** What a task answers: its result, or how it fails. Asked again at every attempt. */
  task(call: Call): { readonly result: unknown } | TaskError;
  /** The items of the list that a map goes through, or why it cannot be read. */
  items(map: string): { readonly result: readonly unknown[] } | TaskError;
}

export interface Call {
  readonly state: string;
  readonly resource: string;
  readonly arguments: unknown;
}

export interface Execution {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly error?: string;
  readonly output?: unknown;
  readonly states: readonly string[];
  readonly transitions: readonly string[];
  readonly calls: readonly Call[];
}

/**
 * Runs a state machine without a clock: waits and pauses between attempts are over at once, and every task is what `surroundings` say.
 *
 * @throws if an expression cannot be evaluated or gives nothing, which fails an execution on AWS, and if it does not end after 10,000 states.
 */
export async function execute(definition: Definition, surroundings: Surroundings): Promise<Execution> {
  const trace: Trace = { states: [], transitions: [], calls: [] };
  const context = {
    Execution: {
      Id: 'arn:aws:states:us-east-1:111122223333:execution:machine:name',
      Name: 'name',
      StartTime: surroundings.startedAt ?? new Date().toISOString(),
      Input: surroundings.input,
    },
    StateMachine: { Id: 'arn:aws:states:us-east-1:111122223333:stateMachine:machine' },
  };
  const end = await run(definition, { input: surroundings.input, surroundings, trace, context });
  return { ...end, ...trace };
}

interface Trace {
  readonly states: string[];
  readonly transitions: string[];
  readonly calls: Call[];
}

interface At {
  readonly input: unknown;
  readonly surroundings: Surroundings;
  readonly trace: Trace;
  readonly context: object;
}

type End =
  { readonly status: 'SUCCEEDED'; readonly output: unknown } | { readonly status: 'FAILED'; readonly error: string };

async function run(definition: Definition, at: At): Promise<End> {
  let [name, { input }] = [definition.StartAt, at];
  for (let left = 10_000; left > 0; left--) {
    const state = definition.States[name];
    if (state === undefined) throw new Error(`There is no state "${name}"`);
    at.trace.states.push(name);
    const step = await enter(state, { ...at, input, name });
    if (!('output' in step)) return { status: 'FAILED', error: step.error };
    if (step.next === undefined) return { status: 'SUCCEEDED', output: step.output };
    at.trace.transitions.push(transition(name, step.next));
    [name, input] = [step.next, step.output];
  }
  throw new Error(`It does not end: ${at.trace.states.slice(-10).join(', ')}`);
}

interface In extends At {
  readonly name: string;
}

type Step = { readonly next: string | undefined; readonly output: unknown } | { readonly error: string };

async function enter(state: State, at: In): Promise<Step> {
  const values = { input: at.input, context: at.context };
  switch (state.Type) {
    case 'Succeed':
      return { next: undefined, output: at.input };
    case 'Fail':
      await evaluated(state.Cause, values);
      return { error: state.Error };
    case 'Pass':
      return { next: state.Next, output: await evaluated(state.Output, values) };
    case 'Wait': {
      const until = await evaluated(state.Seconds ?? state.Timestamp, values);
      if (typeof until === 'number' ? until < 0 : Number.isNaN(Date.parse(String(until))))
        throw new Error(`"${at.name}" waits for ${String(until)}`);
      return { next: state.Next, output: await outputOf(state.Output, at.input, values) };
    }
    case 'Choice': {
      for (const { Condition, Next, Output } of state.Choices) {
        const is = await evaluated(Condition, values);
        if (typeof is !== 'boolean') throw new Error(`"${at.name}": ${Condition} is ${String(is)}`);
        if (is) return { next: Next, output: await outputOf(Output, at.input, values) };
      }
      return { next: state.Default, output: at.input };
    }
    case 'Task': {
      const args = await evaluated(state.Arguments, values);
      const call = { state: at.name, resource: state.Resource, arguments: args };
      const attempt = async () => {
        at.trace.calls.push(call);
        return at.surroundings.task(call);
      };
      return tried(state, at, attempt, async (result) => outputOf(state.Output, result, { ...values, result }));
    }
    case 'Map':
      break;
  }
  return tried(
    state,
    at,
    async () => throughAll(state, at),
    async () => at.input,
  );
}

async function throughAll(state: Extract<State, { Type: 'Map' }>, at: In) {
  const list = at.surroundings.items(at.name);
  if (!('result' in list)) return list;
  const runOfAll = field(at.input, 'run');
  for (const share of list.result) {
    // Those that fail are tolerated.
    await run(readDefinition(state.ItemProcessor), { ...at, input: { run: runOfAll, share } });
  }
  return { result: undefined };
}

/** With `Retry` and `Catch`: attempts are counted by retrier, and anew each time that the state is entered. */
async function tried(
  state: Extract<State, { Type: 'Task' | 'Map' }>,
  at: In,
  attempt: () => Promise<{ readonly result: unknown } | TaskError>,
  output: (result: unknown) => Promise<unknown>,
): Promise<Step> {
  const attempts = new Map<Retrier, number>();
  for (;;) {
    const outcome = await attempt();
    if ('result' in outcome) return { next: state.Next, output: await output(outcome.result) };
    const retrier = state.Retry.find(({ ErrorEquals }) => isOf(outcome, ErrorEquals));
    const sofar = retrier === undefined ? 0 : (attempts.get(retrier) ?? 0);
    if (retrier !== undefined && sofar < retrier.MaxAttempts) {
      attempts.set(retrier, sofar + 1);
      continue;
    }
    const catcher = state.Catch.find(({ ErrorEquals }) => isOf(outcome, ErrorEquals));
    if (catcher === undefined) return { error: outcome.error };
    const errorOutput = { Error: outcome.error, Cause: outcome.cause };
    if (catcher.ResultPath !== undefined)
      return { next: catcher.Next, output: { ...objectOf(at.input), error: errorOutput } };
    const values = { input: at.input, context: at.context, errorOutput };
    return { next: catcher.Next, output: await outputOf(catcher.Output, errorOutput, values) };
  }
}

/** `States.ALL` takes all but what no handler may: here `States.DataLimitExceeded` and `States.Runtime`. */
function isOf({ error }: TaskError, names: readonly string[]): boolean {
  return names.some((name) => name === error || (name === 'States.ALL' && !UNCAUGHT.has(error)));
}

const UNCAUGHT = new Set(['States.DataLimitExceeded', 'States.Runtime']);

async function outputOf(template: unknown, otherwise: unknown, values: object): Promise<unknown> {
  return template === undefined ? otherwise : evaluated(template, values);
}

/** A template with its expressions filled in. On AWS an expression that gives nothing fails the state: here it throws. */
async function evaluated(template: unknown, states: object): Promise<unknown> {
  if (Array.isArray(template)) return Promise.all(template.map(async (each) => evaluated(each, states)));
  if (typeof template === 'object' && template !== null) {
    const entries = Object.entries(template).map(async ([key, each]) => [key, await evaluated(each, states)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
  if (typeof template !== 'string') return template;
  const [, expression] = /^\{%(.*)%\}$/s.exec(template) ?? [];
  if (expression === undefined) return template;
  const value: unknown = await jsonata(expression).evaluate({}, { states });
  if (value === undefined) throw new Error(`${expression} gives nothing, of ${JSON.stringify(states)}`);
  return typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value;
}

function field(of: unknown, name: string): unknown {
  return objectOf(of)[name];
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
