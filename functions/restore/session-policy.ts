import { LOOK_AT_BUCKET, MAKE_BUCKET, READ_VERSIONS, WRITE_TARGET } from '../../shared/runs/restore-actions.ts';
import type { Place } from './request.ts';

/** A bucket as a run has it. */
type Named = Pick<Place, 'bucket' | 'account'>;

/**
 * What one run may do, of all that its role may: read this destination, write this target. STS takes at most 2,048 characters.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
export function sessionPolicy(partition: string, { from, to }: { readonly from: Named; readonly to: Named }): object {
  const [source, target] = [`arn:${partition}:s3:::${from.bucket}`, `arn:${partition}:s3:::${to.bucket}`];
  return {
    Version: '2012-10-17',
    Statement: [
      allow(['s3:ListBucket', 's3:ListBucketVersions'], source, ownedBy(from)),
      allow(READ_VERSIONS, `${source}/*`, ownedBy(from)),
      allow(['s3:ListBucket'], target, ownedBy(to)),
      allow(WRITE_TARGET, `${target}/*`, ownedBy(to)),
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], '*', { StringLike: { 'kms:ViaService': 's3.*' } }),
    ],
  };
}

/** To compare what a rehearsal has restored: read the destination, the source and the scratch bucket. */
export function rehearsalPolicy(
  partition: string,
  { from, source, scratch }: { readonly from: Named; readonly source: Named; readonly scratch: Named },
): object {
  const all = [from, source, scratch].map(({ bucket }) => `arn:${partition}:s3:::${bucket}`);
  const accounts = [...new Set([from, source, scratch].map(({ account }) => account))];
  const owned = { StringEquals: { 's3:ResourceAccount': accounts } };
  return {
    Version: '2012-10-17',
    Statement: [
      allow(['s3:ListBucket'], all, owned),
      allow(
        ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging', 's3:GetObjectVersionTagging'],
        all.map((bucket) => `${bucket}/*`),
        owned,
      ),
      allow(['kms:Decrypt'], '*', { StringLike: { 'kms:ViaService': 's3.*' } }),
    ],
  };
}

/** To put what a rehearsal has shown where the alarms of the destination are. */
export const METRICS_POLICY = {
  Version: '2012-10-17',
  Statement: [allow(['cloudwatch:PutMetricData'], '*')],
};

/** To look into ledgers: that of the destination is all that the role knows. */
export const LEDGER_POLICY = {
  Version: '2012-10-17',
  Statement: [allow(['dynamodb:GetItem', 'dynamodb:Query'], '*')],
};

/** To look at one bucket. */
export function lookPolicy(partition: string, bucket: Named): object {
  return onBucket(partition, bucket, LOOK_AT_BUCKET);
}

/** To make one bucket. Its tags tell whether it is the one that this run has made. */
export function bucketPolicy(partition: string, bucket: Named): object {
  return onBucket(partition, bucket, [...MAKE_BUCKET, 's3:GetBucketTagging']);
}

function onBucket(partition: string, { bucket, account }: Named, actions: readonly string[]): object {
  return {
    Version: '2012-10-17',
    Statement: [
      // Before it is made it has no owner.
      allow(actions, `arn:${partition}:s3:::${bucket}`, { StringEqualsIfExists: { 's3:ResourceAccount': account } }),
    ],
  };
}

function allow(Action: readonly string[], Resource: string | readonly string[], Condition?: object): object {
  return { Effect: 'Allow', Action, Resource, ...(Condition !== undefined && { Condition }) };
}

function ownedBy({ account }: Pick<Named, 'account'>): object {
  return { StringEquals: { 's3:ResourceAccount': account } };
}
