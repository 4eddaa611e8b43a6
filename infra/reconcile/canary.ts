import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { LogLevel } from '../../shared/log-levels.ts';
import { CANARY_KEY, canaryName } from '../../shared/names.ts';
import { bucketArn, topicArn } from '../parts/arns.ts';
import type { Canary as CanaryOptions, Source } from '../config/replicator.ts';
import { nodeFunction } from '../parts/node-function.ts';
import { observeDestinations } from './reconcile-grants.ts';
import { findDestinations } from '../parts/find-destinations.ts';
import { schedulerHere } from '../parts/scheduler-here.ts';

/**
 * Overwrites one small object in the source on a schedule, and sees it arrive at every destination. The alarm for it is in the destination's stack,
 * and speaks also when nothing is heard of a canary any more.
 */
export class Canary extends Construct {
  constructor(
    scope: Construct,
    id: string,
    {
      source,
      canary,
      logLevel,
    }: { readonly source: Source; readonly canary: CanaryOptions; readonly logLevel: LogLevel },
  ) {
    super(scope, id);
    const stack = Stack.of(this);
    const name = canaryName(source.bucket);
    const fly = nodeFunction(this, 'Fly', {
      functionName: name,
      // By this name the observer roles know it.
      roleName: name,
      description: `Overwrites the canary of ${source.bucket}, and sees it arrive`,
      entry: 'functions/canary/handler.ts',
      timeout: Duration.seconds(canary.withinSeconds + 60),
      logLevel,
      environment: {
        SOURCE_BUCKET: source.bucket,
        SOURCE_ACCOUNT: source.account,
        SOURCE_REGION: source.region,
        TOPIC_ARN: topicArn(stack, source),
        WITHIN_SECONDS: String(canary.withinSeconds),
      },
      grants: grants(stack, source),
    });
    // The next one comes soon enough, and a second attempt would overwrite what the first one waits for.
    fly.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(Math.min(canary.everyMinutes, 60)) });
    const role = new iam.Role(this, 'ScheduleRole', {
      assumedBy: schedulerHere(stack),
      inlinePolicies: {
        Grants: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({ sid: 'Fly', actions: ['lambda:InvokeFunction'], resources: [fly.functionArn] }),
          ],
        }),
      },
    });
    const schedule = new scheduler.CfnSchedule(this, 'Schedule', {
      name,
      description: `Overwrites the canary of ${source.bucket}`,
      scheduleExpression: canary.everyMinutes === 1 ? 'rate(1 minute)' : `rate(${canary.everyMinutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: fly.functionArn,
        roleArn: role.roleArn,
        // What does not start is heard of, as no metric comes.
        retryPolicy: { maximumRetryAttempts: 1, maximumEventAgeInSeconds: 60 },
      },
    });
    schedule.node.addDependency(role);
  }
}

/** All that the canary may do: write that one object, find the destinations, and look at them through their observer roles. */
function grants(stack: Stack, source: Source): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'WriteCanary',
      actions: ['s3:PutObject', 's3:PutObjectTagging'],
      resources: [`${bucketArn(stack, source.bucket)}/${CANARY_KEY}`],
      conditions: { StringEquals: { 's3:ResourceAccount': source.account } },
    }),
    ...findDestinations(topicArn(stack, source)),
    observeDestinations(stack, source),
    // Where the bucket encrypts by one of these keys what is put into it. Decrypt is for its Bucket Key, which S3 looks into before it uses it.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
    ...(source.kmsKeyArns === undefined
      ? []
      : [
          new iam.PolicyStatement({
            sid: 'EncryptCanary',
            actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
            resources: [...source.kmsKeyArns],
          }),
        ]),
  ];
}
