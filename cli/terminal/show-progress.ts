import { Listr } from 'listr2';
import type { ListrTask } from 'listr2';
import { progressLine } from './progress-line.ts';
import type { Progress } from './progress.ts';

export type Ended = Extract<Progress, { readonly phase: 'over' | 'lost' }>;

/** Where nobody watches, a line for each phase, and one every ten seconds. */
export async function showInLines(
  progress: AsyncIterable<Progress>,
  { print, now }: { readonly print: (line: string) => void; readonly now: () => number },
): Promise<Ended> {
  let shown: { readonly phase: Progress['phase']; readonly at: number } | undefined;
  for await (const one of progress) {
    if (hasEnded(one)) return one;
    if (shown?.phase === one.phase && now() - shown.at < TEN_SECONDS) continue;
    print(progressLine(one));
    shown = { phase: one.phase, at: now() };
  }
  throw new Error('The progress of a run ended before the run');
}

/** On a terminal: a task for each phase, of which the present one tells how far it is. */
export async function showAsTasks(progress: AsyncIterable<Progress>): Promise<Ended> {
  const steps = progress[Symbol.asyncIterator]();
  let current = await next();
  const tasks = PHASES.filter(([phase]) => phase !== 'waiting' || current.phase === 'waiting').map(
    ([phase, title]): ListrTask => ({
      title,
      async task(_, task) {
        // Phases can be passed between two looks.
        while (rank(current.phase) <= rank(phase)) {
          task.output = progressLine(current);
          current = await next();
        }
        if (current.phase === 'lost') throw new Error(current.why);
      },
    }),
  );
  await new Listr(tasks, {
    registerSignalListeners: false,
    // Whoever called tells it.
    rendererOptions: { showErrorMessage: false },
  })
    .run()
    .catch((error: unknown) => {
      if (current.phase !== 'lost') throw error;
    });
  if (hasEnded(current)) return current;
  throw new Error('The progress of a run ended before the run');

  async function next(): Promise<Progress> {
    const { value, done } = await steps.next();
    if (done === true) throw new Error('The progress of a run ended before the run');
    return value;
  }
}

const TEN_SECONDS = 10_000;

const PHASES = [
  ['waiting', 'Wait for the run that is under way'],
  ['planning', 'Find the destinations'],
  ['listing', 'List and compare'],
  ['repairing', 'Repair'],
  ['verifying', 'List again what differed'],
] as const;

function rank(phase: Progress['phase']): number {
  const at = PHASES.findIndex(([name]) => name === phase);
  return at === -1 ? PHASES.length : at;
}

function hasEnded(progress: Progress): progress is Ended {
  return progress.phase === 'over' || progress.phase === 'lost';
}
