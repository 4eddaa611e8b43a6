import type { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { bucketArn, longCopyArn, longCopyExecutionsArn } from '../parts/arns.ts';
import type { Destination, Source } from '../config/replicator.ts';
import type { Inbox } from './inbox.ts';
import { mayExpire } from '../config/retention.ts';

/**
 * All that the function of one destination may do: read that source, write that destination, empty its inbox, keep its ledger.
 * It may delete nothing.
 *
 * A bucket's name can pass to another account when the bucket is deleted, so every grant on a bucket names the account.
 */
export function replicateGrants(
  stack: Stack,
  props: {
    readonly source: Source;
    readonly destination: Destination;
    readonly inbox: Inbox;
    readonly ledger: Table;
    readonly versions: Table;
    readonly kmsKeyArn: string | undefined;
  },
): iam.PolicyStatement[] {
  const { source, destination, inbox, ledger, versions, kmsKeyArn } = props;
  const sourceArn = bucketArn(stack, source.bucket);
  const destinationArn = bucketArn(stack, destination.bucket);
  return [
    // Tags and annotations are read by S3 itself while it copies an object that has some.
    new iam.PolicyStatement({
      sid: 'ReadSourceObjects',
      actions: ['s3:GetObject', 's3:GetObjectTagging', 's3:GetObjectVersionTagging', 's3:GetObjectAnnotation'],
      resources: [`${sourceArn}/*`],
      conditions: ownedBy(source.account),
    }),
    // Without it a missing key answers 403 instead of 404.
    new iam.PolicyStatement({
      sid: 'TellMissingSourceObjects',
      actions: ['s3:ListBucket'],
      resources: [sourceArn],
      conditions: ownedBy(source.account),
    }),
    // Reading is for the comparison with what is there already.
    new iam.PolicyStatement({
      sid: 'WriteDestinationObjects',
      actions: [
        's3:PutObject',
        's3:PutObjectTagging',
        's3:PutObjectVersionTagging',
        's3:PutObjectAnnotation',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
        's3:GetObject',
        's3:GetObjectTagging',
        // Of a replica that is the version `null`, which is asked for by that name.
        's3:GetObjectVersionTagging',
      ],
      resources: [`${destinationArn}/*`],
      conditions: ownedBy(destination.account),
    }),
    new iam.PolicyStatement({
      sid: 'TellMissingDestinationObjects',
      actions: ['s3:ListBucket'],
      resources: [destinationArn],
      conditions: ownedBy(destination.account),
    }),
    ...(mayExpire(destination) ? [seeExpiry(destinationArn, destination.account)] : []),
    // ChangeMessageVisibility: a record that failed for certain may come back before the time-out.
    new iam.PolicyStatement({
      sid: 'EmptyInbox',
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      resources: [inbox.queue.queueArn],
    }),
    // For messages that nobody can understand.
    new iam.PolicyStatement({
      sid: 'PutAsideInFailed',
      actions: ['sqs:SendMessage'],
      resources: [inbox.failed.queueArn],
    }),
    ...handOverLongCopies(stack, destination.bucket),
    ...(source.kmsKeyArns === undefined ? [] : [decryptSource(source.kmsKeyArns)]),
    new iam.PolicyStatement({
      sid: 'KeepLedger',
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      resources: [ledger.tableArn],
    }),
    new iam.PolicyStatement({
      sid: 'KeepHistory',
      actions: ['dynamodb:UpdateItem'],
      resources: [versions.tableArn],
    }),
    ...(kmsKeyArn === undefined ? [] : [encryptReplicas(kmsKeyArn)]),
  ];
}

/** What the bucket expires must not be brought back. */
function seeExpiry(bucket: string, account: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'SeeExpiryOfReplicas',
    actions: ['s3:GetLifecycleConfiguration'],
    resources: [bucket],
    conditions: ownedBy(account),
  });
}

/** By name, as the state machine refers to the function. */
function handOverLongCopies(stack: Stack, bucket: string): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'HandOverLongCopies',
      actions: ['states:StartExecution'],
      resources: [longCopyArn(stack, bucket)],
    }),
    new iam.PolicyStatement({
      sid: 'TellLongCopiesUnderWay',
      actions: ['states:DescribeExecution'],
      resources: [longCopyExecutionsArn(stack, bucket)],
    }),
  ];
}

function ownedBy(account: string): iam.Conditions {
  return { StringEquals: { 's3:ResourceAccount': account } };
}

function decryptSource(kmsKeyArns: readonly string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid: 'DecryptSourceObjects', actions: ['kms:Decrypt'], resources: [...kmsKeyArns] });
}

/** Decrypt is for a replica in several parts, whose parts S3 reads again. */
function encryptReplicas(kmsKeyArn: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'EncryptReplicas',
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: [kmsKeyArn],
  });
}
