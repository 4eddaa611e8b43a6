import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { DEPLOYED_AT } from './state.ts';
import type { FakeState, Made } from './state.ts';

/** What else there is than resources. */
export interface Around {
  readonly state: FakeState;
  /** By `<bucket>/<key>`, as JSON. */
  readonly files: ReadonlyMap<string, unknown>;
  /** The states of keys by their ARNs; others are enabled. */
  readonly keys: Map<string, string>;
}

/** Has the clients of the AWS SDK answer from a state, as AWS would. */
export function answerFrom(around: Around): void {
  cloudFormation(around);
  cloudWatch(around);
  dynamoDB(around);
  iam(around);
  lambda(around);
  s3(around);
  sns(around);
  sqs(around);
  others(around);
}

type GetClient = () => { readonly config: { readonly region: string | (() => Promise<string>) } };

async function regionOf(getClient: GetClient): Promise<string> {
  const { region } = getClient().config;
  return typeof region === 'string' ? region : region();
}

function fault(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(`${name} (fake)`), { name, $metadata: { httpStatusCode } });
}

function finder({ state }: Around) {
  const all = (type: string, fits: (one: Made) => boolean) =>
    [...state.resources].filter((one) => one.type === type && fits(one));
  /** @throws the fault where there is none. */
  const one = (type: string, fits: (one: Made) => boolean, name: string) => {
    const [found] = all(type, fits);
    if (found === undefined) throw fault(name, 404);
    return found;
  };
  return { all, one };
}

function cloudFormation({ state }: Around): void {
  const mock = mockClient(CloudFormationClient);
  const stackOf = async (name: string, getClient: GetClient) => {
    const found = state.stacks.get(name);
    if (found === undefined || found.region !== (await regionOf(getClient)))
      throw Object.assign(fault('ValidationError'), { message: `Stack with id ${name} does not exist` });
    return found;
  };
  mock.on(DescribeStacksCommand).callsFake(async ({ StackName }, getClient) => {
    const { name, outputs } = await stackOf(StackName, getClient);
    const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
    return { Stacks: [{ StackName: name, StackStatus: 'CREATE_COMPLETE', CreationTime: DEPLOYED_AT, Outputs }] };
  });
  mock.on(ListStackResourcesCommand).callsFake(async ({ StackName, NextToken }, getClient) => {
    const { resources } = await stackOf(StackName, getClient);
    const from = Number(NextToken ?? 0);
    return {
      StackResourceSummaries: resources.slice(from, from + 20).map(({ logicalId, type, id }) => ({
        LogicalResourceId: logicalId,
        PhysicalResourceId: id,
        ResourceType: type,
        LastUpdatedTimestamp: DEPLOYED_AT,
      })),
      ...(from + 20 < resources.length && { NextToken: String(from + 20) }),
    };
  });
  mock
    .on(GetTemplateCommand)
    .callsFake(async ({ StackName }, getClient) => ({ TemplateBody: (await stackOf(StackName, getClient)).template }));
}

function cloudWatch(around: Around): void {
  const mock = mockClient(CloudWatchClient);
  const { all } = finder(around);
  mock.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
  mock.on(DescribeAlarmsCommand).callsFake(async ({ AlarmNamePrefix = '' }, getClient) => {
    const region = await regionOf(getClient);
    const alarms = all('AWS::CloudWatch::Alarm', (one) => one.region === region && one.id.startsWith(AlarmNamePrefix));
    return {
      MetricAlarms: alarms.map(({ properties }) => ({ StateValue: 'OK', ActionsEnabled: true, ...properties })),
    };
  });
}

