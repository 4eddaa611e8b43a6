import { CfnResource, Validations } from 'aws-cdk-lib';
import { CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { appOf, LARGE, SMALL } from './synthesize.ts';

describe('cdk-nag', () => {
  it.each([
    { name: 'a small app', configuration: SMALL },
    { name: 'an app with every choice', configuration: LARGE },
  ])('passes $name', ({ configuration }) => {
    const app = appOf(configuration);
    const report = new AwsSolutionsChecks(app).validateScope(app);
    expect(report).toMatchObject({ success: true, violations: [] });
  });

  it('would find a queue without TLS', () => {
    const app = appOf(SMALL);
    for (const node of app.node.findAll()) {
      if (node instanceof CfnQueuePolicy) node.policyDocument = { Version: '2012-10-17', Statement: [] };
    }
    expect(new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName)).toEqual([
      'AwsSolutions-SQS4',
    ]);
  });

  it('is silenced on one resource at a time, each with a reason', () => {
    expect(suppressions().filter(({ onOneResource, reason }) => !onOneResource || reason.length < 30)).toEqual([]);
  });

  it('is silenced nowhere else', () => {
    const bucket = 'AwsSolutions-S1';
    const lastQueue = 'AwsSolutions-SQS3';
    expect(suppressions().map(({ path, rule }) => [path, rule])).toEqual([
      ['fanout-source-photos/Bucket', bucket],
      ['fanout-source-photos/Fanout/Topic', 'AwsSolutions-SNS2'],
      [
        'fanout-source-photos/Notification/ChangeRole',
        'AwsSolutions-IAM5[Resource::arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/photos-notification:*]',
      ],
      ['fanout-source-photos/Undelivered', lastQueue],
      ['fanout-destination-photos-eu/Bucket', bucket],
      ['fanout-destination-photos-eu/Inbox/Failed', lastQueue],
      ['fanout-destination-photos-eu/ReplicateRole', wildcard('arn:aws:s3:::photos/*')],
      ['fanout-destination-photos-eu/ReplicateRole', wildcard('arn:aws:s3:::photos-eu/*')],
      [
        'fanout-destination-photos-eu/ReplicateRole',
        wildcard('arn:aws:states:eu-west-1:123456789012:execution:photos-eu-long-copy:*'),
      ],
      [
        'fanout-destination-photos-eu/ReplicateRole',
        wildcard('arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/photos-eu:*'),
      ],
      ['fanout-destination-photos-eu/LongCopy/Role', wildcard('*')],
      ['fanout-destination-photos-eu/LongCopy/StateMachine', 'AwsSolutions-SF2'],
      ['fanout-destination-photos-eu/Observer', wildcard('*')],
      ['fanout-destination-photos-eu/Restorer', wildcard('arn:aws:s3:::photos-eu/*')],
      ['fanout-destination-photos-eu/Restorer', wildcard('arn:aws:s3:::*')],
      ['fanout-destination-photos-eu/Restorer', wildcard('arn:aws:s3:::photos/*')],
      ['fanout-destination-photos-eu/Restorer', wildcard('arn:aws:s3:::restored-*/*')],
      ['fanout-destination-photos-eu/Restorer', wildcard('arn:aws:s3:::fanout-restore-*-scratch*/*')],
      ['fanout-destination-photos-eu/Restorer', wildcard('arn:aws:s3:::*/*')],
      ['fanout-destination-photos-eu/Restorer', wildcard('arn:aws:s3:::restored-*')],
      ['fanout-destination-photos-eu/Restorer', wildcard('arn:aws:kms:*:123456789012:key/*')],
      ['fanout-destination-photos-eu/Restorer', wildcard('*')],
      [
        'fanout-destination-photos-eu/Backfill/StartRole',
        wildcard('arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/photos-eu-backfill:*'),
      ],
      ['fanout-reconcile-photos/Reports', bucket],
      ['fanout-reconcile-photos/ReconcileRole', wildcard('<Reports65402A0A.Arn>/*')],
      ['fanout-reconcile-photos/ReconcileRole', wildcard('arn:aws:iam::123456789012:role/fanout-observer-*')],
      [
        'fanout-reconcile-photos/ReconcileRole',
        wildcard('arn:aws:states:us-east-1:123456789012:execution:photos-reconcile:*'),
      ],
      [
        'fanout-reconcile-photos/ReconcileRole',
        wildcard('arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/photos-reconcile:*'),
      ],
      ['fanout-reconcile-photos/Runs/Role', wildcard('<Reports65402A0A.Arn>/*')],
      [
        'fanout-reconcile-photos/Runs/Role',
        wildcard('arn:aws:states:us-east-1:123456789012:execution:photos-reconcile:*'),
      ],
      [
        'fanout-reconcile-photos/Runs/Role',
        wildcard('arn:aws:states:us-east-1:123456789012:execution:photos-reconcile/*'),
      ],
      ['fanout-reconcile-photos/Runs/Role', wildcard('*')],
      ['fanout-reconcile-photos/Runs/StateMachine', 'AwsSolutions-SF2'],
      ['fanout-reconcile-photos/Schedule/Unstarted', lastQueue],
      [
        'fanout-reconcile-photos/FirstRun/StartRole',
        wildcard('arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/photos-first-run:*'),
      ],
      ['fanout-reconcile-photos/Canary/FlyRole', wildcard('arn:aws:iam::123456789012:role/fanout-observer-*')],
      [
        'fanout-reconcile-photos/Canary/FlyRole',
        wildcard('arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/photos-canary:*'),
      ],
      ['fanout-restore-photos/Reports', bucket],
      ['fanout-restore-photos/Scratch', bucket],
      ['fanout-restore-photos/RestoreRole', wildcard('<Reports65402A0A.Arn>/*')],
      ['fanout-restore-photos/RestoreRole', wildcard('arn:aws:dynamodb:*:123456789012:table/*-ledger')],
      ['fanout-restore-photos/RestoreRole', wildcard('arn:aws:dynamodb:*:123456789012:table/*-versions')],
      ['fanout-restore-photos/RestoreRole', wildcard('arn:aws:iam::123456789012:role/fanout-restorer-*')],
      [
        'fanout-restore-photos/RestoreRole',
        wildcard('arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/photos-restore:*'),
      ],
      ['fanout-restore-photos/Runs/Role', wildcard('<Reports65402A0A.Arn>/*')],
      ['fanout-restore-photos/Runs/Role', wildcard('arn:aws:states:us-east-1:123456789012:execution:photos-restore:*')],
      ['fanout-restore-photos/Runs/Role', wildcard('arn:aws:states:us-east-1:123456789012:execution:photos-restore/*')],
      ['fanout-restore-photos/Runs/Role', wildcard('*')],
      ['fanout-restore-photos/Runs/StateMachine', 'AwsSolutions-SF2'],
      ['fanout-alarms-photos-us-east-1/Topic/Topic', 'AwsSolutions-SNS2'],
      ['fanout-alarms-photos-eu-west-1/Topic/Topic', 'AwsSolutions-SNS2'],
    ]);
  });
});

function wildcard(arn: string): string {
  return `AwsSolutions-IAM5[Resource::${arn}]`;
}

function suppressions() {
  return appOf(SMALL)
    .node.findAll()
    .flatMap((construct) =>
      construct.node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries<string>(data))
        .map(([rule, reason]) => ({
          path: construct.node.path,
          rule: rule.replace('Annotation::', ''),
          reason,
          onOneResource: [construct, construct.node.defaultChild].some((one) => CfnResource.isCfnResource(one)),
        })),
    );
}
