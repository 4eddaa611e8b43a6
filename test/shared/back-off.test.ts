import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backOff } from '../../shared/back-off.ts';

it.each([
  [0, 0.999_999, 100],
  [1, 0.5, 100],
  [3, 0.5, 400],
  [20, 0.999_999, 10_000],
  [5, 0, 0],
])('waits, at attempt %i with the random number %f, %i ms', (attempt, random, milliseconds) => {
  expect(backOff(attempt, random)).toBe(milliseconds);
});

it('never waits longer than 10 s', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
      const wait = backOff(attempt, random);
      return wait >= 0 && wait <= 10_000;
    }),
  );
});
