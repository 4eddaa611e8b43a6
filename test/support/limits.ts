/** What a service takes at most (and at least), by the type of the resource and the path of the property: `*` stands for each of a list. */
export interface Limit {
  readonly type: string;
  readonly property: string;
  /** Of a number: its value. Of a text: its characters. Of a list: its length. Of `bytes`: the JSON without white space. */
  readonly of: 'value' | 'characters' | 'length' | 'bytes';
  readonly from?: number;
  readonly to: number;
  readonly source: string;
}

const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const MAPPING = 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html';
const SQS = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html';
const SQS_POLICY = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html';
const SNS = 'https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html';
const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
const SCHEDULER = 'https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html';
const TARGET = 'https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html';
const ALARM = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html';
const STATES = 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html';
const LIFECYCLE = 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html';
const DYNAMODB = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html';
const LOGS = 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html';

export const LIMITS: readonly Limit[] = [
  { type: 'AWS::Lambda::Function', property: 'Timeout', of: 'value', from: 1, to: 900, source: LAMBDA },
  { type: 'AWS::Lambda::Function', property: 'MemorySize', of: 'value', from: 128, to: 10_240, source: LAMBDA },
  {
    type: 'AWS::Lambda::Function',
    property: 'EphemeralStorage.Size',
    of: 'value',
    from: 512,
    to: 10_240,
    source: LAMBDA,
  },
  { type: 'AWS::Lambda::Function', property: 'Environment.Variables', of: 'bytes', to: 4096, source: LAMBDA },
  { type: 'AWS::Lambda::Function', property: 'FunctionName', of: 'characters', from: 1, to: 64, source: LAMBDA },
  { type: 'AWS::Lambda::Function', property: 'Description', of: 'characters', to: 256, source: LAMBDA },
  { type: 'AWS::Lambda::EventSourceMapping', property: 'BatchSize', of: 'value', from: 1, to: 10_000, source: MAPPING },
  {
    type: 'AWS::Lambda::EventSourceMapping',
    property: 'MaximumBatchingWindowInSeconds',
    of: 'value',
    from: 0,
    to: 300,
    source: MAPPING,
  },
  {
    type: 'AWS::Lambda::EventSourceMapping',
    property: 'ScalingConfig.MaximumConcurrency',
    of: 'value',
    from: 2,
    to: 1000,
    source: MAPPING,
  },
  { type: 'AWS::SQS::Queue', property: 'QueueName', of: 'characters', from: 1, to: 80, source: SQS },
  { type: 'AWS::SQS::Queue', property: 'VisibilityTimeout', of: 'value', from: 0, to: 43_200, source: SQS },
  { type: 'AWS::SQS::Queue', property: 'MessageRetentionPeriod', of: 'value', from: 60, to: 1_209_600, source: SQS },
  { type: 'AWS::SQS::Queue', property: 'DelaySeconds', of: 'value', from: 0, to: 900, source: SQS },
  { type: 'AWS::SQS::Queue', property: 'MaximumMessageSize', of: 'value', from: 1024, to: 1_048_576, source: SQS },
  { type: 'AWS::SQS::Queue', property: 'RedrivePolicy.maxReceiveCount', of: 'value', from: 1, to: 1000, source: SQS },
  { type: 'AWS::SQS::QueuePolicy', property: 'PolicyDocument', of: 'bytes', to: 8192, source: SQS_POLICY },
  { type: 'AWS::SQS::QueuePolicy', property: 'PolicyDocument.Statement', of: 'length', to: 20, source: SQS_POLICY },
  { type: 'AWS::SNS::Topic', property: 'TopicName', of: 'characters', from: 1, to: 256, source: SNS },
  { type: 'AWS::SNS::TopicPolicy', property: 'PolicyDocument', of: 'bytes', to: 30_720, source: SNS },
  { type: 'AWS::IAM::Role', property: 'RoleName', of: 'characters', from: 1, to: 64, source: IAM },
  { type: 'AWS::IAM::Role', property: 'AssumeRolePolicyDocument', of: 'bytes', to: 2048, source: IAM },
  { type: 'AWS::IAM::Role', property: 'Policies', of: 'bytes', to: 10_240, source: IAM },
  { type: 'AWS::IAM::Role', property: 'ManagedPolicyArns', of: 'length', to: 10, source: IAM },
  { type: 'AWS::IAM::Role', property: 'Description', of: 'characters', to: 1000, source: IAM },
  { type: 'AWS::IAM::Policy', property: 'PolicyDocument', of: 'bytes', to: 10_240, source: IAM },
  { type: 'AWS::IAM::ManagedPolicy', property: 'PolicyDocument', of: 'bytes', to: 6144, source: IAM },
  { type: 'AWS::Scheduler::Schedule', property: 'Name', of: 'characters', from: 1, to: 64, source: SCHEDULER },
  { type: 'AWS::Scheduler::Schedule', property: 'Description', of: 'characters', to: 512, source: SCHEDULER },
  {
    type: 'AWS::Scheduler::Schedule',
    property: 'ScheduleExpression',
    of: 'characters',
    from: 1,
    to: 256,
    source: SCHEDULER,
  },
  {
    type: 'AWS::Scheduler::Schedule',
    property: 'FlexibleTimeWindow.MaximumWindowInMinutes',
    of: 'value',
    from: 1,
    to: 1440,
    source: SCHEDULER,
  },
  {
    type: 'AWS::Scheduler::Schedule',
    property: 'Target.RetryPolicy.MaximumRetryAttempts',
    of: 'value',
    from: 0,
    to: 185,
    source: TARGET,
  },
  {
    type: 'AWS::Scheduler::Schedule',
    property: 'Target.RetryPolicy.MaximumEventAgeInSeconds',
    of: 'value',
    from: 60,
    to: 86_400,
    source: TARGET,
  },
  { type: 'AWS::CloudWatch::Alarm', property: 'AlarmName', of: 'characters', from: 1, to: 255, source: ALARM },
  { type: 'AWS::CloudWatch::Alarm', property: 'AlarmDescription', of: 'characters', to: 1024, source: ALARM },
  { type: 'AWS::CloudWatch::Alarm', property: 'AlarmActions', of: 'length', to: 5, source: ALARM },
  { type: 'AWS::CloudWatch::Alarm', property: 'OKActions', of: 'length', to: 5, source: ALARM },
  { type: 'AWS::CloudWatch::Alarm', property: 'Dimensions', of: 'length', to: 30, source: ALARM },
  { type: 'AWS::CloudWatch::Alarm', property: 'Metrics', of: 'length', to: 20, source: ALARM },
  {
    type: 'AWS::StepFunctions::StateMachine',
    property: 'StateMachineName',
    of: 'characters',
    from: 1,
    to: 80,
    source: STATES,
  },
  {
    type: 'AWS::StepFunctions::StateMachine',
    property: 'DefinitionString',
    of: 'bytes',
    to: 1_048_576,
    source: STATES,
  },
  { type: 'AWS::S3::Bucket', property: 'BucketName', of: 'characters', from: 3, to: 63, source: S3 },
  { type: 'AWS::S3::Bucket', property: 'LifecycleConfiguration.Rules', of: 'length', to: 1000, source: LIFECYCLE },
  { type: 'AWS::S3::BucketPolicy', property: 'PolicyDocument', of: 'bytes', to: 20_480, source: S3 },
  { type: 'AWS::DynamoDB::Table', property: 'TableName', of: 'characters', from: 3, to: 255, source: DYNAMODB },
  { type: 'AWS::Logs::LogGroup', property: 'LogGroupName', of: 'characters', from: 1, to: 512, source: LOGS },
];

/** Of a template as a whole. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const TEMPLATE_LIMITS = { bytes: 1_000_000, resources: 500, outputs: 200, parameters: 200, description: 1024 };

/**
 * The longest that an alarm may look back: a day, or a week with periods of an hour or more.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (EvaluationPeriods)
 */
export function longestWindow(period: number): number {
  return period >= 3600 ? 604_800 : 86_400;
}
