import { existsSync } from 'node:fs';
import { ConfigurationError } from '../../infra/config/configuration-error.ts';
import { parseConfiguration } from '../../infra/config/parse-configuration.ts';
import type { Replicator } from '../../infra/config/replicator.ts';
import { writtenIn } from '../../infra/config/load-configuration.ts';
import { accountInUse } from './account-in-use.ts';
import { UsageError } from '../terminal/usage-error.ts';

/**
 * What a configuration says, for the AWS account in use.
 *
 * @throws {UsageError} if there are no AWS credentials, or the configuration cannot be used.
 */
export async function replicatorsIn(file: string): Promise<readonly Replicator[]> {
  // First the file: a mistake in its name is no matter of credentials.
  if (!existsSync(file))
    throw new UsageError(`There is no configuration "${file}": name one with --config, or run this where it is`, {
      exitCode: 2,
    });
  const written = await read(() => writtenIn(file));
  const account = await accountInUse();
  return read(() => parseConfiguration(written, { account }));

  /** As wrong as a mistyped option. */
  async function read<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof ConfigurationError)) throw cause;
      throw new UsageError(`${file}: ${cause.message}`, { exitCode: 2, cause });
    }
  }
}
