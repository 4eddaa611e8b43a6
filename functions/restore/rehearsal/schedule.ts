import { createHash } from 'node:crypto';
import type { DestinationAddress } from '../../../shared/topic/discover.ts';
import { rehearsalPaths } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import { ageOf, readRehearsals } from './rehearsal-memory.ts';
import type { RehearsalMemory } from './rehearsal-memory.ts';
import type { RehearsalWorld } from './world.ts';

/**
 * Starts a rehearsal of every destination that is subscribed, each in an execution of its own. A start that comes twice is one.
 *
 * @throws if one could not be started, after all others.
 */
export async function startRehearsals(world: RehearsalWorld): Promise<{ readonly started: readonly string[] }> {
  const started: string[] = [];
  await forEachDestination(world, async ({ bucket, region, account }) => {
    const token = tokenOf(bucket, new Date(world.now()));
    await world.start({ token, from: { bucket, region, account } });
    started.push(token);
  });
  world.log.info('rehearsals', { started });
  return { started };
}

/** Of one destination and hour: `rehearsal-20261101T04-1a2b3c4d`. */
export function tokenOf(destination: string, at: Date): Rehearsal['token'] {
  const [hour = ''] = at.toISOString().replaceAll('-', '').split(':');
  return `rehearsal-${hour}-${createHash('sha256').update(destination).digest('hex').slice(0, 8)}`;
}

/**
 * Puts how many days ago each destination's last good rehearsal was: no alarm can look back so far by itself.
 *
 * @throws if it could not be put of one, after all others.
 */
export async function tellAges(world: RehearsalWorld): Promise<object> {
  await forEachDestination(world, async (destination) => {
    const memory = await memoryOf(world, destination.bucket);
    await world.putMetrics(destination, { RehearsalAge: ageOf(memory, world.now()) });
  });
  return {};
}

/** A destination that was never rehearsed ages from now on. */
async function memoryOf({ files, now }: RehearsalWorld, destination: string): Promise<RehearsalMemory> {
  const known = await readRehearsals(files, destination);
  if (known !== undefined) return known;
  const memory: RehearsalMemory = { since: new Date(now()).toISOString() };
  await files.write(rehearsalPaths.memory(destination), JSON.stringify(memory), 'absent');
  return memory;
}

async function forEachDestination(
  world: RehearsalWorld,
  work: (destination: DestinationAddress) => Promise<void>,
): Promise<void> {
  const { destinations, problems } = await world.destinations();
  if (problems.length > 0) world.log.error('destinations', { problems });
  const errors: unknown[] = [];
  for (const destination of destinations) {
    try {
      await work(destination);
    } catch (error) {
      errors.push(
        new Error(`${destination.bucket}: ${error instanceof Error ? error.message : String(error)}`, { cause: error }),
      );
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('; '));
}
