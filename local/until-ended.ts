import { setInterval as every } from 'node:timers/promises';

/** Settles with the signal that asks this process to end, however often it asks; its parent's end counts as SIGHUP. */
export async function untilEnded(): Promise<NodeJS.Signals> {
  const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(
    (signal) => new Promise<NodeJS.Signals>((resolve) => void process.on(signal, () => resolve(signal))),
  );
  return Promise.race([...signals, orphaned()]);
}

/** A parent that is killed outright can pass nothing on. */
async function orphaned(): Promise<NodeJS.Signals> {
  const parent = process.ppid;
  for await (const _ of every(1_000, undefined, { ref: false })) if (process.ppid !== parent) break;
  return 'SIGHUP';
}
