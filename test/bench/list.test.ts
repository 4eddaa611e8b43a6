import { expect, it } from 'vitest';
import { LIST_TARGETS, listRounds } from '../../bench/list.ts';

/**
 * The short form of `npm run bench list`. Other tests run beside it: only CPU time is compared, not time, and of each side the
 * least of some rounds, as other work only ever adds to it.
 */
it('lists with a small part of the CPU time that the SDK takes', { timeout: 300_000 }, async () => {
  const rounds = await listRounds({ objects: 100_000, rounds: 3 });
  const ours = Math.min(...rounds.map(({ ours }) => ours.cpu));
  const sdk = Math.min(...rounds.map(({ sdk }) => sdk.cpu));
  expect(ours / sdk).toBeLessThan(LIST_TARGETS.cpu * 1.3);
});
