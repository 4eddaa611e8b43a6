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
import { s3Endpoint } from '../../../shared/environment.ts';
import { s3Client } from '../../../shared/s3-bucket.ts';
import { subscriptionsTo } from '../../../shared/subscriptions-to.ts';

/** Whom to ask in each Region: one client each, which slows down for all its callers when AWS says so. */
export type Clients = ReturnType<typeof clientsOf>;

export function clientsOf() {
  return {
    cloudFormation: byKey((region) => new CloudFormationClient({ ...PATIENT, region })),
    dynamoDB: byKey((region) => new DynamoDBClient({ ...PATIENT, region })),
    iam: byKey((region) => new IAMClient({ ...PATIENT, region })),
    kms: byKey((region) => new KMSClient({ ...PATIENT, region })),
    lambda: byKey((region) => new LambdaClient({ ...PATIENT, region })),
    s3: byKey((region) => s3Client(region, { attempts: ATTEMPTS, sockets: 16, endpoint: s3Endpoint(process.env) })),
    scheduler: byKey((region) => new SchedulerClient({ ...PATIENT, region })),
    sfn: byKey((region) => new SFNClient({ ...PATIENT, region })),
    sns: byKey((region) => new SNSClient({ ...PATIENT, region })),
    sqs: byKey((region) => new SQSClient({ ...PATIENT, region })),
    /** All subscriptions to a topic, by `<region> <ARN>`. */
    subscriptions: byKey((key) => {
      const [region = '', topicArn = ''] = key.split(' ');
      return subscriptionsTo(topicArn, region);
    }),
    /** All alarms of a bucket by their names, by `<region> <bucket>`: asked for one by one they would be hundreds. */
    alarms: byKey((key) => {
      const [region = '', bucket = ''] = key.split(' ');
      return alarmsOf(new CloudWatchClient({ ...PATIENT, region }), bucket);
    }),
  };
}

const ATTEMPTS = 8;
const PATIENT = { maxAttempts: ATTEMPTS, retryMode: 'adaptive' } as const;

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
