import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProcessGroup {
  /** The exit code; 128 + n where signal n ended it. */
  readonly ended: Promise<number>;
  /** Asks the whole group to end, and kills what has not after the grace. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts a command in a process group of its own, all of which ends when the command ends, and when this process ends
 * in whatever way: the group holds a pipe that nobody but this process keeps open.
 */
export function startGroup(
  command: readonly [string, ...string[]],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string; readonly log: string },
): ProcessGroup {
  const log = openSync(options.log, 'a');
  const leader = spawn('/bin/sh', ['-c', LEASH, 'leash', ...command], {
    env: options.env,
    cwd: options.cwd,
    stdio: ['pipe', log, log],
    detached: true,
  });
  closeSync(log);
  const ended = endOf(leader).finally(() => signal(leader, 'SIGKILL'));
  return {
    ended,
    async stop(graceMs) {
      signal(leader, 'SIGTERM');
      const patience = new AbortController();
      await Promise.race([ended, pause(graceMs, undefined, { signal: patience.signal })]);
      patience.abort();
      signal(leader, 'SIGKILL');
      await ended;
    },
  };
}

/**
 * The leader outlives SIGTERM to wait for the command. Beside it a reader of the pipe, when that is closed, asks the group to
 * end, and kills it as soon as the command is gone or five seconds are over.
 */
const LEASH = `
trap : TERM
exec 3<&0 </dev/null
"$@" 3<&- &
command=$!
(
  trap '' TERM; read -r _ <&3; kill -TERM 0
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
    kill -0 "$command" 2>/dev/null || break
    sleep 0.2
  done
  kill -KILL 0
) &
exec 3<&-
while :; do
  wait "$command"; code=$?
  kill -0 "$command" 2>/dev/null || exit "$code"
done`;

async function endOf(leader: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    leader.once('error', reject);
    leader.once('exit', (code, signalName) => resolve(code ?? (signalName === 'SIGKILL' ? 137 : 143)));
  });
}

function signal({ pid }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    // Nothing of the group is left.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
