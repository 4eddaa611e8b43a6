import { randomFrom } from './random.ts';

/**
 * Runs tasks side by side in virtual time, one at a time from step to step, in an order that the seed decides: what happened once
 * happens again with the same seed. Time passes only when no task can go on, and then to the next sleeper.
 */
export function createSchedule({ seed, start = 0, settle = microtasks }: ScheduleOptions): Schedule {
  const random = randomFrom(seed);
  const live = new Map<Task, string>();
  const ready: Parked[] = [];
  const sleeping: Parked[] = [];
  const trace: [time: number, name: string, label: string][] = [];
  let time = start;
  let failure: { readonly cause: unknown } | undefined;

  return { seed, random, now: () => time, spawn, fork, kill, run, trace: shown };

  function spawn(name: string, work: Work<unknown>): void {
    fork(name, work).catch((cause: unknown) => (failure ??= { cause }));
  }

  function fork<Result>(name: string, work: Work<Result>): Promise<Result> {
    const task: Task = {
      name,
      alive: () => live.has(task),
      step: (label) => park(task, label),
      sleep: (milliseconds, label = `sleep ${milliseconds}`) => park(task, label, time + milliseconds),
    };
    live.set(task, 'start');
    const result = start();
    // Who asked for the result may have been killed since; a failure then concerns nobody.
    result.catch(() => undefined);
    return result;

    async function start(): Promise<Result> {
      try {
        await task.step('start');
        return await work(task);
      } finally {
        live.delete(task);
      }
    }
  }

  function park(task: Task, label: string, wake = time): Promise<void> {
    return new Promise((resolve) => {
      if (!live.has(task)) return;
      live.set(task, label);
      (wake > time ? sleeping : ready).push({ task, label, wake, resolve });
    });
  }

  function kill(name: string): boolean {
    const found = [...live.keys()].filter((task) => task.name === name);
    for (const task of found) {
      live.delete(task);
      trace.push([time, name, 'killed']);
    }
    return found.length > 0;
  }

  async function run(): Promise<void> {
    for (;;) {
      await settle();
      if (failure) throw report(`A task failed: ${String(failure.cause)}`, failure.cause);
      if (live.size === 0) return;
      const next = take();
      if (!next)
        throw report(`Nothing can go on: ${[...live].map(([task, at]) => `${task.name} at ${at}`).join(', ')}`);
      trace.push([time, next.task.name, next.label]);
      next.resolve();
    }
  }

  function take(): Parked | undefined {
    for (;;) {
      if (ready.length === 0) wakeNext();
      if (ready.length === 0) return undefined;
      const [next] = ready.splice(Math.floor(random() * ready.length), 1);
      if (next && live.has(next.task)) return next;
    }
  }

  function wakeNext(): void {
    const alive = sleeping.splice(0).filter(({ task }) => live.has(task));
    const wake = Math.min(...alive.map((sleeper) => sleeper.wake));
    if (alive.length > 0) time = wake;
    for (const sleeper of alive) (sleeper.wake === wake ? ready : sleeping).push(sleeper);
  }

  function report(problem: string, cause?: unknown): Error {
    return new Error(`${problem}\nseed ${seed}\n${shown().slice(-80).join('\n')}`, { cause });
  }

  function shown(): readonly string[] {
    return trace.map(([at, name, label]) => `${at} ms  ${name}: ${label}`);
  }
}

export interface ScheduleOptions {
  readonly seed: number;
  /** Virtual milliseconds. */
  readonly start?: number;
  /** Waits until all tasks have come to their next step; where tasks wait for real input and output, the test must say when. */
  readonly settle?: () => Promise<void>;
}

export interface Schedule {
  readonly seed: number;
  readonly random: () => number;
  /** Virtual milliseconds. */
  readonly now: () => number;
  /** Starts a task whose failure fails the run. */
  readonly spawn: (name: string, work: Work<unknown>) => void;
  /** Starts a task whose result, or failure, is for who awaits it. */
  readonly fork: <Result>(name: string, work: Work<Result>) => Promise<Result>;
  /** The tasks of that name never get beyond the step where they stand. False if there is none. */
  readonly kill: (name: string) => boolean;
  /** @throws {Error} with the seed and the last steps, if a task failed or none can go on. */
  readonly run: () => Promise<void>;
  readonly trace: () => readonly string[];
}

export type Work<Result> = (task: Task) => Promise<Result>;

export interface Task {
  readonly name: string;
  readonly alive: () => boolean;
  /** Lets others go first, or not. */
  readonly step: (label: string) => Promise<void>;
  readonly sleep: (milliseconds: number, label?: string) => Promise<void>;
}

interface Parked {
  readonly task: Task;
  readonly label: string;
  /** Virtual milliseconds. */
  readonly wake: number;
  readonly resolve: () => void;
}

/** Node runs the next tick only when no promise has anything left to do: then every task stands at a step. */
async function microtasks(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.nextTick(resolve);
  });
}
