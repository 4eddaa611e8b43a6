import { Stack, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { CANARY_KEY, METRICS_NAMESPACE, observerRoleName } from '../../shared/names.ts';
import { bucketArn, canaryRoleArn, reconcileRoleArn } from '../parts/arns.ts';
import type { Destination, Source } from '../config/replicator.ts';
import type { Inbox } from './inbox.ts';

/**
 * All that the reconcile function may do at a destination: list its bucket, leave keys to its inbox and see how far that is, look keys up in its
 * ledger, and put its metrics. Where there is a canary, its function looks through the same role whether it has arrived: of all objects only at that one.
 *
 * It trusts the account of the source, on condition that the caller is one of these roles by its name. Were such a role itself the
 * principal, it would have to exist first, and the trust would end when it is made anew.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function observerRole(
  scope: Construct,
  id: string,
  props: {
    readonly source: Source;
    readonly destination: Destination;
    readonly inbox: Inbox;
    readonly ledger: Table;
    readonly canary: boolean;
  },
): iam.Role {
  const { source, destination } = props;
  const stack = Stack.of(scope);
  const reconcile = reconcileRoleArn(stack, source);
  const role = new iam.Role(scope, id, {
    roleName: observerRoleName(destination.bucket),
    description: `Lets the reconcile of ${source.bucket} look at ${destination.bucket}`,
    assumedBy: new iam.AccountPrincipal(source.account).withConditions({
      ArnEquals: { 'aws:PrincipalArn': props.canary ? [reconcile, canaryRoleArn(stack, source)] : reconcile },
    }),
    inlinePolicies: {
      Grants: new iam.PolicyDocument({
        statements: [...grants(stack, props), ...(props.canary ? seeCanary(stack, destination) : [])],
      }),
    },
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'PutMetricData knows no resources; the condition names the only namespace it may write to',
  });
  return role;
}

function grants(
  stack: Stack,
  { destination, inbox, ledger }: { readonly destination: Destination; readonly inbox: Inbox; readonly ledger: Table },
): iam.PolicyStatement[] {
  return [
    // The lifecycle tells which replicas are missing because they have expired.
    new iam.PolicyStatement({
      sid: 'ListDestination',
      actions: ['s3:ListBucket', 's3:GetLifecycleConfiguration'],
      resources: [bucketArn(stack, destination.bucket)],
      conditions: { StringEquals: { 's3:ResourceAccount': destination.account } },
    }),
    // The tags tell whether it is paused.
    new iam.PolicyStatement({
      sid: 'LeaveKeysToInbox',
      actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueueTags'],
      resources: [inbox.queue.queueArn],
    }),
    new iam.PolicyStatement({
      sid: 'ReadLedger',
      actions: ['dynamodb:BatchGetItem'],
      resources: [ledger.tableArn],
    }),
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
    new iam.PolicyStatement({
      sid: 'PutMetrics',
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': METRICS_NAMESPACE } },
    }),
  ];
}

/** Decrypt is for its content, which has another ETag here than in the source. */
function seeCanary(stack: Stack, { bucket, account, encryption }: Destination): iam.PolicyStatement[] {
  const look = new iam.PolicyStatement({
    sid: 'SeeCanary',
    actions: ['s3:GetObject', 's3:GetObjectTagging'],
    resources: [`${bucketArn(stack, bucket)}/${CANARY_KEY}`],
    conditions: { StringEquals: { 's3:ResourceAccount': account } },
  });
  if (typeof encryption !== 'object') return [look];
  return [
    look,
    new iam.PolicyStatement({ sid: 'DecryptCanary', actions: ['kms:Decrypt'], resources: [encryption.kmsKeyArn] }),
  ];
}
