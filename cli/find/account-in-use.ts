import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { causeOf } from '../aws/cause-of.ts';
import { clientOptions } from '../aws/client-options.ts';
import { UsageError } from '../terminal/usage-error.ts';

/**
 * The AWS account of the credentials in use.
 *
 * @throws {UsageError} if there are none, or AWS does not take them.
 */
export async function accountInUse(): Promise<string | undefined> {
  const profile = process.env['AWS_PROFILE'];
  // The SDK would look on for others, and warn of it, or take them.
  if (profile !== undefined && profile !== '' && !isThere(profile))
    throw new UsageError(
      `Cannot tell the AWS account: the profile "${profile}" (AWS_PROFILE) is in neither of the AWS config files, ${profileFiles().join(' and ')}; set AWS_PROFILE to one that is there, or unset it`,
    );
  const client = new STSClient(clientOptions(process.env['AWS_REGION'] ?? 'us-east-1'));
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}));
    return Account;
  } catch (cause) {
    const { kind, why, remedy } = causeOf(cause);
    const toStart =
      kind === 'no credentials' && existsSync(START_FILE) ? `; for the AWS of \`npm start\`: \`. ${START_FILE}\`` : '';
    throw new UsageError(`Cannot tell the AWS account: ${why}; ${remedy ?? 'log in, or set AWS_PROFILE'}${toStart}`, {
      cause,
    });
  }
}

/** What `npm start` writes for a second terminal, in the folder of the project. */
const START_FILE = '.local/env';

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html */
function profileFiles(): readonly string[] {
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
  return [
    AWS_CONFIG_FILE ?? join(homedir(), '.aws', 'config'),
    AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), '.aws', 'credentials'),
  ];
}

/** The one file calls it `[profile name]`, the other `[name]`. */
function isThere(profile: string): boolean {
  return profileFiles()
    .flatMap((file) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []))
    .some((line) => {
      const [, name] = /^\s*\[\s*(?:profile\s+)?["']?(.*?)["']?\s*\]/.exec(line) ?? [];
      return name === profile;
    });
}
