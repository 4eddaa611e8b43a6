import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { ObjectLock } from '../config/config.ts';
import type { Retention } from '../config/replicator.ts';
import { abortStaleUploads, expireNoncurrent, lifecycleRules } from './lifecycle-rules.ts';

/** A new bucket with what keeps data safe: nothing is public, lost by an overwrite, or deleted with the stack. */
export function safeBucket(
  scope: Construct,
  id: string,
  {
    bucketName,
    kmsKeyArn,
    retention,
  }: {
    readonly bucketName: string;
    readonly kmsKeyArn?: string | undefined;
    /** Without, current objects stay as they are. */
    readonly retention?: Retention | undefined;
  },
): s3.Bucket {
  return guardedBucket(scope, id, {
    bucketName,
    versioned: true,
    ...encryption(scope, kmsKeyArn),
    lifecycleRules: retention === undefined ? [ABORT_STALE_UPLOADS, expireNoncurrent(365)] : lifecycleRules(retention),
    ...(retention !== undefined && retention.objectLock !== false && objectLock(retention.objectLock)),
  });
}

function objectLock({ mode, days }: ObjectLock): s3.BucketProps {
  const period = Duration.days(days);
  return {
    objectLockEnabled: true,
    objectLockDefaultRetention:
      mode === 'GOVERNANCE' ? s3.ObjectLockRetention.governance(period) : s3.ObjectLockRetention.compliance(period),
  };
}

/**
 * A new bucket for what runs of the reconcile write. Reports are kept for some time; what invocations tell each other for two
 * weeks, so that a run that went wrong can be looked at; the state that the next run needs for good.
 *
 * Without versions: nothing in it is written twice but that state, and the next run does without it.
 */
export function reportsBucket(
  scope: Construct,
  id: string,
  { retention }: { readonly retention: Duration },
): s3.Bucket {
  return guardedBucket(scope, id, {
    encryption: s3.BucketEncryption.S3_MANAGED,
    lifecycleRules: [
      ABORT_STALE_UPLOADS,
      { id: 'expire-reports', prefix: 'runs/', expiration: retention },
      { id: 'expire-working-files', prefix: 'work/', expiration: Duration.days(14) },
    ],
  });
}

/** A new bucket for what is restored to be compared, and thrown away: its lifecycle empties it, and it goes with its stack as soon as it is empty. */
export function scratchBucket(scope: Construct, id: string): s3.Bucket {
  return guardedBucket(scope, id, {
    encryption: s3.BucketEncryption.S3_MANAGED,
    removalPolicy: RemovalPolicy.DESTROY,
    lifecycleRules: [
      {
        id: 'expire-all',
        expiration: Duration.days(1),
        noncurrentVersionExpiration: Duration.days(1),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
  });
}

const ABORT_STALE_UPLOADS = abortStaleUploads(7);

function guardedBucket(scope: Construct, id: string, props: s3.BucketProps): s3.Bucket {
  const bucket = new s3.Bucket(scope, id, {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    removalPolicy: KEPT,
    ...props,
  });
  // A bucket that outlives its stack needs its policy, which admits TLS only.
  bucket.policy?.applyRemovalPolicy(props.removalPolicy ?? KEPT);
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'Access logs need a second bucket and cost by request; who wants an audit trail turns on CloudTrail data events',
  });
  return bucket;
}

/** Kept when the stack goes, but not when its first deployment fails: the next one would find the name taken. */
const KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

function encryption(scope: Construct, kmsKeyArn: string | undefined): s3.BucketProps {
  if (kmsKeyArn === undefined) return { encryption: s3.BucketEncryption.S3_MANAGED };
  // Without a Bucket Key every object costs a request to KMS.
  return {
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: kms.Key.fromKeyArn(scope, 'Key', kmsKeyArn),
    bucketKeyEnabled: true,
  };
}
