import type { Request } from '../request.ts';
import type { Tally } from '../tally.ts';

/**
 * `COMPLETED`: all that was asked for is in the target, or was left as the request wants it, which the cause then says. `PARTIAL`: some of it. `EXPIRED`: none, since the versions are gone from the
 * destination. `FAILED`: none.
 */
export type Status = 'COMPLETED' | 'PARTIAL' | 'FAILED' | 'EXPIRED';

export interface Judgement {
  readonly status: Status;
  /** In one sentence. */
  readonly cause: string;
  /** What to do; absent where there is nothing to be done. */
  readonly remedy?: string;
}

/**
 * What a run has come to. First row that fits:
 *
 *     done   failed, or not to the end   expired   nothing else   status
 *     yes    no                          no        -              COMPLETED
 *     yes    yes, or                     yes       -              PARTIAL
 *     no     no                          yes       -              EXPIRED
 *     no     any                         any       -              FAILED
 *
 * "Done" is a key that was restored, is in the target already, or was left as the request wants it. A key that was asked for by name, and of which there is nothing,
 * counts as failed.
 */
export function judge(
  { tally, problems }: { readonly tally: Tally; readonly problems: readonly string[] },
  { at, undelete, dryRun, existing }: Pick<Request, 'at' | 'undelete' | 'dryRun' | 'existing'>,
): Judgement {
  const { restored, same, skipped, failed, expired, unknown, removed, notWrittenYet } = tally;
  const done = restored.keys + same + skipped;
  const wrong = failed + unknown + problems.length;
  if (done > 0 && wrong === 0 && expired === 0) {
    if (skipped > 0)
      return {
        status: 'COMPLETED',
        cause: `${skipped} keys ${dryRun ? 'would be' : 'were'} left as they are: the target holds other objects there`,
        remedy: existing === 'skip' ? REPLACE : NEWER,
      };
    return {
      status: 'COMPLETED',
      cause: dryRun ? 'All of it can be restored' : 'All that was asked for is in the target',
    };
  }
  if (done > 0) return { status: 'PARTIAL', cause: partsOf({ failed, unknown, expired, problems }), remedy: AGAIN };
  if (wrong === 0 && expired > 0)
    return {
      status: 'EXPIRED',
      cause:
        'The versions that held this state are gone from the destination: its retention, or somebody, has removed them',
      remedy: 'Choose a later moment, or another destination that keeps versions for longer',
    };
  if (wrong > 0) return { status: 'FAILED', cause: partsOf({ failed, unknown, expired, problems }), remedy: AGAIN };
  if (notWrittenYet > 0 && removed === 0)
    return {
      status: 'FAILED',
      cause: `Nothing of it is known from so early: ${at ?? 'that moment'} lies before the first copy`,
      remedy: 'Choose a later moment; npm run history -- --key <key> tells from when on a key is known',
    };
  if (removed > 0)
    return {
      status: 'FAILED',
      cause: 'Nothing was there at that moment: all of it had been removed',
      remedy: undelete
        ? 'Choose an earlier moment'
        : 'Add --undelete to bring back what had been removed, or choose an earlier moment',
    };
  return {
    status: 'FAILED',
    cause: 'The destination has no such keys',
    remedy: 'Look at the prefix, or the keys: they are compared as they are, capital letters and slashes included',
  };
}

const REPLACE = 'Look at these keys; if what was asked for is to take their place, add --existing replace';
const NEWER = 'Nothing, if what was written since the restore began is to stay; else start again with a new token';
const AGAIN =
  'Mend what the reasons say, and start again with a new token: what is in the target already is left as it is';

function partsOf({
  failed,
  unknown,
  expired,
  problems,
}: {
  readonly failed: number;
  readonly unknown: number;
  readonly expired: number;
  readonly problems: readonly string[];
}): string {
  const parts = [
    failed > 0 ? `${failed} keys failed` : undefined,
    unknown > 0 ? `of ${unknown} keys the destination has nothing` : undefined,
    expired > 0 ? `of ${expired} keys the version is gone` : undefined,
    ...problems,
  ].filter((part) => part !== undefined);
  return parts.join('; ');
}
