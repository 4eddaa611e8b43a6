import type { ObjectState } from '../../shared/objects/bucket.ts';
import { decide } from '../../shared/decide.ts';

/** What is done about one key, of which the version is known that comes back. */
export type TargetAction =
  | { readonly do: 'copy' }
  /** Its bytes are in an archive, and are asked for. */
  | { readonly do: 'wait' }
  | { readonly do: 'leave'; readonly outcome: 'restored' | 'same' | 'skipped' | 'failed'; readonly reason: string };

/**
 * Compares the version that comes back with what the target holds now. First row that fits:
 *
 *     target                       existing   action
 *     the same, since the start    any        restored: an attempt that was cut off has written it
 *     the same                     any        same
 *     another object               skip       skipped: exists
 *     another, since the start     replace    skipped: newer than the restore
 *     any                          any        failed: too large, where S3 can copy it in no way
 *     any                          any        wait, where the version is archived; else copy
 *
 * A delete marker counts as no object. "Since the start" is by whole seconds, as S3 tells no fractions: of two that fall together, the
 * object counts as the newer one, and stays.
 *
 * @param sides both with checksums, where their ETags do not tell; see `mayBeTheSame`.
 */
export function decideTarget(
  { version, target }: { readonly version: ObjectState; readonly target: ObjectState | undefined },
  { existing, startedAt, sameTags }: Rules,
): TargetAction {
  const action = decide(version, target);
  const isNew = target !== undefined && target.lastModified.getTime() >= Math.floor(startedAt.getTime() / 1000) * 1000;
  if (action.reason === 'same' && sameTags)
    return isNew
      ? { do: 'leave', outcome: 'restored', reason: 'by an earlier attempt' }
      : { do: 'leave', outcome: 'same', reason: 'the target holds it already' };
  if (target !== undefined && existing === 'skip')
    return { do: 'leave', outcome: 'skipped', reason: 'the target holds another object' };
  if (isNew) return { do: 'leave', outcome: 'skipped', reason: 'the target holds an object newer than this restore' };
  if (action.reason === 'too large')
    return { do: 'leave', outcome: 'failed', reason: 'the object is larger than S3 can copy' };
  return version.archived ? { do: 'wait' } : { do: 'copy' };
}

interface Rules {
  readonly existing: 'skip' | 'replace';
  readonly startedAt: Date;
  /** Of two that are the same otherwise. */
  readonly sameTags: boolean;
}
