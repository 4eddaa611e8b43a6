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

  // What roles may do is tested call by call, in permissions.test.ts: wildcards, too.
  it('is silenced nowhere else but about wildcards', () => {
    const bucket = 'AwsSolutions-S1';
    const lastQueue = 'AwsSolutions-SQS3';
    const others = suppressions().filter(({ rule }) => !rule.startsWith('AwsSolutions-IAM5['));
    expect(others.map(({ path, rule }) => [path, rule])).toEqual([
      ['fanout-source-photos/Bucket', bucket],
      ['fanout-source-photos/Fanout/Topic', 'AwsSolutions-SNS2'],
      ['fanout-source-photos/Undelivered', lastQueue],
      ['fanout-destination-photos-eu/Bucket', bucket],
      ['fanout-destination-photos-eu/Inbox/Failed', lastQueue],
      ['fanout-destination-photos-eu/LongCopy/StateMachine', 'AwsSolutions-SF2'],
      ['fanout-reconcile-photos/Reports', bucket],
      ['fanout-reconcile-photos/Runs/StateMachine', 'AwsSolutions-SF2'],
      ['fanout-reconcile-photos/Schedule/Unstarted', lastQueue],
      ['fanout-restore-photos/Reports', bucket],
      ['fanout-restore-photos/Scratch', bucket],
      ['fanout-restore-photos/Runs/StateMachine', 'AwsSolutions-SF2'],
      ['fanout-alarms-photos-us-east-1/Topic/Topic', 'AwsSolutions-SNS2'],
      ['fanout-alarms-photos-eu-west-1/Topic/Topic', 'AwsSolutions-SNS2'],
    ]);
  });
});

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
