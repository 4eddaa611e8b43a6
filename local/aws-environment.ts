/** The environment that makes the CDK, the AWS CLI and the SDKs take the emulator for AWS, and nothing else. */
export function awsEnvironment(endpoint: string, account: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    // The emulator takes twelve digits for the account, and no secret for wrong.
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    // The user's own profiles must not add to this, nor a machine's role.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '127.0.0.1',
    CDK_DEFAULT_ACCOUNT: account,
    CDK_DEFAULT_REGION: 'us-east-1',
    CDK_DISABLE_CLI_TELEMETRY: '1',
  };
}
