import type { Lock } from './begin.ts';
import { paths } from './run.ts';
import type { Run } from './run.ts';
import type { World } from './world.ts';

/**
 * Leaves a run to another execution, before the one that it is in has no room for more events. The new one is started after this, and the old one ends after
 * that: the lock names both, so that at no moment another run can take the place of this one.
 *
 * @returns the run as the new execution knows it: of the same id, with the same files.
 * @throws {Error} if another run has begun meanwhile.
 */
export async function handOver(
  world: World,
  { run, execution }: { readonly run: Run; /** The ARN of the new one. */ readonly execution: string },
): Promise<{ readonly run: Run }> {
  const next = { ...run, execution };
  const file = await world.files.read(paths.lock);
  const lock: Lock = file === undefined ? {} : JSON.parse(file.text);
  // Asked again, as the answer was lost.
  if (lock.run?.id === run.id && lock.run.execution === execution) return { run: next };
  const mine: Lock = { run: next, before: run.execution };
  const taken =
    file !== undefined && lock.run?.execution === run.execution
      ? await world.files.write(paths.lock, JSON.stringify(mine), { etag: file.etag })
      : undefined;
  if (taken === undefined)
    throw new Error(`Cannot go on with the run ${run.id} in another execution: ${lock.run?.id ?? 'none'} is under way`);
  world.log.info('handed over', { run: next });
  return { run: next };
}
