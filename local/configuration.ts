import type { Replicator } from '../infra/config/replicator.ts';
import { ConfigurationError } from '../infra/config/configuration-error.ts';
import { loadConfiguration } from '../infra/config/load-configuration.ts';
import { Problem } from './problem.ts';

/** What a configuration that names no account is deployed to. */
const ACCOUNT = '000000000000';

/**
 * Reads the configuration as the CDK will, but before anything is started.
 *
 * @throws {Problem} if it cannot be used, or spreads over several accounts, which the emulator cannot show.
 */
export async function readConfiguration(
  file: string,
): Promise<{ readonly replicators: readonly [Replicator, ...Replicator[]]; readonly account: string }> {
  const [first, ...others] = await loadConfiguration(file, { account: ACCOUNT }).catch((cause: unknown) => {
    throw cause instanceof ConfigurationError
      ? new Problem(`${file}: ${cause.message}`, { exitCode: 2, cause })
      : cause;
  });
  if (first === undefined) throw new Problem(`${file}: there is no replicator; write one`, { exitCode: 2 });
  const accounts = new Set([first, ...others].map(({ source }) => source.account));
  if (accounts.size > 1) {
    throw new Problem(
      `${file}: the AWS on this machine is one account, and ${[...accounts].join(', ')} are named; leave one`,
      { exitCode: 2 },
    );
  }
  return { replicators: [first, ...others], account: first.source.account };
}
