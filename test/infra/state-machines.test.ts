import validator from 'asl-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { readDefinition, transitionsOf } from '../support/asl/definition.ts';
import type { Definition } from '../support/asl/definition.ts';
import { execute } from '../support/asl/execute.ts';
import type { Call, Execution, TaskError } from '../support/asl/execute.ts';
import { ofType } from './queries.ts';
import { resourcesOf, SMALL, templatesOf } from './synthesize.ts';

const SEED = 20_261_130;
const RUNS = 800;

/** What each step may answer, as far as a definition looks at it. */
const ANSWERS: Record<string, Record<string, readonly object[]>> = {
  'photos-reconcile': {
    begin: [{ status: 'run', run: { id: 'r' } }, { status: 'wait', waitSeconds: 60 }, { status: 'skip' }],
    'hand over': [{}],
    start: [{}],
    plan: [{ shares: { bucket: 'reports', key: 'shares' } }],
    sweep: [{ done: true }, { done: false }],
    nominate: [{ done: true }, { done: false }, { done: true, shares: { bucket: 'reports', key: 'differ' } }],
    settle: [{ settled: true }, { settled: false, waitSeconds: 30, state: { n: 1 } }],
    verify: [{ done: true }, { done: false }],
    report: [{ status: 'equal' }, { status: 'failed' }, { status: 'equal', again: '2026-11-30T02:00:00.000Z' }],
  },
  'photos-restore': {
    choose: [{ status: 'chosen' }, { status: 'nothing' }, { status: 'again' }],
    begin: [
      { status: 'run', run: { id: 'r' } },
      { status: 'refused', because: 'no such destination' },
    ],
    plan: [{ shares: { bucket: 'reports', key: 'shares' } }],
    restore: [{ done: true }, { done: false }],
    collect: [{}, { shares: { bucket: 'reports', key: 'waiting' } }],
    finish: [
      { done: true, waitSeconds: 0 },
      { done: false, waitSeconds: 0 },
      { done: false, waitSeconds: 600 },
    ],
    report: [{ status: 'COMPLETED' }, { status: 'PARTIAL' }, { status: 'FAILED' }],
    compare: [{ done: true }, { done: false }],
    conclude: [{ succeeded: true }, { succeeded: false }],
  },
  'photos-eu-long-copy': {
    resume: [
      { status: 'done' },
      { status: 'again', state: { key: 'k' } },
      { status: 'unclear' },
      { status: 'changed' },
    ],
    giveUp: [{}],
    message: [{}],
  },
};

const INPUTS: Record<string, readonly unknown[]> = {
  'photos-reconcile': [
    { trigger: 'schedule' },
    ...[
      { pass: 1, status: 'wait', waitSeconds: 60 },
      { pass: 1, run: { id: 'r' }, done: false },
      {
        pass: 2,
        run: { id: 'r' },
        shares: { bucket: 'reports', key: 's' },
        settled: false,
        waitSeconds: 30,
        state: {},
      },
    ].map((state) => ({ continued: { part: 2, input: { trigger: 'schedule' }, state } })),
  ],
  'photos-restore': [{ from: 'photos-eu' }, { rehearse: { from: 'photos-eu' } }],
  'photos-eu-long-copy': [{ copy: { key: 'k' } }],
};

/** A function that throws, one that is ended, one that never answers, and Lambda being busy. */
const ERRORS: readonly TaskError[] = [
  { error: 'TypeError', cause: '{"errorMessage":"x is undefined"}' },
  { error: 'Sandbox.Timedout', cause: 'Task timed out after 900.00 seconds' },
  { error: 'States.Timeout', cause: '' },
  { error: 'Lambda.TooManyRequestsException', cause: 'Rate Exceeded.' },
  { error: 'UploadEnded', cause: 'The upload has ended' },
];

const machines = new Map(
  [...templatesOf(SMALL).values()].flatMap((template) =>
    ofType(resourcesOf(template), 'AWS::StepFunctions::StateMachine').map(({ properties }) => [
      String(properties.StateMachineName),
      writtenIn(properties.DefinitionString),
    ]),
  ),
);

it('are those whose answers are known here', () => {
  expect([...machines.keys()].toSorted()).toEqual(Object.keys(ANSWERS).toSorted());
});

describe.each([...machines])('the state machine %s', (name, written) => {
  const definition = readDefinition(written);
  const executions: { readonly execution: Execution; readonly broken: ReadonlySet<string>; readonly run: number }[] =
    [];
  beforeAll(async () => {
    for (let run = 0; run < RUNS; run++) executions.push(await played(name, definition, run));
  });

  it('is what the language of state machines allows', () => {
    // It fills in what is left out.
    expect(validator(structuredClone(written)).errorsText()).toBe('');
  });

  it('comes to an end in every way, through every state and every transition', () => {
    const been = new Set(executions.flatMap(({ execution }) => execution.transitions));
    expect(
      transitionsOf(definition).filter((each) => !been.has(each)),
      `seed ${SEED}`,
    ).toEqual([]);
  });

  it('hands every failure over to what tells of it', () => {
    expect(
      executions.filter(({ execution, broken }) => !isTold(name, execution, broken)).map(({ run }) => run),
      `seed ${SEED}`,
    ).toEqual([]);
  });
});

