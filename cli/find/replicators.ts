import { existsSync } from 'node:fs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { parseConfiguration } from '../../infra/config/parse-configuration.ts';
import type { Replicator } from '../../infra/config/replicator.ts';
import { writtenIn } from '../../infra/config/load-configuration.ts';
import { clientOptions } from '../aws/client-options.ts';
import { explained } from '../aws/explained.ts';
import { UsageError } from '../terminal/usage-error.ts';

/**
 * What a configuration says, for the AWS account in use.
 *
 * @throws {UsageError} if there are no AWS credentials.
 * @throws {ConfigurationError}
 */
export async function replicatorsIn(file: string): Promise<readonly Replicator[]> {
  // First the file: a mistake in its name is no matter of credentials.
  if (!existsSync(file))
    throw new UsageError(`There is no configuration "${file}": name one with --config, or run this where it is`, {
      exitCode: 2,
    });
  const written = await writtenIn(file);
  return parseConfiguration(written, { account: await accountInUse() });
}

async function accountInUse(): Promise<string | undefined> {
  const client = new STSClient(clientOptions(process.env.AWS_REGION ?? 'us-east-1'));
  const { Account } = await explained('tell the AWS account', {
    remedy: 'log in, or set AWS_PROFILE',
    work: () => client.send(new GetCallerIdentityCommand({})),
  });
  return Account;
}
