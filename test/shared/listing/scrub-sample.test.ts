import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nightsOf, scrubPart, scrubSample, scrubSampleOf } from '../../../shared/listing/scrub-sample.ts';
import { textsOf } from '../../../shared/listing/texts.ts';

const DAY = 86_400_000;
const date = fc.integer({ min: 0, max: 40_000 }).map((day) => day * DAY);
const share = fc.oneof(
  fc.integer({ min: 1, max: 400 }).map((nights) => 1 / nights),
  fc.double({ min: 0.003, max: 1, noNaN: true }),
);

describe('scrubSample()', () => {
  it('chooses each key in one of so many nights, wherever they begin', () => {
    fc.assert(
      fc.property(share, date, fc.string({ unit: 'binary' }), (of, first, key) => {
        const nights = Array.from({ length: nightsOf(of) }, (_, night) => first + night * DAY);
        expect(nights.filter((at) => scrubSample({ share: of, at })(key))).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  it('knows only the day', () => {
    fc.assert(
      fc.property(share, date, fc.integer({ min: 0, max: DAY - 1 }), fc.string(), (of, at, later, key) => {
        expect(scrubSample({ share: of, at: at + later })(key)).toBe(scrubSample({ share: of, at })(key));
      }),
    );
  });

  it.each([
    { name: 'numbers', key: (n: number) => String(n) },
    { name: 'folders of dates', key: (n: number) => `log/2026/11/${n % 28}/${Math.floor(n / 28)}.gz` },
    { name: 'keys that differ in the middle', key: (n: number) => `${n.toString(16).padStart(6, '0')}/photo.jpg` },
    { name: 'odd names', key: (n: number) => `💥\r\n${n}` },
  ])('chooses as many keys every night: $name', ({ key }) => {
    const counts = Array.from({ length: 30 }, (_, night) => {
      const chosen = scrubSample({ share: 1 / 30, at: night * DAY });
      return Array.from({ length: 30_000 }, (_unused, n) => key(n)).filter(chosen).length;
    });
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(30_000);
    // 1,000 each; six times the standard deviation.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(190);
  });

  it('chooses the same keys, whether they are strings or rows', () => {
    fc.assert(
      fc.property(share, date, fc.array(fc.string({ unit: 'binary' }), { maxLength: 20 }), (of, at, all) => {
        const keys = all.map((key) => key.toWellFormed());
        const [rows, isChosen] = [textsOf(keys), scrubSampleOf({ share: of, at })];
        expect(keys.filter((_, row) => isChosen(rows, row))).toEqual(keys.filter(scrubSample({ share: of, at })));
      }),
    );
  });

  it('chooses all, if all have their turn every night', () => {
    expect(scrubSample({ share: 1, at: 0 })('any')).toBe(true);
  });
});

describe('scrubPart()', () => {
  it('leaves that part of the keys, another one in each round', () => {
    const keys = Array.from({ length: 20_000 }, (_, n) => `k${n}`);
    const partOf = (round: number) => keys.filter(scrubPart({ share: 1 / 10, at: round * 10 * DAY }, 0.2));
    const rounds = [partOf(0), partOf(1), partOf(2)];
    for (const part of rounds) expect(Math.abs(part.length - 4000)).toBeLessThan(350);
    const again = new Set(rounds[0]);
    expect(Math.abs((rounds[1] ?? []).filter((key) => again.has(key)).length - 800)).toBeLessThan(180);
  });

  it('leaves all, where all can be afforded', () => {
    expect(scrubPart({ share: 1, at: 0 }, 1)('any')).toBe(true);
    expect(scrubPart({ share: 1, at: 0 }, 0)('any')).toBe(false);
  });
});
