import type { Done, Job } from './messages.ts';

/** Waits for jobs in a process of its own, does each, and says how it went. `work` returns how many objects failed. */
export function contestant(work: (job: Job) => Promise<number>): void {
  process.on('message', (job: Job) => void measured(job));

  async function measured(job: Job): Promise<void> {
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    const failed = await work(job);
    const { user, system } = process.cpuUsage(cpu);
    const done: Done = { milliseconds: performance.now() - began, failed, cpu: (user + system) / 1000 };
    process.send?.(done);
  }
}

export const SOURCE = 'photos';
export const DESTINATION = 'photos-eu';
export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
