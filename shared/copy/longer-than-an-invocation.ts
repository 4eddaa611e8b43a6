import { PARTS_IN_FLIGHT } from './plan-copy.ts';

/**
 * Whether an object in so many parts is better left to the state machine than begun here, as S3 would hardly be done with it in the time
 * that is left (milliseconds).
 *
 * It need not be exact: a copy that was begun and turns out longer is handed over with what is done. So it is reckoned that S3 copies
 * slowly, as between far Regions, but only what would then take most of the time is handed over at once.
 */
export function longerThanAnInvocation(
  { size, parts }: { readonly size: number; readonly parts: number },
  { timeLeft, partsPerInvocation }: { readonly timeLeft: number; readonly partsPerInvocation: number },
): boolean {
  if (parts > partsPerInvocation) return true;
  const rounds = Math.ceil(parts / PARTS_IN_FLIGHT);
  return rounds * (REQUEST_MS + size / parts / BYTES_PER_MS) > timeLeft * SHARE;
}

const REQUEST_MS = 200;
/** 25 MB a second for each of the parts in flight. */
const BYTES_PER_MS = 25_000;
const SHARE = 0.6;
