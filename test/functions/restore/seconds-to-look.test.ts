import { expect, it } from 'vitest';
import { LONGEST_WAIT_MS } from '../../../functions/restore/finish-share.ts';
import { TIERS } from '../../../functions/restore/request.ts';
import { secondsToLook } from '../../../functions/restore/seconds-to-look.ts';

/** Entered and exited: the task, the choice and the wait; and of the task scheduled, started and succeeded. */
const EVENTS_A_LOOK = 9;
/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MOST_EVENTS = 25_000;

it.each(TIERS)('the longest wait for %s fits into one execution', (tier) => {
  let passes = 0;
  for (let seconds = 0; seconds * 1000 <= LONGEST_WAIT_MS; passes++) seconds += secondsToLook(tier, passes);
  // What fails on the way is tried again, and takes a few more.
  expect(passes * EVENTS_A_LOOK).toBeLessThan(MOST_EVENTS / 2);
});

it('who pays for haste waits a minute at most, for the first half hour', () => {
  expect([0, 29, 30].map((passes) => secondsToLook('expedited', passes))).toEqual([60, 60, 900]);
});
