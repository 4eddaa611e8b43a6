import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Retention } from '../config/replicator.ts';

/**
 * The lifecycle of a destination. Objects of less than 128 KiB are not moved to a colder class, which would cost more than it saves: S3's own default.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
export function lifecycleRules(retention: Retention): s3.LifecycleRule[] {
  const { expireAfterDays, expireNoncurrentAfterDays, removeDeleteMarkers, abortUploadsAfterDays } = retention;
  const transitions = transitionsOf(retention);
  return [
    ...(abortUploadsAfterDays === false ? [] : [abortStaleUploads(abortUploadsAfterDays)]),
    ...(transitions.length === 0 ? [] : [{ id: 'move-to-colder-classes', transitions }]),
    ...(expireAfterDays === false ? [] : [{ id: 'expire-replicas', expiration: Duration.days(expireAfterDays) }]),
    ...(expireNoncurrentAfterDays === false ? [] : [expireNoncurrent(expireNoncurrentAfterDays)]),
    // A rule of its own: S3 refuses it beside days.
    ...(removeDeleteMarkers ? [{ id: 'remove-delete-markers', expiredObjectDeleteMarker: true }] : []),
  ];
}

export function abortStaleUploads(days: number): s3.LifecycleRule {
  return { id: 'abort-stale-uploads', abortIncompleteMultipartUploadAfter: Duration.days(days) };
}

export function expireNoncurrent(days: number): s3.LifecycleRule {
  return { id: 'expire-noncurrent-versions', noncurrentVersionExpiration: Duration.days(days) };
}

/** Only of current replicas: an older version stays in the class that it is in. */
function transitionsOf({ standardIaAfterDays, glacierAfterDays }: Retention): s3.Transition[] {
  const moves = [
    { storageClass: s3.StorageClass.INFREQUENT_ACCESS, days: standardIaAfterDays },
    { storageClass: s3.StorageClass.GLACIER, days: glacierAfterDays },
  ];
  return moves.flatMap(({ storageClass, days }) =>
    days === false ? [] : [{ storageClass, transitionAfter: Duration.days(days) }],
  );
}
