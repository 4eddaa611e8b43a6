import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atMost,
  excessOf,
  isLimitedInLulls,
  isLullWorthwhile,
  lullAt,
  plusQuiet,
  usualShare,
} from '../../../shared/copy/usual-share.ts';

const tally = (admitted: number, refused: number) => ({ admitted, refused });

describe('a lull', () => {
  it.each([
    ['begins with every second second', 4000, { index: 2, counts: false }],
    ['counts when what was sent before is answered', 4030, { index: 2, counts: true }],
    ['is a quarter of a second long', 4249, { index: 2, counts: true }],
    ['is over then', 4250, undefined],
    ['is over in the second after', 5000, undefined],
  ])('%s', (_, wallClock, lull) => {
    expect(lullAt(wallClock)).toEqual(lull);
  });

  it('has the same number for all who keep the same time', () => {
    expect(lullAt(1_796_000_000_100)?.index).toBe(898_000_000);
  });

  it.each([
    ['is not taken while there is nothing to compare it with', { full: tally(4, 0) }, false],
    ['is taken at first', { quiet: tally(10, 0) }, true],
    ['is taken while more is refused than usual', { full: tally(90, 10) }, true],
    ['is not taken where all that is refused is usual', { full: tally(90, 10), usual: 0.1 }, false],
    ['is taken now and then all the same', { full: tally(90, 10), usual: 0.1, index: 8 }, true],
    ['is not taken where nothing is refused', { full: tally(100, 0), index: 8 }, false],
    ['ends when enough was sent in it', { full: tally(90, 10), sent: 40 }, false],
  ])('%s', (_, given, expected) => {
    const usually = { index: 1, sent: 0, quiet: tally(40, 0), full: tally(100, 0), usual: 0 };
    expect(isLullWorthwhile({ ...usually, ...given })).toBe(expected);
  });
});

describe('usualShare()', () => {
  it.each([
    ['none, if nothing is refused in lulls', tally(40, 0), tally(90, 10), 0],
    [
      'what is refused in lulls, with the benefit of the doubt',
      tally(54, 6),
      tally(200, 100),
      (6 + Math.sqrt(6) / 2) / 60,
    ],
    ['no more than is refused at the full rate', tally(6, 4), tally(70, 30), 4 / 13],
    ['no more than six of ten', tally(8, 72), tally(10, 90), 0.6],
  ])('is %s', (_, quiet, full, expected) => {
    expect(usualShare(quiet, full)).toBeCloseTo(expected);
  });

  it.each([
    ['as many were admitted as when half was sent', tally(40, 40), tally(25, 75), true],
    ['twice as many were', tally(40, 40), tally(50, 50), false],
    ['none was refused in the lull, and little else', tally(40, 0), tally(90, 10), false],
  ])('says nothing if %s: %s', (_, quiet, full, expected) => {
    expect(isLimitedInLulls(quiet, full)).toBe(expected);
  });

  it('forgets: the last 80 answers say what is usual', () => {
    let quiet = tally(0, 80);
    for (let answer = 0; answer < 1000; answer++) quiet = plusQuiet(quiet, { slowDown: false });
    expect(quiet.admitted + quiet.refused).toBeCloseTo(80);
    expect(usualShare(quiet, tally(50, 50))).toBeLessThan(0.01);
  });
});

describe('what is beyond the usual', () => {
  it.each([
    ['all that is refused, if nothing is usual', tally(9, 1), 0, 0.1],
    ['nothing, if no more is refused than usual', tally(70, 30), 0.3, 0],
    ['nothing, where chance explains it', tally(6, 4), 0.3, 0],
    ['what chance does not explain', tally(0, 100), 0.3, (1 - 0.3 - 2 * Math.sqrt(0.0021)) / 0.7],
  ])('is %s', (_, seen, usual, expected) => {
    expect(excessOf(seen, usual)).toBeCloseTo(expected);
  });

  it('lies between none and all, whatever was seen', () => {
    const count = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(count, count, fc.double({ min: 0, max: 0.6, noNaN: true }), (admitted, refused, usual) => {
        fc.pre(admitted + refused > 0);
        const excess = excessOf(tally(admitted, refused), atMost(usual, tally(admitted, refused)));
        expect(excess).toBeGreaterThanOrEqual(0);
        expect(excess).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('what is usual falls at once with what is refused at all', () => {
    expect(atMost(0.5, tally(100, 0))).toBeCloseTo(2 * Math.sqrt(0.0002));
    expect(atMost(0.3, tally(60, 40))).toBe(0.3);
  });
});
