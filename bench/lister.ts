import { listingSum } from './listing-sum.ts';
import type { ListDone, ListJob } from './listing-messages.ts';

/** Waits for jobs in a process of its own, lists, and says what it saw and what it took. `list` shows each object to `see`. */
export function lister(list: (job: ListJob, see: See) => Promise<void>): void {
  process.on('message', (job: ListJob) => void measured(job));

  async function measured(job: ListJob): Promise<void> {
    const sum = job.sum ? listingSum() : undefined;
    let [objects, size] = [0, 0];
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    await list(job, (key, etag, bytes) => {
      objects++;
      size += bytes;
      sum?.add(key, etag);
    });
    const { user, system } = process.cpuUsage(cpu);
    const milliseconds = performance.now() - began;
    const done: ListDone = { milliseconds, cpu: (user + system) / 1000, objects, size, sum: sum?.end() };
    process.send?.(done);
  }
}

export type See = (key: string, etag: string, size: number) => void;
