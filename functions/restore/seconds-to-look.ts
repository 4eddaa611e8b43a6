import type { Tier } from './request.ts';

/**
 * After how many seconds an archive is looked at again. It gives back in minutes (expedited), 3 to 12 hours (standard), up to two days (bulk). What has not come back in
 * minutes is looked at less often: an execution has room for 25,000 events, and each look takes nine.
 *
 * @param passes that were in vain.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
 */
export function secondsToLook(tier: Tier, passes: number): number {
  return passes < HASTY_PASSES ? FIRST_S[tier] : Math.max(FIRST_S[tier], LATER_S);
}

const FIRST_S: Readonly<Record<Tier, number>> = { expedited: 60, standard: 900, bulk: 1800 };
const HASTY_PASSES = 30;
const LATER_S = 900;
