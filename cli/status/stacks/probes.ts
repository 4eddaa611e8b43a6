import { alarm } from './probes/alarm.ts';
import { bucket, bucketPolicy } from './probes/bucket.ts';
import { eventInvokeConfig, eventSourceMapping, lambdaFunction } from './probes/function.ts';
import { queue, queuePolicy } from './probes/queue.ts';
import { role } from './probes/role.ts';
import { schedule } from './probes/schedule.ts';
import { stateMachine } from './probes/state-machine.ts';
import { table } from './probes/table.ts';
import { subscription, topic, topicPolicy } from './probes/topic.ts';
import type { Probe } from './probe.ts';

/** How each type of resource is looked at. A type that is neither here nor below is told as unread. */
export const PROBES: Readonly<Record<string, Probe>> = {
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::DynamoDB::Table': table,
  'AWS::IAM::Role': role,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::StepFunctions::StateMachine': stateMachine,
};

/** Types that are not looked at as resources, and why. */
export const NOT_LOOKED_AT: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'it is nothing in AWS',
  'AWS::CloudWatch::Dashboard': 'nothing depends on it: it only shows what the alarms watch',
  'AWS::Logs::LogGroup':
    'nothing depends on it: functions and state machines work without their logs, and functions make a missing one again',
  'Custom::FanoutFirstRun': 'it is nothing in AWS: it has started a run, and the runs are looked at',
  'Custom::FanoutNotification': 'our rule among the notifications of the source, which are looked at by themselves',
};
