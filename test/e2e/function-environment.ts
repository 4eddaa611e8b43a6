import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { LONGEST_SECONDS } from './longest-seconds.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Changes variables of a function's environment; `undefined` takes one away.
 *
 * @returns what they were before.
 */
export async function setEnvironment(lambda: LambdaClient, name: string, change: Variables): Promise<Variables> {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  const before = Environment?.Variables ?? {};
  const entries = Object.entries({ ...before, ...change }).flatMap(([variable, value]) =>
    value === undefined ? [] : [[variable, value] as const],
  );
  const after = { FunctionName: name, Environment: { Variables: Object.fromEntries(entries) } };
  await lambda.send(new UpdateFunctionConfigurationCommand(after));
  await waitUntilFunctionUpdatedV2(
    { client: lambda, minDelay: 1, maxDelay: 1, maxWaitTime: LONGEST_SECONDS },
    { FunctionName: name },
  );
  return Object.fromEntries(Object.keys(change).map((variable) => [variable, before[variable]]));
}
