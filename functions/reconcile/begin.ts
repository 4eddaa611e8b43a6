import * as v from 'valibot';
import { discover } from '../../shared/topic/discover.ts';
import { changeLock, holds, isWholeRun, readLock, writeLock } from './lock.ts';
import type { Held } from './lock.ts';
import { readPlan } from './run-plan.ts';
import { newRun, requestSchema } from './run.ts';
import type { LeftOut, Request, Run } from './run.ts';
import type { World } from './world.ts';

export interface Execution {
  /** ARN. */
  readonly arn: string;
  readonly startedAt: string;
}

/** What the state machine does first. */
export type Beginning =
  | { readonly status: 'run'; readonly run: Run }
  /** Another run is under way. */
  | { readonly status: 'wait'; readonly waitSeconds: number }
  | { readonly status: 'skip'; readonly because: string };

/**
 * Begins a run if no other one repairs the same destinations. A run over all destinations leaves out those that another run has; it waits for another run over all, and where nothing would be left for it.
 * Instead of waiting, a scheduled run is left out, as the next night has another; the longer one waits, the more seldom it asks, as an execution has room
 * for 25,000 events. A run whose execution has ended without giving the lock back, by a crash, does not hold up others.
 *
 * @throws {TypeError} if the input of the execution is not understood.
 */
export async function begin(
  world: World,
  { execution, input, pass }: { readonly execution: Execution; readonly input: unknown; readonly pass: number },
): Promise<Beginning> {
  const request = readRequest(input);
  const { held, condition } = await readLock(world.files);
  // Begun before, and asked again.
  const same = held.find(({ run }) => run.execution === execution.arn && run.pass === pass);
  if (same !== undefined) return { status: 'run', run: same.run };
  const startedAt = pass === 1 ? execution.startedAt : new Date(world.now()).toISOString();
  const all = newRun({ execution: execution.arn, startedAt, pass, request });
  const others = await underWay(
    world,
    held.filter(({ run }) => run.execution !== execution.arn),
  );
  const claim = await claimFor(world, { request, others: others.map(({ run }) => run) });
  if ('inTheWay' in claim) return busy(world, { run: all, other: claim.inTheWay, since: execution.startedAt });
  const run: Run = claim.leftOut.length === 0 ? all : { ...all, leftOut: claim.leftOut };
  if (!(await writeLock(world.files, { held: [...others, { run }], condition })))
    return { status: 'wait', waitSeconds: 1 };
  world.log.info('run', { run });
  return { status: 'run', run };
}

/** Lets other runs begin, unless the execution has lost its place already. */
export async function end({ files }: World, { execution }: Pick<Run, 'execution'>): Promise<void> {
  // Should it not succeed, the execution ends soon, and then it holds up nobody.
  await changeLock(files, (held) => {
    const others = held.filter(({ run }) => run.execution !== execution);
    return others.length === held.length ? undefined : others;
  });
}

/** Those whose execution has not ended. */
async function underWay(world: World, held: readonly Held[]): Promise<readonly Held[]> {
  const alive: Held[] = [];
  for (const one of held) {
    if (await isUnderWay(world, [one.before, one.run.execution])) alive.push(one);
  }
  return alive;
}

/** The earlier one is asked first: the later one is started before it ends. */
async function isUnderWay(world: World, executions: readonly (string | undefined)[]): Promise<boolean> {
  for (const execution of executions) {
    if (execution !== undefined && (await world.isRunning(execution))) return true;
  }
  return false;
}

/** What a run may have beside those that are under way. */
async function claimFor(
  world: World,
  { request, others }: { readonly request: Request; readonly others: readonly Run[] },
): Promise<{ readonly leftOut: readonly LeftOut[] } | { readonly inTheWay: Run }> {
  const { destination } = request;
  if (destination !== undefined) {
    for (const other of others) {
      if (holds(other, await readPlan(world, other), destination)) return { inTheWay: other };
    }
    return { leftOut: [] };
  }
  const whole = others.find(isWholeRun);
  if (whole !== undefined) return { inTheWay: whole };
  const leftOut = others.flatMap(({ id, request: { destination: bucket } }) =>
    bucket === undefined ? [] : [{ bucket, run: id }],
  );
  const [first] = others;
  if (first === undefined) return { leftOut };
  const { destinations } = discover(await world.subscriptions(), world.settings);
  const isLeft = destinations.some(({ bucket }) => leftOut.every((one) => one.bucket !== bucket));
  return isLeft ? { leftOut } : { inTheWay: first };
}

async function busy(
  world: World,
  { run, other, since }: { readonly run: Run; readonly other: Run; readonly since: string },
): Promise<Beginning> {
  if (run.request.trigger !== 'schedule')
    return { status: 'wait', waitSeconds: world.now() - Date.parse(since) < 10 * 60_000 ? 30 : 300 };
  const because = `The run ${other.id} is still under way, so that the scheduled run ${run.id} was left out`;
  world.log.warn('skipped', { run, because });
  await world.tell(
    'A nightly reconcile was left out',
    `${because}. A schedule may start a run twice; then nothing is missing. If it happens every night, raise "parallelism" or the time between runs.`,
  );
  return { status: 'skip', because };
}

function readRequest(input: unknown) {
  const read = v.safeParse(requestSchema, input);
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new TypeError(`Cannot understand the input of the execution: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}
