import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Replicator } from '../infra/config.ts';
import { loadConfiguration } from '../infra/load-configuration.ts';
import { UsageError } from './usage-error.ts';

/**
 * What a configuration says, for the AWS account in use.
 *
 * @throws {UsageError} if there are no AWS credentials.
 * @throws {ConfigurationError}
 */
export async function replicatorsIn(file: string): Promise<readonly Replicator[]> {
  return loadConfiguration(file, { account: await accountInUse() });
}

async function accountInUse(): Promise<string | undefined> {
  try {
    const { Account } = await new STSClient({ region: process.env.AWS_REGION ?? 'us-east-1' }).send(
      new GetCallerIdentityCommand({}),
    );
    return Account;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot tell the AWS account: ${reason}; log in, or set AWS_PROFILE`, { cause: error });
  }
}
