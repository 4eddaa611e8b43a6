import { changeLock } from './lock.ts';
import type { Run } from './run.ts';
import type { World } from './world.ts';

/**
 * Leaves a run to another execution, before the one that it is in has no room for more events. The new one is started after this, and the old one ends after
 * that: the lock names both, so that at no moment another run can take the place of this one.
 *
 * @returns the run as the new execution knows it: of the same id, with the same files.
 * @throws {Error} if the run has lost its place.
 */
export async function handOver(
  world: World,
  { run, execution }: { readonly run: Run; /** The ARN of the new one. */ readonly execution: string },
): Promise<{ readonly run: Run }> {
  const next = { ...run, execution };
  let isOurs = false;
  const taken = await changeLock(world.files, (held) => {
    const mine = held.find((one) => one.run.id === run.id);
    // It is that execution's already if it is asked again, as the answer was lost.
    isOurs = mine?.run.execution === run.execution || mine?.run.execution === execution;
    if (mine?.run.execution !== run.execution) return undefined;
    return held.map((one) => (one === mine ? { run: next, before: run.execution } : one));
  });
  if (!taken || !isOurs)
    throw new Error(
      `Cannot go on with the run ${run.id} in another execution: ${isOurs ? 'others keep changing the list of runs' : 'it has lost its place to another run'}`,
    );
  world.log.info('handed over', { run: next });
  return { run: next };
}
