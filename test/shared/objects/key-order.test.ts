import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys } from '../../../shared/objects/key-order.ts';
import { ofStories } from '../../support/stories.ts';

describe('compareKeys', () => {
  it.each([
    { one: 'a', other: 'b', first: 'one' },
    { one: 'a', other: 'a', first: 'neither' },
    { one: 'a', other: 'a/', first: 'one' },
    { one: 'Z', other: 'a', first: 'one' },
    { one: 'ü', other: 'z', first: 'other' },
    { one: '\u{1F600}', other: '\uFF5E', first: 'other' },
    { one: 'x\u{1F600}', other: 'x\uFF5Ey', first: 'other' },
    { one: '\u{1F600}', other: '\u{1F601}', first: 'one' },
    { one: '\u{1F600}', other: '\u{1F600}a', first: 'one' },
    { one: 'e\u0301', other: '\u00E9', first: 'one' },
  ])('puts $first first: "$one", "$other"', ({ one, other, first }) => {
    expect(Math.sign(compareKeys(one, other))).toBe({ one: -1, neither: 0, other: 1 }[first]);
  });

  it('orders any two texts by the bytes of their UTF-8', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({
        unit: fc.constantFrom('a', 'é', '\uD7FF', '\uE000', '\uFFFD', '\u{10000}', '\u{1F600}'),
        maxLength: 4,
      }),
    );
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(Math.sign(compareKeys(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)));
      }),
      { numRuns: ofStories(5000) },
    );
  });
});
