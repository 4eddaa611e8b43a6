import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until this thread has spare time: until it was idle for a fifth of 50 ms. Then more may be under way at the same time; while it has none, more would only take memory.
 *
 * @throws as soon as `signal` is aborted.
 * @see https://nodejs.org/api/perf_hooks.html#performanceeventlooputilizationutilization1-utilization2
 */
export async function spareTime(signal: AbortSignal): Promise<void> {
  for (;;) {
    const before = performance.eventLoopUtilization();
    await pause(WINDOW_MS, undefined, { signal });
    if (performance.eventLoopUtilization(before).utilization < BUSY) return;
  }
}

const WINDOW_MS = 50;
const BUSY = 0.8;
