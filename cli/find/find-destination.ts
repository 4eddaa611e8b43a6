import type { Destination } from '../../infra/config/replicator.ts';
import { didYouMean } from '../../infra/config/did-you-mean.ts';
import { replicatorsIn } from './replicators.ts';
import { UsageError } from '../terminal/usage-error.ts';

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
  const meant = didYouMean(
    bucket,
    destinations.map((destination) => destination.bucket),
  );
  throw new UsageError(`There is no destination "${bucket}"${meant} in ${file}; it has ${known}`, { exitCode: 2 });
}
