import type { RetentionConfiguration } from './config.ts';
import type { Destination, Retention } from './replicator.ts';

/** The defaults yield to what is written: a class that replicas never get into, or leave too soon, is left out. */
export function retentionWithDefaults(
  storageClass: Destination['storageClass'],
  written: RetentionConfiguration,
): Retention {
  const { expireAfterDays = false, objectLock = false } = written;
  const days = { start: storageClass ?? 'STANDARD', expireAfterDays, glacierAfterDays: written.glacierAfterDays };
  const standardIaAfterDays = written.standardIaAfterDays ?? standardIaDefault(days);
  return {
    standardIaAfterDays,
    glacierAfterDays: written.glacierAfterDays ?? glacierDefault({ ...days, standardIaAfterDays }),
    expireAfterDays,
    expireNoncurrentAfterDays:
      written.expireNoncurrentAfterDays ?? Math.max(365, objectLock === false ? 0 : objectLock.days),
    removeDeleteMarkers: written.removeDeleteMarkers ?? true,
    abortUploadsAfterDays: written.abortUploadsAfterDays ?? 7,
    objectLock,
  };
}

/** Whether the function must ask the bucket how it expires replicas. What rules a bucket has that was there before, nobody knows before. */
export function mayExpire({ existing, retention }: Pick<Destination, 'existing' | 'retention'>): boolean {
  return existing || (retention !== undefined && retention.expireAfterDays !== false);
}

/** For how many days an object of these classes is billed at least. @see https://aws.amazon.com/s3/storage-classes/ */
export const LEAST_DAYS = {
  STANDARD: 0,
  INTELLIGENT_TIERING: 0,
  STANDARD_IA: 30,
  ONEZONE_IA: 30,
  GLACIER_IR: 90,
  GLACIER: 90,
  DEEP_ARCHIVE: 180,
} as const satisfies Record<NonNullable<Destination['storageClass']>, number>;

interface Days {
  readonly start: NonNullable<Destination['storageClass']>;
  readonly expireAfterDays: number | false;
  readonly glacierAfterDays: number | false | undefined;
}

function standardIaDefault({ start, expireAfterDays, glacierAfterDays = false }: Days): number | false {
  const until = Math.min(...[expireAfterDays, glacierAfterDays].map((days) => (days === false ? Infinity : days)));
  return start === 'STANDARD' && until >= 30 + LEAST_DAYS.STANDARD_IA ? 30 : false;
}

function glacierDefault({
  start,
  expireAfterDays,
  standardIaAfterDays,
}: Days & { readonly standardIaAfterDays: number | false }): number | false {
  if (start !== 'STANDARD' && start !== 'STANDARD_IA' && start !== 'ONEZONE_IA') return false;
  const days = Math.max(90, standardIaAfterDays === false ? 0 : standardIaAfterDays + LEAST_DAYS.STANDARD_IA);
  return expireAfterDays === false || expireAfterDays >= days + LEAST_DAYS.GLACIER ? days : false;
}