function dynamoDB(around: Around): void {
  const mock = mockClient(DynamoDBClient);
  const { one } = finder(around);
  const table = async (name: string, getClient: GetClient) => {
    const region = await regionOf(getClient);
    return one('AWS::DynamoDB::Table', (it) => it.region === region && it.id === name, 'ResourceNotFoundException')
      .properties;
  };
  mock.on(DescribeTableCommand).callsFake(async ({ TableName }, getClient) => {
    const { BillingMode, TableStatus = 'ACTIVE', GlobalSecondaryIndexes, ...rest } = await table(TableName, getClient);
    return {
      Table: {
        TableStatus,
        AttributeDefinitions: rest['AttributeDefinitions'],
        KeySchema: rest['KeySchema'],
        ...(BillingMode !== undefined && { BillingModeSummary: { BillingMode } }),
        ...(GlobalSecondaryIndexes !== undefined && {
          GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index: object) => ({ IndexStatus: 'ACTIVE', ...index })),
        }),
      },
    };
  });
  mock.on(DescribeTimeToLiveCommand).callsFake(async ({ TableName }, getClient) => {
    const { TimeToLiveSpecification: ttl } = await table(TableName, getClient);
    return {
      TimeToLiveDescription: {
        TimeToLiveStatus: ttl?.Enabled === true ? 'ENABLED' : 'DISABLED',
        AttributeName: ttl?.AttributeName,
      },
    };
  });
  mock.on(DescribeContinuousBackupsCommand).callsFake(async ({ TableName }, getClient) => {
    const isOn = (await table(TableName, getClient))['PointInTimeRecoverySpecification']?.PointInTimeRecoveryEnabled;
    const PointInTimeRecoveryStatus = isOn === true ? 'ENABLED' : 'DISABLED';
    return { ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus } } };
  });
  mock.on(QueryCommand).callsFake(async ({ TableName }, getClient) => {
    await table(TableName, getClient);
    return { Count: 0, Items: [] };
  });
}

function iam(around: Around): void {
  const mock = mockClient(IAMClient);
  const { one } = finder(around);
  const role = (name: string) => one('AWS::IAM::Role', ({ id }) => id === name, 'NoSuchEntityException').properties;
  const encoded = (policy: unknown) => encodeURIComponent(JSON.stringify(policy));
  mock.on(GetRoleCommand).callsFake(({ RoleName }) => {
    const { AssumeRolePolicyDocument, PermissionsBoundary, MaxSessionDuration = 3600 } = role(RoleName);
    return {
      Role: {
        AssumeRolePolicyDocument: encoded(AssumeRolePolicyDocument),
        MaxSessionDuration,
        ...(PermissionsBoundary && { PermissionsBoundary: { PermissionsBoundaryArn: PermissionsBoundary } }),
      },
    };
  });
  const policies = (name: string): { PolicyName: string; PolicyDocument: unknown }[] => role(name)['Policies'] ?? [];
  mock
    .on(ListRolePoliciesCommand)
    .callsFake(({ RoleName }) => ({ PolicyNames: policies(RoleName).map(({ PolicyName }) => PolicyName) }));
  mock.on(GetRolePolicyCommand).callsFake(({ RoleName, PolicyName }) => {
    const found = policies(RoleName).find((policy) => policy.PolicyName === PolicyName);
    if (found === undefined) throw fault('NoSuchEntityException');
    return { PolicyDocument: encoded(found.PolicyDocument) };
  });
  mock.on(ListAttachedRolePoliciesCommand).callsFake(({ RoleName }) => ({
    AttachedPolicies: (role(RoleName)['ManagedPolicyArns'] ?? []).map((PolicyArn: string) => ({ PolicyArn })),
  }));
}

