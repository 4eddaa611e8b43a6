import { listingSum } from './listing-sum.ts';
import type { ListDone, ListJob } from './listing-messages.ts';

/** Waits for jobs in a process of its own, lists, and says what it saw and what it took. `list` shows each object to what it is given. */
export function lister(list: (job: ListJob, seen: Seen) => Promise<void>): void {
  process.on('message', (job: ListJob) => void measured(job));

  async function measured(job: ListJob): Promise<void> {
    const sum = job.sum ? listingSum() : undefined;
    let [objects, size] = [0, 0];
    const seen: Seen = {
      size(bytes) {
        objects++;
        size += bytes;
      },
      ...(sum && { texts: (key, etag) => sum.add(key, etag) }),
    };
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    await list(job, seen);
    const { user, system } = process.cpuUsage(cpu);
    const milliseconds = performance.now() - began;
    const done: ListDone = { milliseconds, cpu: (user + system) / 1000, objects, size, sum: sum?.end() };
    process.send?.(done);
  }
}

export interface Seen {
  /** Of each object. */
  readonly size: (bytes: number) => void;
  /** Of each object, if they are wanted: in the round that proves that all are seen. */
  readonly texts?: (key: string, etag: string) => void;
}
