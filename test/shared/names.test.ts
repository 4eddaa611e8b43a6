import { expect, it } from 'vitest';
import {
  alarmsStackName,
  alarmsTopicName,
  backfillFunctionName,
  bucketOfSubscriber,
  dashboardName,
  destinationStackName,
  failedQueueName,
  ledgerTableName,
  longCopyName,
  observerRoleName,
  reconcileName,
  reconcileStackName,
  sourceStackName,
  subscriberName,
  topicName,
  undeliveredQueueName,
  versionsTableName,
  unstartedQueueName,
} from '../../shared/names.ts';

const longest = 'a'.repeat(63);

it.each(['photos', 'photos.eu.example.com', '0-starts-with-a-digit', longest])(
  'gives %s names that AWS takes',
  (bucket) => {
    expect(subscriberName(bucket)).toMatch(/^[a-zA-Z0-9-_]{1,64}$/); // Lambda, SQS
    expect(failedQueueName(bucket)).toMatch(/^[a-zA-Z0-9-_]{1,80}$/); // SQS
    expect(undeliveredQueueName(bucket)).toMatch(/^[a-zA-Z0-9-_]{1,80}$/); // SQS
    expect(ledgerTableName(bucket)).toMatch(/^[a-zA-Z0-9-_]{3,255}$/); // DynamoDB
    expect(versionsTableName(bucket)).toMatch(/^[a-zA-Z0-9-_]{3,255}$/);
    expect(topicName(bucket)).toMatch(/^[a-zA-Z0-9-_]{1,256}$/); // SNS
    expect(longCopyName(bucket)).toMatch(/^[a-zA-Z0-9-_]{1,80}$/); // Step Functions
    expect(sourceStackName(bucket)).toMatch(/^[a-zA-Z][a-zA-Z0-9-]{0,127}$/); // CloudFormation
    expect(destinationStackName(bucket)).toMatch(/^[a-zA-Z][a-zA-Z0-9-]{0,127}$/);
    expect(reconcileStackName(bucket)).toMatch(/^[a-zA-Z][a-zA-Z0-9-]{0,127}$/);
    expect(reconcileName(bucket)).toMatch(/^[a-zA-Z0-9-_]{1,64}$/); // Lambda, IAM, Scheduler
    expect(observerRoleName(bucket)).toMatch(/^fanout-observer-[a-zA-Z0-9-_]{1,48}$/); // IAM
    expect(backfillFunctionName({ destination: bucket })).toMatch(/^[a-zA-Z0-9-_]{1,64}$/); // Lambda
    expect(backfillFunctionName({ source: bucket })).toMatch(/^[a-zA-Z0-9-_]{1,64}$/); // Lambda
    expect(alarmsTopicName(bucket)).toMatch(/^[a-zA-Z0-9-_]{1,256}$/); // SNS
    expect(dashboardName(bucket, 'ap-southeast-1')).toMatch(/^[a-zA-Z0-9-_]{1,255}$/); // CloudWatch
    expect(alarmsStackName(bucket, 'ap-southeast-1')).toMatch(/^[a-zA-Z][a-zA-Z0-9-]{0,127}$/); // CloudFormation
    expect(unstartedQueueName(bucket)).toMatch(/^[a-zA-Z0-9-_]{1,80}$/); // SQS
  },
);

it.each(['photos', 'photos.eu', 'a.b-c.d', longest])('finds the bucket %s again from its subscriber', (bucket) => {
  expect(bucketOfSubscriber(subscriberName(bucket))).toBe(bucket);
});