it('a step is tried five times, and ten times more where Lambda is busy', async () => {
  const definition = readDefinition(found(machines.get('photos-reconcile')));
  const attempts = async (error: TaskError) => {
    const { calls } = await execute(definition, {
      input: {},
      task: ({ state }) => (state === 'Begin' ? error : { result: { Payload: { status: 'failed' } } }),
      items: () => ({ result: [] }),
    });
    return calls.filter(({ state }) => state === 'Begin').length;
  };
  expect(await attempts({ error: 'TypeError', cause: '' })).toBe(5);
  expect(await attempts({ error: 'States.Timeout', cause: '' })).toBe(5);
  expect(await attempts({ error: 'Lambda.TooManyRequestsException', cause: '' })).toBe(11);
});

it('a long copy that fails for good leaves its key in the failed queue, with the reason, and ends as failed', async () => {
  const execution = await execute(readDefinition(found(machines.get('photos-eu-long-copy'))), {
    input: { copy: { key: 'k' } },
    task: ({ state }) => (state === 'Copy' ? { error: 'AccessDenied', cause: 'no é' } : { result: {} }),
    items: () => ({ result: [] }),
  });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'LongCopyFailed' });
  expect(execution.calls.filter(({ state }) => state === 'Copy')).toHaveLength(21);
  expect(execution.calls.at(-2)).toMatchObject({
    state: 'PutAsideInFailed',
    arguments: {
      MessageBody: '{"keys":[{"key":"k"}]}',
      MessageAttributes: { reason: { StringValue: 'AccessDenied: no ?' } },
    },
  });
});

/** One execution, in which some steps fail always, some at times, and all answer whatever they may. */
async function played(name: string, definition: Definition, run: number) {
  const chance = dice(SEED + run);
  const pick = <T>(of: readonly T[]): T => found(of[Math.floor(chance() * of.length)]);
  const isSick = chance() < 0.6;
  const health = new Map<string, TaskError | undefined>();
  const brokenBy = (state: string) => {
    if (!health.has(state)) health.set(state, isSick && chance() < 0.12 ? pick(ERRORS) : undefined);
    return health.get(state);
  };
  const execution = await execute(definition, {
    input: pick(found(INPUTS[name])),
    // As of now, or of some days ago.
    ...(chance() < 0.3 && { startedAt: '2026-01-01T00:00:00.000Z' }),
    task(call) {
      const error = brokenBy(call.state) ?? (chance() < 0.05 ? pick(ERRORS) : undefined);
      return error ?? { result: { Payload: pick(found(ANSWERS[name]?.[stepOf(call)])) } };
    },
    items: (map) => brokenBy(map) ?? { result: Array.from({ length: Math.floor(chance() * 3) }, (_, n) => ({ n })) },
  });
  const broken = new Set([...health].flatMap(([state, error]) => (error === undefined ? [] : [state])));
  return { execution, broken, run };
}

function stepOf({ resource, arguments: given }: Call): string {
  if (resource.endsWith('sqs:sendMessage')) return 'message';
  if (resource.endsWith('states:startExecution')) return 'start';
  const { Payload }: { Payload: Record<string, unknown> } = JSON.parse(JSON.stringify(given));
  return typeof Payload['step'] === 'string' ? Payload['step'] : found(Object.keys(Payload)[0]);
}

/** Shares that fail are given up one by one, and found by their missing results; everything else is told to the last step. */
function isTold(name: string, { calls, states, status }: Execution, broken: ReadonlySet<string>): boolean {
  if (name === 'photos-eu-long-copy')
    return !calls.some(({ state }) => broken.has(state)) || status === 'FAILED' || states.includes('Done');
  const told = calls.filter((call) => ['report', 'conclude'].includes(stepOf(call)));
  const failed = states.filter((state) => broken.has(state) && !state.endsWith('Share'));
  if (failed.length === 0) return ['Skipped', 'HandedOver'].includes(states.at(-1) ?? '') || told.length > 0;
  return told.some(({ arguments: given }) => JSON.stringify(given).includes('"failure"')) || status === 'FAILED';
}

function writtenIn(text: unknown): object {
  const { 'Fn::Join': [, parts] = ['', []] }: { 'Fn::Join'?: [string, unknown[]] } = JSON.parse(JSON.stringify(text));
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'reference')).join(''));
}

/** Numbers from 0 up to 1 that a seed decides on. */
function dice(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let t = Math.imul(at ^ (at >>> 15), 1 | at);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It is not there');
  return value;
}