function lambda(around: Around): void {
  const { state } = around;
  const mock = mockClient(LambdaClient);
  const { all, one } = finder(around);
  const find = async (name: string, getClient: GetClient) => {
    const region = await regionOf(getClient);
    return one('AWS::Lambda::Function', (it) => it.region === region && it.id === name, 'ResourceNotFoundException')
      .properties;
  };
  mock.on(GetFunctionConfigurationCommand).callsFake(async ({ FunctionName }, getClient) => {
    const { KmsKeyArn, LastModified = DEPLOYED_AT.toISOString(), ...properties } = await find(FunctionName, getClient);
    return { State: 'Active', LastUpdateStatus: 'Successful', ...properties, KMSKeyArn: KmsKeyArn, LastModified };
  });
  mock.on(GetFunctionConcurrencyCommand).callsFake(async ({ FunctionName }, getClient) => {
    const { ReservedConcurrentExecutions } = await find(FunctionName, getClient);
    return { ReservedConcurrentExecutions };
  });
  mock.on(GetFunctionEventInvokeConfigCommand).callsFake(async ({ FunctionName }, getClient) => {
    await find(FunctionName, getClient);
    return one(
      'AWS::Lambda::EventInvokeConfig',
      ({ properties }) => properties['FunctionName'] === FunctionName,
      'ResourceNotFoundException',
    ).properties;
  });
  const mappings = (region: string, fits: (one: Made) => boolean) =>
    all('AWS::Lambda::EventSourceMapping', (it) => it.region === region && fits(it)).map(({ id: UUID, properties }) => {
      const { FunctionName, Enabled = true, FilterCriteria, ...rest } = properties;
      return {
        ...rest,
        UUID,
        State: Enabled ? 'Enabled' : 'Disabled',
        FunctionArn: `arn:aws:lambda:${region}:${state.account}:function:${FunctionName}`,
        ...(FilterCriteria && { FilterCriteria: { Filters: FilterCriteria } }),
      };
    });
  mock.on(ListEventSourceMappingsCommand).callsFake(async ({ FunctionName }, getClient) => ({
    EventSourceMappings: mappings(
      await regionOf(getClient),
      ({ properties }) => properties['FunctionName'] === FunctionName,
    ),
  }));
  mock.on(GetEventSourceMappingCommand).callsFake(async ({ UUID }, getClient) => {
    const [found] = mappings(await regionOf(getClient), ({ id }) => id === UUID);
    if (found === undefined) throw fault('ResourceNotFoundException', 404);
    return found;
  });
}

function s3(around: Around): void {
  const { state, files } = around;
  const mock = mockClient(S3Client);
  const { all, one } = finder(around);
  const bucket = ({ Bucket, ExpectedBucketOwner }: { Bucket: string; ExpectedBucketOwner?: string }) => {
    if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== state.account) throw fault('AccessDenied', 403);
    return one('AWS::S3::Bucket', ({ id }) => id === Bucket, 'NoSuchBucket');
  };
  mock
    .on(HeadBucketCommand)
    .callsFake((input) => ({ BucketRegion: bucket(input).properties['Region'] ?? bucket(input).region }));
  mock.on(GetBucketVersioningCommand).callsFake((input) => bucket(input).properties['VersioningConfiguration'] ?? {});
  mock.on(GetBucketEncryptionCommand).callsFake((input) => {
    const encryption = bucket(input).properties['BucketEncryption'];
    return {
      ServerSideEncryptionConfiguration: {
        Rules: (encryption?.ServerSideEncryptionConfiguration ?? [{}]).map(
          ({ ServerSideEncryptionByDefault, BucketKeyEnabled = false }: Made['properties']) => ({
            ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault ?? { SSEAlgorithm: 'AES256' },
            BucketKeyEnabled,
          }),
        ),
      },
    };
  });
  mock.on(GetBucketLifecycleConfigurationCommand).callsFake((input) => {
    const lifecycle = bucket(input).properties['LifecycleConfiguration'];
    if (lifecycle === undefined) throw fault('NoSuchLifecycleConfiguration', 404);
    return { Rules: lifecycle.Rules.map(lifecycleRule) };
  });
  mock.on(GetBucketOwnershipControlsCommand).callsFake((input) => {
    const OwnershipControls = bucket(input).properties['OwnershipControls'];
    if (OwnershipControls === undefined) throw fault('OwnershipControlsNotFoundError', 404);
    return { OwnershipControls };
  });
  mock.on(GetPublicAccessBlockCommand).callsFake((input) => {
    const PublicAccessBlockConfiguration = bucket(input).properties['PublicAccessBlockConfiguration'];
    if (PublicAccessBlockConfiguration === undefined) throw fault('NoSuchPublicAccessBlockConfiguration', 404);
    return { PublicAccessBlockConfiguration };
  });
  mock.on(GetObjectLockConfigurationCommand).callsFake((input) => {
    const ObjectLockConfiguration = bucket(input).properties['ObjectLockConfiguration'];
    if (ObjectLockConfiguration === undefined) throw fault('ObjectLockConfigurationNotFoundError', 404);
    return { ObjectLockConfiguration };
  });
  mock.on(GetBucketPolicyCommand).callsFake((input) => {
    bucket(input);
    const policy = one(
      'AWS::S3::BucketPolicy',
      ({ properties }) => properties['Bucket'] === input.Bucket,
      'NoSuchBucketPolicy',
    );
    return { Policy: JSON.stringify(policy.properties['PolicyDocument']) };
  });
  mock.on(GetBucketNotificationConfigurationCommand).callsFake((input) => {
    bucket(input);
    const rules = all('Custom::FanoutNotification', ({ properties }) => properties['bucket'] === input.Bucket);
    return {
      TopicConfigurations: rules.map(({ properties: { id: Id, topicArn: TopicArn, events: Events } }) => ({
        Id,
        TopicArn,
        Events,
      })),
    };
  });
  mock.on(GetObjectCommand).callsFake(({ Bucket, Key }) => {
    bucket({ Bucket });
    const content = files.get(`${Bucket}/${Key}`);
    if (content === undefined) throw fault('NoSuchKey', 404);
    return { Body: { transformToString: () => JSON.stringify(content) }, ETag: '"1"' };
  });
}

