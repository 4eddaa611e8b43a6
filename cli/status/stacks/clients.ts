import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { subscriptionsTo } from '../../../shared/topic/subscriptions-to.ts';
import { bucketClient } from '../../aws/bucket-client.ts';
import { ATTEMPTS, clientOptions, patientOptions } from '../../aws/client-options.ts';

/** Whom to ask in each Region: one client each, which slows down for all its callers when AWS says so. */
export type Clients = ReturnType<typeof clientsOf>;

export function clientsOf() {
  return {
    cloudFormation: byKey((region) => new CloudFormationClient(patientOptions(region))),
    tables: byKey((region) => new DynamoDBClient(patientOptions(region))),
    iam: byKey((region) => new IAMClient(patientOptions(region))),
    kms: byKey((region) => new KMSClient(patientOptions(region))),
    lambda: byKey((region) => new LambdaClient(patientOptions(region))),
    s3: byKey((region) => bucketClient(region, { attempts: ATTEMPTS, sockets: 16 })),
    scheduler: byKey((region) => new SchedulerClient(patientOptions(region))),
    sfn: byKey((region) => new SFNClient(patientOptions(region))),
    sns: byKey((region) => new SNSClient(patientOptions(region))),
    sqs: byKey((region) => new SQSClient(patientOptions(region))),
    /** All subscriptions to a topic, by `<region> <ARN>`. */
    subscriptions: byKey((key) => {
      const [region = '', topicArn = ''] = key.split(' ');
      return subscriptionsTo(topicArn, region, clientOptions(region));
    }),
    /** All alarms of a bucket by their names, by `<region> <bucket>`: asked for one by one they would be hundreds. */
    alarms: byKey((key) => {
      const [region = '', bucket = ''] = key.split(' ');
      return alarmsOf(new CloudWatchClient(patientOptions(region)), bucket);
    }),
  };
}

function byKey<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const one = make(key);
    made.set(key, one);
    return one;
  };
}

async function alarmsOf(client: CloudWatchClient, bucket: string): Promise<ReadonlyMap<string, MetricAlarm>> {
  const input = { AlarmNamePrefix: `${bucket} `, AlarmTypes: ['MetricAlarm' as const] };
  const all = new Map<string, MetricAlarm>();
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, input))
    for (const alarm of MetricAlarms) if (alarm.AlarmName !== undefined) all.set(alarm.AlarmName, alarm);
  return all;
}
