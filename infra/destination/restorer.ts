import { Stack, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { METRICS_NAMESPACE, restorerRoleName, restoreStackName } from '../../shared/names.ts';
import { LOOK_AT_BUCKET, MAKE_BUCKET, READ_VERSIONS, WRITE_TARGET } from '../../shared/runs/restore-actions.ts';
import { isCalled, MADE_PREFIX, NEVER_TARGETS, TARGET_TAG } from '../../shared/runs/restore-target.ts';
import { acknowledgeWildcards } from '../parts/acknowledge-wildcards.ts';
import { bucketArn, restoreRoleArn } from '../parts/arns.ts';
import type { Destination, Source } from '../config/replicator.ts';

interface Restored {
  readonly source: Source;
  readonly destination: Destination;
  readonly ledger: Table;
  readonly versions: Table;
  /** Whether there are rehearsals. */
  readonly rehearsed: boolean;
}

/**
 * The most that a restore out of a destination may do: read it and its ledger, and write to the source, to buckets that restores have made, and to buckets of the account
 * whose owners have marked them by a tag. Each run takes this role for a session that is narrowed to one target. It can delete nothing, and changes settings of
 * no bucket but those that restores make, which it knows by how their names begin.
 *
 * It trusts the restore function of its source by the name of its role, as the observer role does the reconcile.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
export function restorerRole(scope: Construct, id: string, props: Restored): iam.Role {
  const { source, destination, rehearsed } = props;
  const stack = Stack.of(scope);
  const statements = [
    ...readDestination(stack, props),
    ...writeTarget(stack, props),
    ...(rehearsed ? [PUT_METRICS] : []),
  ];
  const role = new iam.Role(scope, id, {
    roleName: restorerRoleName(destination.bucket),
    description: `Lets restores of ${source.bucket} read ${destination.bucket}, and write where they are told to`,
    assumedBy: new iam.AccountPrincipal(source.account).withConditions({
      ArnEquals: { 'aws:PrincipalArn': restoreRoleArn(stack, source) },
    }),
    inlinePolicies: { Grants: new iam.PolicyDocument({ statements }) },
  });
  acknowledgeWildcards(role, statements);
  if (rehearsed)
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'PutMetricData knows no resources; the condition names the only namespace it may write to',
    });
  return role;
}

/** Of rehearsals. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html */
const PUT_METRICS = new iam.PolicyStatement({
  sid: 'PutMetrics',
  actions: ['cloudwatch:PutMetricData'],
  resources: ['*'],
  conditions: { StringEquals: { 'cloudwatch:namespace': METRICS_NAMESPACE } },
});

/** CloudFormation names the scratch bucket of rehearsals after its stack, of which it may leave only how it begins, and after what it is called there. */
const SCRATCH = `${restoreStackName('*')}-scratch*`;

function readDestination(stack: Stack, { destination, ledger, versions }: Restored): iam.PolicyStatement[] {
  const bucket = bucketArn(stack, destination.bucket);
  const conditions = { StringEquals: { 's3:ResourceAccount': destination.account } };
  return [
    new iam.PolicyStatement({
      sid: 'ListDestination',
      actions: ['s3:ListBucket', 's3:ListBucketVersions'],
      resources: [bucket],
      conditions,
    }),
    new iam.PolicyStatement({
      sid: 'ReadDestination',
      actions: READ_VERSIONS,
      resources: [`${bucket}/*`],
      conditions,
    }),
    new iam.PolicyStatement({
      sid: 'ReadLedger',
      actions: ['dynamodb:GetItem', 'dynamodb:Query'],
      resources: [ledger.tableArn, versions.tableArn],
    }),
  ];
}

function writeTarget(stack: Stack, { source, destination, rehearsed }: Restored): iam.PolicyStatement[] {
  const accounts = [...new Set([source.account, destination.account])];
  const anyBucket = bucketArn(stack, '*');
  const ofAccount = { 's3:ResourceAccount': source.account };
  // Before it is made a bucket has no owner.
  const ofAccountOrNobody = { StringEqualsIfExists: ofAccount };
  const made = bucketArn(stack, `${MADE_PREFIX}*`);
  return [
    new iam.PolicyStatement({
      sid: 'FindTarget',
      actions: LOOK_AT_BUCKET,
      resources: [anyBucket],
      conditions: ofAccountOrNobody,
    }),
    new iam.PolicyStatement({
      sid: 'WriteTarget',
      actions: WRITE_TARGET,
      resources: [
        `${bucketArn(stack, source.bucket)}/*`,
        `${made}/*`,
        ...(rehearsed ? [`${bucketArn(stack, SCRATCH)}/*`] : []),
      ],
      conditions: { StringEquals: ofAccount },
    }),
    // IAM sees the tags of a bucket only where its owner says so (ABAC).
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
    new iam.PolicyStatement({
      sid: 'WriteMarkedTarget',
      actions: WRITE_TARGET,
      resources: [`${anyBucket}/*`],
      conditions: { StringEquals: { ...ofAccount, [`aws:ResourceTag/${TARGET_TAG}`]: source.bucket } },
    }),
    new iam.PolicyStatement({
      sid: 'MakeTarget',
      actions: MAKE_BUCKET,
      resources: [made],
      conditions: ofAccountOrNobody,
    }),
    // Old versions live by the settings of these two, whatever they are called.
    new iam.PolicyStatement({
      sid: 'LeaveSettings',
      effect: iam.Effect.DENY,
      actions: MAKE_BUCKET,
      resources: [source, destination].map(({ bucket }) => bucketArn(stack, bucket)),
    }),
    new iam.PolicyStatement({
      sid: 'NeverWrite',
      effect: iam.Effect.DENY,
      actions: WRITE_TARGET.filter((action) => !action.startsWith('s3:Get')),
      resources: [
        `${bucketArn(stack, destination.bucket)}/*`,
        ...NEVER_TARGETS.filter((pattern) => !isCalled(source.bucket, pattern)).map(
          (pattern) => `${bucketArn(stack, pattern)}/*`,
        ),
      ],
    }),
    new iam.PolicyStatement({
      sid: 'DecryptAndEncrypt',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      // Which keys encrypt what is restored, and the buckets that it may go to, nobody knows before.
      resources: accounts.map((account) =>
        stack.formatArn({ service: 'kms', region: '*', account, resource: 'key/*' }),
      ),
      conditions: { StringLike: { 'kms:ViaService': 's3.*' } },
    }),
  ];
}
