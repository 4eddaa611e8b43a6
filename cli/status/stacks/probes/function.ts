import {
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { NAMED, text, unlessGone, WORDS } from '../probe.ts';
import type { Probe } from '../probe.ts';

const GONE = ['ResourceNotFoundException'];

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html */
export const lambdaFunction: Probe = {
  async look({ id, properties, region, updatedAt }, clients) {
    const client = clients.lambda(region);
    const found = await unlessGone(GONE, () => client.send(new GetFunctionConfigurationCommand({ FunctionName: id })));
    if (found === undefined) return undefined;
    const { ReservedConcurrentExecutions } = await client.send(new GetFunctionConcurrencyCommand({ FunctionName: id }));
    return {
      Runtime: found.Runtime,
      Handler: found.Handler,
      MemorySize: found.MemorySize,
      Timeout: found.Timeout,
      Role: found.Role,
      Architectures: found.Architectures,
      Environment: found.Environment && { Variables: found.Environment.Variables },
      KmsKeyArn: found.KMSKeyArn,
      VpcConfig: found.VpcConfig?.SubnetIds,
      Layers: found.Layers,
      ReservedConcurrentExecutions,
      // Neither the template nor Lambda tells what is in the code, but both tell when it was changed.
      Code: isLater(found.LastModified, updatedAt) ? `changed at ${found.LastModified}` : properties['Code'],
      State: found.State === 'Failed' ? `Failed: ${found.StateReason}` : undefined,
      LastUpdateStatus: found.LastUpdateStatus === 'Failed' ? `Failed: ${found.LastUpdateStatusReason}` : undefined,
    };
  },
  watched: {
    Runtime: undefined,
    Handler: undefined,
    MemorySize: 128,
    Timeout: 3,
    Role: undefined,
    Architectures: ['x86_64'],
    Environment: undefined,
    KmsKeyArn: undefined,
    VpcConfig: undefined,
    Layers: undefined,
    ReservedConcurrentExecutions: undefined,
    Code: undefined,
    State: undefined,
    LastUpdateStatus: undefined,
  },
  unwatched: {
    FunctionName: NAMED,
    Description: WORDS,
    LoggingConfig: 'copies do not wait for their logs',
    Tags: WORDS,
  },
  actions: 'lambda:GetFunctionConfiguration, lambda:GetFunctionConcurrency',
};

/** CloudFormation notes the time when Lambda is done. */
function isLater(lastModified: string | undefined, updatedAt: Date | undefined): boolean {
  if (lastModified === undefined || updatedAt === undefined) return false;
  return Date.parse(lastModified) - updatedAt.getTime() > TEN_MINUTES_MS;
}

const TEN_MINUTES_MS = 600_000;

/** Whether it is switched on is told with the destination, as a pause switches it off. */
export const eventSourceMapping: Probe = {
  async look({ id, region }, clients) {
    const found = await unlessGone(GONE, () =>
      clients.lambda(region).send(new GetEventSourceMappingCommand({ UUID: id })),
    );
    return (
      found && {
        EventSourceArn: found.EventSourceArn,
        FunctionName: found.FunctionArn?.split(':').at(6),
        BatchSize: found.BatchSize,
        MaximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
        FunctionResponseTypes: found.FunctionResponseTypes,
        ScalingConfig: found.ScalingConfig,
        FilterCriteria: found.FilterCriteria?.Filters,
      }
    );
  },
  watched: {
    EventSourceArn: undefined,
    FunctionName: undefined,
    BatchSize: 10,
    MaximumBatchingWindowInSeconds: 0,
    FunctionResponseTypes: undefined,
    ScalingConfig: undefined,
    FilterCriteria: undefined,
  },
  unwatched: { Tags: WORDS },
  actions: 'lambda:GetEventSourceMapping',
};

export const eventInvokeConfig: Probe = {
  async look({ properties, region }, clients) {
    const FunctionName = text(properties['FunctionName']);
    const Qualifier = text(properties['Qualifier']);
    const found = await unlessGone(GONE, () =>
      clients.lambda(region).send(new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier })),
    );
    if (found === undefined) return undefined;
    const { MaximumEventAgeInSeconds, MaximumRetryAttempts } = found;
    return { MaximumEventAgeInSeconds, MaximumRetryAttempts };
  },
  watched: { MaximumEventAgeInSeconds: undefined, MaximumRetryAttempts: undefined },
  unwatched: { FunctionName: NAMED, Qualifier: NAMED },
  actions: 'lambda:GetFunctionEventInvokeConfig',
};
