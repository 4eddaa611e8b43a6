import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Destination } from '../infra/config.ts';
import { loadConfiguration } from '../infra/load-configuration.ts';
import { UsageError } from './usage-error.ts';

/**
 * The destination of that name in the configuration.
 *
 * @throws {UsageError} if there is none, or no AWS credentials.
 */
export async function findDestination(bucket: string, file: string): Promise<Destination> {
  const replicators = await loadConfiguration(file, { account: await accountInUse() });
  const destinations = replicators.flatMap((replicator) => replicator.destinations);
  const found = destinations.find((destination) => destination.bucket === bucket);
  if (found !== undefined) return found;
  const known = destinations.map((destination) => destination.bucket).join(', ');
  throw new UsageError(`There is no destination "${bucket}" in ${file}; it has ${known}`);
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