/** A rule of a template as S3 tells it. */
function lifecycleRule(rule: Made['properties']): object {
  const { Id: ID, Prefix = '', ExpirationInDays: Days, ExpiredObjectDeleteMarker, Transitions, ...rest } = rule;
  return {
    ...rest,
    ID,
    Filter: { Prefix },
    ...((Days ?? ExpiredObjectDeleteMarker) !== undefined && { Expiration: { Days, ExpiredObjectDeleteMarker } }),
    ...(Transitions && {
      Transitions: Transitions.map(({ TransitionInDays, StorageClass }: Made['properties']) => ({
        Days: TransitionInDays,
        StorageClass,
      })),
    }),
  };
}

function sns(around: Around): void {
  const mock = mockClient(SNSClient);
  const { all, one } = finder(around);
  const topic = async (arn: string, getClient: GetClient) => {
    const region = await regionOf(getClient);
    return one('AWS::SNS::Topic', (it) => it.region === region && it.id === arn, 'NotFoundException').properties;
  };
  mock.on(GetTopicAttributesCommand).callsFake(async ({ TopicArn }, getClient) => {
    const { KmsMasterKeyId } = await topic(TopicArn, getClient);
    const [policy] = all('AWS::SNS::TopicPolicy', ({ properties }) => properties['Topics']?.includes(TopicArn));
    const Policy = JSON.stringify(policy?.properties['PolicyDocument'] ?? DEFAULT_POLICY);
    return { Attributes: { Policy, ...(KmsMasterKeyId !== undefined && { KmsMasterKeyId }) } };
  });
  mock.on(ListSubscriptionsByTopicCommand).callsFake(async ({ TopicArn }, getClient) => {
    await topic(TopicArn, getClient);
    return {
      Subscriptions: all('AWS::SNS::Subscription', ({ properties }) => properties['TopicArn'] === TopicArn).map(
        ({ id, properties: { Protocol, Endpoint, PendingConfirmation = false } }) => ({
          SubscriptionArn: PendingConfirmation === true ? 'PendingConfirmation' : id,
          Protocol,
          Endpoint,
        }),
      ),
    };
  });
  mock.on(GetSubscriptionAttributesCommand).callsFake(({ SubscriptionArn }) => {
    const found = one('AWS::SNS::Subscription', ({ id }) => id === SubscriptionArn, 'NotFoundException').properties;
    const { RawMessageDelivery = false, RedrivePolicy, FilterPolicy } = found;
    return {
      Attributes: {
        RawMessageDelivery: String(RawMessageDelivery),
        PendingConfirmation: 'false',
        ...(RedrivePolicy !== undefined && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
        ...(FilterPolicy !== undefined && { FilterPolicy: JSON.stringify(FilterPolicy) }),
      },
    };
  });
}

/** A topic without a policy of its own has this one. */
const DEFAULT_POLICY = {
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: ['SNS:Publish'] }],
};

