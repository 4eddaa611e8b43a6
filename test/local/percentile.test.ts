import { expect, it } from 'vitest';
import { percentile } from '../../local/percentile.ts';

it.each([
  { values: [], percent: 50, expected: undefined },
  { values: [7], percent: 50, expected: 7 },
  { values: [7], percent: 99, expected: 7 },
  { values: [3, 1, 2], percent: 50, expected: 2 },
  { values: [4, 3, 2, 1], percent: 50, expected: 2 },
  { values: Array.from({ length: 100 }, (_, n) => 100 - n), percent: 99, expected: 99 },
  { values: Array.from({ length: 1_000 }, (_, n) => n + 1), percent: 99, expected: 990 },
  { values: [2, 1], percent: 0, expected: 1 },
  { values: [1, 2], percent: 100, expected: 2 },
])('percentile($values.length values, $percent) is $expected', ({ values, percent, expected }) => {
  expect(percentile(values, percent)).toBe(expected);
});
