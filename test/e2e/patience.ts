import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';

/**
 * Sets how many seconds at most a message that failed for certain stays away, as the function's environment says it.
 *
 * @returns what it said before.
 */
export async function setPatience(lambda: LambdaClient, name: string, seconds: string | undefined) {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  const { INBOX_VISIBILITY_SECONDS: before, ...rest } = Environment?.Variables ?? {};
  const Variables = { ...rest, ...(seconds !== undefined && { INBOX_VISIBILITY_SECONDS: seconds }) };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment: { Variables } }));
  await waitUntilFunctionUpdatedV2(
    { client: lambda, minDelay: 1, maxDelay: 1, maxWaitTime: 30 },
    { FunctionName: name },
  );
  return before;
}
