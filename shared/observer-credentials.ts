import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { parseArn } from './arn.ts';
import type { DestinationAddress } from './discover.ts';
import { observerRoleName } from './names.ts';

/**
 * Credentials of the observer role of a destination, which the SDK renews before they end.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function observerCredentials(
  { bucket, account, inboxArn }: Pick<DestinationAddress, 'bucket' | 'account' | 'inboxArn'>,
  { region, functionName }: { readonly region: string; readonly functionName: string },
) {
  const partition = parseArn(inboxArn)?.partition ?? 'aws';
  const RoleArn = `arn:${partition}:iam::${account}:role/${observerRoleName(bucket)}`;
  return async () => {
    const { Credentials } = await new STSClient({ region }).send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: functionName.slice(0, 64) }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined)
      throw new Error(`STS gives no credentials for the role "${RoleArn}"`);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken !== undefined && { sessionToken: SessionToken }),
      ...(Expiration !== undefined && { expiration: Expiration }),
    };
  };
}
