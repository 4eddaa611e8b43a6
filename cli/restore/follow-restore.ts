import { SFNClient } from '@aws-sdk/client-sfn';
import { Listr } from 'listr2';
import { clientOptions } from '../aws/client-options.ts';
import { lookAtRestore, restoreLine } from './restore-progress.ts';
import type { RestoreProgress } from './restore-progress.ts';
import { explainedRead } from './restore-run.ts';
import type { RestoreRun } from './restore-run.ts';

type Ended = Extract<RestoreProgress, { readonly phase: 'over' | 'lost' }>;

/** Shows how far a restore is, until it ends. @returns how it ended; `undefined` if the user went away before. */
export async function followRestore(
  { execution, token }: { readonly execution: string; readonly token: string },
  { options, replicator: { source }, files, terminal }: RestoreRun,
): Promise<Ended | undefined> {
  const { tty, out, err, signal, pause, now } = terminal;
  const sfn = new SFNClient(clientOptions(source.region));
  const print = options.json === true ? err : out;
  let ended: Ended | undefined;
  const watch = async (show: (line: string) => void): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const progress = await explainedRead(() => lookAtRestore({ sfn, files, execution, token }));
      if (progress.phase === 'over' || progress.phase === 'lost') {
        ended = progress;
        return;
      }
      show(restoreLine(progress));
      await pause(BETWEEN_LOOKS_MS, signal);
    }
  };
  try {
    if (tty && options.json !== true) {
      await new Listr(
        [{ title: `Restore ${token}`, task: async (_, shown) => watch((line) => void (shown.output = line)) }],
        { registerSignalListeners: false, rendererOptions: { showErrorMessage: false } },
      ).run();
    } else await watch(everyTenSeconds(print, now));
  } catch (error) {
    if (!signal.aborted) throw error;
    err(
      `The restore goes on without you. To look at it again:\n  npm run restore -- --source ${source.bucket} --token ${token}`,
    );
  }
  return ended;
}

const BETWEEN_LOOKS_MS = 2000;
const TEN_SECONDS = 10_000;

/** A line for each phase, and one every ten seconds. */
function everyTenSeconds(print: (line: string) => void, now: () => number): (line: string) => void {
  let shown: { readonly phase: string | undefined; readonly at: number } | undefined;
  return (line) => {
    const [phase] = line.split(':');
    if (shown?.phase === phase && now() - (shown?.at ?? 0) < TEN_SECONDS) return;
    shown = { phase, at: now() };
    print(line);
  };
}
