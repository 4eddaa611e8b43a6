import type { Report } from '../../functions/reconcile/report/report.ts';
import { count, time } from '../../shared/report/in-words.ts';
import type { Known } from './estimate.ts';
import type { DailyCount } from '../aws/storage-metrics.ts';

/** How much a source holds, where that is known from, and what has come since the last run. */
export type SourceNow = Pick<Known, 'objects' | 'bytes' | 'from' | 'grown'>;

/**
 * How much the source holds now: what the last run counted, and what S3 has counted more, or less, since. Where S3 has counted nothing
 * since, the run stands; where there was no run, S3's count does, which has all versions in it, and is too high rather than too low.
 *
 * @param counts of S3, the newest first.
 */
export function sourceNow(
  last: Pick<Report, 'source' | 'startedAt'> | undefined,
  counts: readonly DailyCount[],
): SourceNow {
  const [newest] = counts;
  if (last === undefined) {
    if (newest === undefined) return { objects: undefined, bytes: undefined, from: undefined };
    return { objects: newest.objects, bytes: newest.bytes, from: `at most: all versions, ${countedByS3(newest)}` };
  }
  const { keys, bytes } = last.source;
  const ran = `counted by the run of ${time(last.startedAt)}`;
  if (newest === undefined || newest.at <= Date.parse(last.startedAt)) return { objects: keys, bytes, from: ran };
  const then = counts.find(({ at }) => at <= Date.parse(last.startedAt));
  if (then === undefined) return withoutComparison(last, newest);
  const objects = within(keys + newest.objects - then.objects, newest.objects);
  return {
    objects,
    bytes:
      newest.bytes === undefined || then.bytes === undefined
        ? scaled(bytes, { from: keys, to: objects })
        : within(bytes + newest.bytes - then.bytes, newest.bytes),
    from: `${count(keys)} ${ran}; since then ${changeInWords(objects - keys)}, with all versions, ${countedByS3(newest)}`,
    grown: { objects: objects - keys, part: keys === 0 ? 1 : (objects - keys) / keys },
  };
}

/** S3 counted nothing before the run: its count has an end only above. */
function withoutComparison({ source, startedAt }: Pick<Report, 'source' | 'startedAt'>, newest: DailyCount): SourceNow {
  return {
    objects: newest.objects,
    bytes: newest.bytes,
    from: `at most: all versions, ${countedByS3(newest)}; the run of ${time(startedAt)} counted ${count(source.keys)} objects`,
  };
}

function countedByS3({ at }: DailyCount): string {
  return `counted by S3 at ${time(new Date(at).toISOString())}`;
}

function changeInWords(objects: number): string {
  if (objects === 0) return 'no more and no fewer';
  return objects > 0 ? `${count(objects)} more` : `${count(-objects)} fewer`;
}

function within(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

function scaled(bytes: number, { from, to }: { readonly from: number; readonly to: number }): number | undefined {
  return from === 0 ? undefined : Math.round((bytes * to) / from);
}
