import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

/**
 * Credentials of a role, which the SDK renews before they end. With a policy: no more than what both the role and the policy allow.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function assumedRole(
  roleArn: string,
  {
    region,
    sessionName,
    policy,
  }: { readonly region: string; readonly sessionName: string; readonly policy?: object | undefined },
) {
  return async () => {
    const { Credentials } = await new STSClient({ region }).send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName.slice(0, 64),
        ...(policy !== undefined && { Policy: JSON.stringify(policy) }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined)
      throw new Error(`STS gives no credentials for the role "${roleArn}"`);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken !== undefined && { sessionToken: SessionToken }),
      ...(Expiration !== undefined && { expiration: Expiration }),
    };
  };
}
