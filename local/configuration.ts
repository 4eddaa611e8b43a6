import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseConfiguration, type Replicator } from '../infra/config.ts';
import { ConfigurationError } from '../infra/configuration-error.ts';
import { Problem } from './problem.ts';

/** What a configuration that names no account is deployed to. */
const ACCOUNT = '000000000000';

/**
 * Reads the configuration as the CDK will, but before anything is started.
 *
 * @throws {Problem} if it cannot be read, is wrong, or spreads over several accounts, which the emulator cannot show.
 */
export async function readConfiguration(
  file: string,
): Promise<{ readonly replicators: readonly [Replicator, ...Replicator[]]; readonly account: string }> {
  try {
    const module: unknown = await import(pathToFileURL(resolve(file)).href);
    const raw = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
    const [first, ...others] = parseConfiguration(raw, { account: ACCOUNT });
    if (first === undefined) throw new Problem(`${file}: there is no replicator; write one`);
    const accounts = new Set([first, ...others].map(({ source }) => source.account));
    if (accounts.size > 1) {
      throw new Problem(
        `${file}: the AWS on this machine is one account, and ${[...accounts].join(', ')} are named; leave one`,
      );
    }
    return { replicators: [first, ...others], account: first.source.account };
  } catch (error) {
    if (error instanceof Problem) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = error instanceof ConfigurationError ? '' : '; mend it, or name another file with --config';
    throw new Problem(`Cannot read the configuration "${file}": ${reason}${remedy}`, { cause: error });
  }
}
