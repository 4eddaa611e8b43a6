import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import self from '../package.json' with { type: 'json' };
import { PACKAGED } from '../shared/packaged.ts';
import { addHistory } from './history/add-history.ts';
import { addPauseAndResume } from './pause/add-pause.ts';
import { addReconcile } from './reconcile/add-reconcile.ts';
import { addRestore } from './restore/add-restore.ts';
import { addRetry } from './retry/add-retry.ts';
import { addStatus } from './status/add-status.ts';
import { asker } from './terminal/asker.ts';
import type { Terminal } from './terminal/terminal.ts';

/**
 * What `npm run pause`, `npm run resume` and their like understand, and do. The AWS credentials in use say which account is meant.
 *
 * @param leaving aborts where whoever called it wants no more.
 */
export function programOf(leaving: AbortController): Command {
  const program = new Command(PACKAGED ? 's3-fanout-replicator' : 'npm run').version(self.version).exitOverride();
  addPauseAndResume(program);
  addReconcile(program, terminal);
  addRestore(program, terminal);
  addStatus(program);
  addRetry(program, asking);
  addHistory(program);
  return program;

  function terminal(): Terminal {
    // Not once: a library that shows the cursor again at the end kills the process if nobody else listens any more.
    process.on('SIGINT', () => (leaving.signal.aborted ? process.exit(130) : leaving.abort()));
    return {
      out: console.log,
      err: console.error,
      tty: process.stdout.isTTY,
      signal: leaving.signal,
      ...asking(),
      pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
      now: Date.now,
    };
  }

  /** Whoever sits at a terminal can be asked. */
  function asking(): Pick<Terminal, 'ask'> {
    return process.stdin.isTTY && process.stderr.isTTY ? { ask: asker(leaving.signal) } : {};
  }
}
