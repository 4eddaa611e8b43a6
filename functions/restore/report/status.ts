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
 * counts as failed. One that was not there at that moment is as it should be, and told of; if that goes for all of them, nothing is done.
 */
export function judge(
  { tally, problems }: { readonly tally: Tally; readonly problems: readonly string[] },
  request: Pick<Request, 'at' | 'undelete' | 'dryRun' | 'existing' | 'select'>,
): Judgement {
  const { restored, same, skipped, failed, expired, unknown, removed, notWrittenYet } = tally;
  const done = restored.keys + same + skipped;
  const wrong = failed + unknown + problems.length;
  if (done > 0 && wrong === 0 && expired === 0) return complete(tally, request);
  const parts = [...partsOf(tally), ...problems, ...(isNamed(request) ? leftOf(tally) : [])].join('; ');
  if (done > 0) return { status: 'PARTIAL', cause: parts, remedy: AGAIN };
  if (wrong === 0 && expired > 0)
    return {
      status: 'EXPIRED',
      cause:
        'The versions that held this state are gone from the destination: its retention, or somebody, has removed them',
      remedy: 'Choose a later moment, or another destination that keeps versions for longer',
    };
  if (wrong > 0) return { status: 'FAILED', cause: parts, remedy: AGAIN };
  if (removed + notWrittenYet > 0) return nothingThere(tally, request);
  return {
    status: 'FAILED',
    cause: 'The destination has no such keys',
    remedy: 'Look at the prefix, or the keys: they are compared as they are, capital letters and slashes included',
  };
}

/** Of a range nobody expects that all of its keys were there at every moment. */
function isNamed({ select }: Pick<Request, 'select'>): boolean {
  return 'key' in select || 'keyFiles' in select;
}

function complete(tally: Tally, request: Pick<Request, 'undelete' | 'dryRun' | 'existing' | 'select'>): Judgement {
  const { dryRun, existing, undelete } = request;
  const { skipped, removed } = tally;
  const left = isNamed(request) ? leftOf(tally) : [];
  if (skipped === 0 && left.length === 0)
    return {
      status: 'COMPLETED',
      cause: dryRun ? 'All of it can be restored' : 'All that was asked for is in the target',
    };
  const would = dryRun ? 'would be' : 'were';
  const kept = `${skipped} keys ${would} left as they are: the target holds other objects there`;
  const remedies = [
    ...(skipped === 0 ? [] : [existing === 'skip' ? REPLACE : NEWER]),
    ...(left.length === 0 ? [] : [removed > 0 && !undelete ? UNDELETE : ANOTHER]),
  ];
  return {
    status: 'COMPLETED',
    cause: [...(skipped === 0 ? [] : [kept]), ...left].join('; '),
    remedy: remedies.join('. '),
  };
}

function nothingThere(tally: Tally, request: Pick<Request, 'at' | 'undelete' | 'select'>): Judgement {
  const { removed, notWrittenYet } = tally;
  const { at } = request;
  const when = at === undefined ? 'is there' : `was there at ${at}`;
  const which = isNamed(request) ? `None of the ${removed + notWrittenYet} keys that were asked for` : 'Nothing';
  if (removed === 0)
    return {
      status: 'FAILED',
      cause: `${which} is known from so early: ${at ?? 'that moment'} lies before the first copy`,
      remedy: 'Choose a later moment; npm run history -- --key <key> tells from when on a key is known',
    };
  return {
    status: 'FAILED',
    cause: `${which} ${when}: ${leftOf(tally).join('; ')}`,
    remedy: request.undelete ? 'Choose another moment' : `${UNDELETE}, or choose another moment`,
  };
}

const UNDELETE = 'Add --undelete to bring back what had been removed';
const ANOTHER = 'Nothing, if that is right; else choose another moment';
const REPLACE = 'Look at these keys; if what was asked for is to take their place, add --existing replace';
const NEWER = 'Nothing, if what was written since the restore began is to stay; else start again with a new token';
const AGAIN =
  'Mend what the reasons say, and start again with a new token: what is in the target already is left as it is';

function partsOf({ failed, unknown, expired }: Tally): readonly string[] {
  return [
    ...(failed > 0 ? [`${failed} keys failed`] : []),
    ...(unknown > 0 ? [`of ${unknown} keys the destination has nothing`] : []),
    ...(expired > 0 ? [`of ${expired} keys the version is gone`] : []),
  ];
}

function leftOf({ removed, notWrittenYet }: Tally): readonly string[] {
  return [
    ...(removed > 0 ? [`${removed} keys had been removed by then`] : []),
    ...(notWrittenYet > 0 ? [`${notWrittenYet} keys were not written yet by then, as far as is known`] : []),
  ];
}
