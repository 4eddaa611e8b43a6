import type { Replicator } from '../../infra/config/replicator.ts';
import { didYouMean } from '../../infra/config/did-you-mean.ts';
import { replicatorsIn } from './replicators.ts';
import { UsageError } from '../terminal/usage-error.ts';

/**
 * The source that is meant, with its destinations: the one named, the one with that destination, or the only one.
 *
 * @throws {UsageError} if none or several could be meant, or there are no AWS credentials.
 */
export async function findReplicator(
  { source, destination }: { readonly source?: string | undefined; readonly destination?: string | undefined },
  file: string,
): Promise<Replicator> {
  return replicatorAmong(await replicatorsIn(file), { source, destination, file });
}

/** As `findReplicator`, among those of a configuration that was read already. */
export function replicatorAmong(
  all: readonly Replicator[],
  {
    source,
    destination,
    file,
  }: { readonly source?: string | undefined; readonly destination?: string | undefined; readonly file: string },
): Replicator {
  const names = all.map((replicator) => replicator.source.bucket);
  const sources = names.join(', ');
  const wanted = all.filter((replicator) => source === undefined || replicator.source.bucket === source);
  if (wanted.length === 0)
    throw wrong(`There is no source "${source}"${didYouMean(source ?? '', names)} in ${file}; it has ${sources}`);

  const fitting = wanted.filter(
    ({ destinations }) => destination === undefined || destinations.some(({ bucket }) => bucket === destination),
  );
  const [found, ...others] = fitting;
  if (found === undefined) {
    const known = wanted.flatMap(({ destinations }) => destinations.map(({ bucket }) => bucket));
    throw wrong(
      `There is no destination "${destination}"${didYouMean(destination ?? '', known)}${source === undefined ? '' : ` of ${source}`} in ${file}; it has ${known.join(', ')}`,
    );
  }
  if (others.length > 0) throw wrong(`There are several sources in ${file}: say which with --source (${sources})`);
  return found;
}

function wrong(message: string): UsageError {
  return new UsageError(message, { exitCode: 2 });
}