function sqs(around: Around): void {
  const mock = mockClient(SQSClient);
  const { all, one } = finder(around);
  mock.on(GetQueueUrlCommand).callsFake(async ({ QueueName }, getClient) => {
    const region = await regionOf(getClient);
    const found = one(
      'AWS::SQS::Queue',
      (it) => it.region === region && it.id.endsWith(`/${QueueName}`),
      'QueueDoesNotExist',
    );
    return { QueueUrl: found.id };
  });
  mock.on(GetQueueAttributesCommand).callsFake(({ QueueUrl }) => {
    const { properties } = one('AWS::SQS::Queue', ({ id }) => id === QueueUrl, 'QueueDoesNotExist');
    const [policy] = all('AWS::SQS::QueuePolicy', (it) => it.properties['Queues']?.includes(QueueUrl));
    const { RedrivePolicy, RedriveAllowPolicy, KmsMasterKeyId } = properties;
    return {
      Attributes: {
        VisibilityTimeout: String(properties['VisibilityTimeout'] ?? 30),
        MessageRetentionPeriod: String(properties['MessageRetentionPeriod'] ?? 345_600),
        DelaySeconds: String(properties['DelaySeconds'] ?? 0),
        MaximumMessageSize: String(properties['MaximumMessageSize'] ?? 1_048_576),
        ...(RedrivePolicy && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
        ...(RedriveAllowPolicy && { RedriveAllowPolicy: JSON.stringify(RedriveAllowPolicy) }),
        ...(KmsMasterKeyId && { KmsMasterKeyId }),
        ...(policy && { Policy: JSON.stringify(policy.properties['PolicyDocument']) }),
      },
    };
  });
  mock.on(ListQueueTagsCommand).resolves({});
}

function others(around: Around): void {
  const { state, keys } = around;
  const { one } = finder(around);
  mockClient(STSClient).on(GetCallerIdentityCommand).resolves({ Account: state.account });
  mockClient(KMSClient)
    .on(DescribeKeyCommand)
    .callsFake(({ KeyId }) => ({
      KeyMetadata: { Arn: KeyId, KeyManager: 'CUSTOMER', KeyState: keys.get(KeyId) ?? 'Enabled' },
    }));
  mockClient(SchedulerClient)
    .on(GetScheduleCommand)
    .callsFake(async ({ Name }, getClient) => {
      const region = await regionOf(getClient);
      const found = one(
        'AWS::Scheduler::Schedule',
        (it) => it.region === region && it.id === Name,
        'ResourceNotFoundException',
      );
      const { StartDate, EndDate, ScheduleExpressionTimezone = 'UTC', Target, ...properties } = found.properties;
      return {
        State: 'ENABLED',
        ...properties,
        ScheduleExpressionTimezone,
        Target: { RetryPolicy: { MaximumRetryAttempts: 185 }, ...Target },
        ...(StartDate && { StartDate: new Date(StartDate) }),
        ...(EndDate && { EndDate: new Date(EndDate) }),
      };
    });
  mockClient(SFNClient)
    .on(DescribeStateMachineCommand)
    .callsFake(({ stateMachineArn }) => {
      const { properties } = one(
        'AWS::StepFunctions::StateMachine',
        ({ id }) => id === stateMachineArn,
        'StateMachineDoesNotExist',
      );
      return {
        status: properties['Status'] ?? 'ACTIVE',
        definition: properties['DefinitionString'],
        roleArn: properties['RoleArn'],
        type: properties['StateMachineType'],
        ...(properties['EncryptionConfiguration'] && {
          encryptionConfiguration: { kmsKeyId: properties['EncryptionConfiguration'] },
        }),
      };
    });
}
