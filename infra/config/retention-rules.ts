import type { Destination, Retention } from './replicator.ts';
import type { Problem } from './problem.ts';
import { LEAST_DAYS } from './retention.ts';

type Kept = Pick<Destination, 'existing' | 'storageClass' | 'retention'> & { readonly path: Problem['path'] };

/**
 * What S3 would refuse, or bill for more days than it is kept.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
export function retentionProblems({ existing, storageClass: start = 'STANDARD', retention, path }: Kept): Problem[] {
  if (retention === undefined) return [];
  if (existing) {
    const message =
      'the bucket exists, and its own lifecycle and Object Lock stay as they are (what they expire is not brought back); set them at the bucket, and leave this out';
    return [{ path: [...path, 'retention'], message }];
  }
  const at = (...field: string[]) => [...path, 'retention', ...field];
  return [
    ...standardIa(retention, start).map((message) => ({ path: at('standardIaAfterDays'), message })),
    ...glacier(retention, start).map((message) => ({ path: at('glacierAfterDays'), message })),
    ...expiry(retention, start).map((message) => ({ path: at('expireAfterDays'), message })),
    ...lock(retention).map((message) => ({ path: at('objectLock', 'days'), message })),
  ];
}

type Start = keyof typeof LEAST_DAYS;

function standardIa({ standardIaAfterDays: days }: Retention, start: Start): string[] {
  if (days === false) return [];
  if (start !== 'STANDARD') return [`${writtenInto(start)}, from which none moves to Standard-IA; write false`];
  if (days < 30) return ['S3 moves nothing to Standard-IA sooner than after 30 days; write at least 30, or false'];
  return [];
}

/** The moves as they will be once what is said of those before is mended: whoever mends all at once is not told of another. */
function atTheSoonest({
  standardIaAfterDays,
  glacierAfterDays,
}: Retention): Pick<Retention, 'standardIaAfterDays' | 'glacierAfterDays'> {
  if (standardIaAfterDays === false) return { standardIaAfterDays, glacierAfterDays };
  const ia = Math.max(30, standardIaAfterDays);
  const glacierAt = glacierAfterDays === false ? false : Math.max(ia + LEAST_DAYS.STANDARD_IA, glacierAfterDays);
  return { standardIaAfterDays: ia, glacierAfterDays: glacierAt };
}

function glacier(retention: Retention, start: Start): string[] {
  const { glacierAfterDays: days } = retention;
  const { standardIaAfterDays: before } = atTheSoonest(retention);
  if (days === false) return [];
  if (start === 'GLACIER' || start === 'DEEP_ARCHIVE')
    return [`${writtenInto(start)}, from which none moves to Glacier Flexible Retrieval; write false`];
  if (before !== false && days < before + LEAST_DAYS.STANDARD_IA) {
    const least = before + LEAST_DAYS.STANDARD_IA;
    return [
      `replicas move to Standard-IA after ${before} days and stay there for 30 at least; write at least ${least}, or standardIaAfterDays: false`,
    ];
  }
  if (days < LEAST_DAYS[start]) return [`${writtenInto(start)}, ${billed(start)}; write at least ${LEAST_DAYS[start]}`];
  return [];
}

function expiry(retention: Retention, start: Start): string[] {
  const { expireAfterDays: days } = retention;
  if (days === false) return [];
  const { standardIaAfterDays, glacierAfterDays } = atTheSoonest(retention);
  const moves = [
    { field: 'glacierAfterDays', into: 'GLACIER', after: glacierAfterDays },
    { field: 'standardIaAfterDays', into: 'STANDARD_IA', after: standardIaAfterDays },
  ] as const;
  for (const { field, into, after } of moves) {
    if (after === false) continue;
    const least = after + LEAST_DAYS[into];
    if (days >= least) return [];
    return [
      `replicas move to ${into} after ${after} days, ${billed(into)}; write at least ${least}, or ${field}: false`,
    ];
  }
  return days < LEAST_DAYS[start]
    ? [`${writtenInto(start)}, ${billed(start)}; write at least ${LEAST_DAYS[start]}`]
    : [];
}

/** S3 would keep what is locked, whatever the rules say. */
function lock({ objectLock, expireAfterDays, expireNoncurrentAfterDays }: Retention): string[] {
  if (objectLock === false) return [];
  const ends = [
    { field: 'expireAfterDays', days: expireAfterDays, what: 'replicas expire' },
    { field: 'expireNoncurrentAfterDays', days: expireNoncurrentAfterDays, what: 'noncurrent versions expire' },
  ];
  return ends.flatMap(({ field, days, what }) =>
    days === false || objectLock.days <= days
      ? []
      : [
          `${what} after ${days} days (${field}), while they would still be locked; write at most ${days}, or more there`,
        ],
  );
}

function writtenInto(start: Start): string {
  return `replicas are written as ${start} (storageClass)`;
}

function billed(storageClass: Start): string {
  return `which is billed for ${LEAST_DAYS[storageClass]} days at least`;
}
