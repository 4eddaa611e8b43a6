import type { Destination } from '../infra/config.ts';
import { replicatorsIn } from './replicators.ts';
import { UsageError } from './usage-error.ts';

/**
 * The destination of that name in the configuration.
 *
 * @throws {UsageError} if there is none, or no AWS credentials.
 */
export async function findDestination(bucket: string, file: string): Promise<Destination> {
  const destinations = (await replicatorsIn(file)).flatMap((replicator) => replicator.destinations);
  const found = destinations.find((destination) => destination.bucket === bucket);
  if (found !== undefined) return found;
  const known = destinations.map((destination) => destination.bucket).join(', ');
  throw new UsageError(`There is no destination "${bucket}" in ${file}; it has ${known}`);
}
