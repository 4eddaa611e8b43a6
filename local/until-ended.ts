import { setInterval as every } from 'node:timers/promises';
import { watchOutput } from '../cli/terminal/watch-output.ts';

/**
 * Settles with the signal that asks this process to end, however often it asks; its parent's end counts as SIGHUP, and that nobody takes its output as
 * SIGPIPE.
 */
export async function untilEnded(): Promise<NodeJS.Signals> {
  const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(
    (signal) => new Promise<NodeJS.Signals>((resolve) => void process.on(signal, () => resolve(signal))),
  );
  return Promise.race([...signals, orphaned(), unheard()]);
}

async function unheard(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => watchOutput(() => resolve('SIGPIPE')));
}

/** A parent that is killed outright can pass nothing on. */
async function orphaned(): Promise<NodeJS.Signals> {
  const parent = process.ppid;
  for await (const _ of every(1_000, undefined, { ref: false })) if (process.ppid !== parent) break;
  return 'SIGHUP';
}
