import { fork, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Runs a file of this folder. What it prints is thrown away: in Lambda, the log is somebody else's work. */
export function child(file: string): ChildProcess {
  return fork(new URL(file, import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** Runs a file (of this folder, if it is not told by its whole path) on one processor, where the machine can do that (`taskset`, of Linux). `flags`: Node's. */
export function pinnedChild(file: string, processor: number, flags: readonly string[] = []): ChildProcess {
  const path = resolve(fileURLToPath(new URL('.', import.meta.url)), file);
  const pin = canPin() ? ['-c', String(processor), process.execPath] : [];
  return spawn(canPin() ? 'taskset' : process.execPath, [...pin, ...flags, path], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

export function canPin(): boolean {
  return availableParallelism() > 1 && spawnSync('taskset', ['-c', '0,1', process.execPath, '--version']).status === 0;
}

export async function messageFrom<Message>(from: ChildProcess): Promise<Message> {
  const over = new AbortController();
  const ended = once(from, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`A process of the bench ended with exit code ${code}`);
  });
  ended.catch(() => undefined);
  try {
    const [message] = await Promise.race([once(from, 'message'), ended]);
    return message;
  } finally {
    over.abort();
  }
}
