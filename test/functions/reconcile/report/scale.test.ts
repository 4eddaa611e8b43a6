import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linearScale, logScale } from '../../../../functions/reconcile/report/scale.ts';

it.each([
  ['logScale', logScale],
  ['linearScale', linearScale],
] as const)('%s: what is more is higher, and nothing leaves the picture', (_, scaleOf) => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (one, other) => {
      const { place, ticks } = scaleOf(Math.max(one, other));
      const [low, high] = [place(Math.min(one, other)), place(Math.max(one, other))];
      expect(place(0)).toBe(0);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeGreaterThanOrEqual(low);
      expect(high).toBeLessThanOrEqual(1);
      for (const { value } of ticks) expect(place(value)).toBeLessThanOrEqual(1);
    }),
  );
});

it('shows one difference beside a million', () => {
  const { place, ticks } = logScale(1_000_000);
  expect(place(1)).toBeGreaterThan(0.1);
  expect(ticks.map(({ label }) => label)).toEqual(['0', '1', '10', '100', '1k', '10k', '100k', '1M']);
});

it('ends at a round number', () => {
  expect(linearScale(4.7, (value) => `${value} min`).ticks.map(({ label }) => label)).toEqual([
    '0 min',
    '3 min',
    '6 min',
  ]);
});
