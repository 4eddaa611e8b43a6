import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  choose,
  consider,
  EXTREMES,
  largestFor,
  newCandidates,
} from '../../../../functions/restore/rehearsal/choose.ts';
import type { Candidates, Limits, Listed } from '../../../../functions/restore/rehearsal/choose.ts';
import { CANARY_KEY } from '../../../../shared/names.ts';

const LIMITS: Limits = { objects: 5, maxBytes: 1000, seed: 'token' };

function seen(objects: readonly Listed[], limits: Limits = LIMITS): Candidates {
  const candidates = newCandidates();
  for (const object of objects) consider(candidates, object, limits);
  return candidates;
}

function object(key: string, { size = 1, day = 1, storageClass = 'STANDARD' } = {}): Listed {
  return { key, size, modified: new Date(Date.UTC(2026, 0, day)).toISOString(), storageClass };
}

const many = Array.from({ length: 100 }, (_, index) => object(`k${String(index).padStart(3, '0')}`));

describe('what is chosen', () => {
  it.each<[name: string, objects: readonly Listed[], expected: readonly string[]]>([
    ['of nothing: nothing', [], []],
    ['one object', [object('a')], ['a']],
    ['an empty one, too', [object('a', { size: 0 })], ['a']],
    [
      'none that is archived',
      [object('a', { storageClass: 'GLACIER' }), object('b', { storageClass: 'DEEP_ARCHIVE' })],
      [],
    ],
    ['one that is archived, but read at once', [object('a', { storageClass: 'GLACIER_IR' })], ['a']],
    ['one of half the limit', [object('a', { size: 500 })], ['a']],
    ['none that is larger', [object('a', { size: 501 })], []],
    [
      'none whose key leaves no room for a prefix',
      [object('a'.repeat(960)), object('b'.repeat(959))],
      ['b'.repeat(959)],
    ],
    ['not the canary', [object(CANARY_KEY)], []],
    ['the first by bytes, as S3 orders keys', [object('～'), object('😀')], ['～', '😀']],
  ])('%s', (_, objects, expected) => {
    expect(choose(seen(objects), LIMITS).keys).toEqual(expected);
  });

  it('the largest and the oldest are among it', () => {
    const objects = [...many, object('large', { size: 400, day: 9 }), object('old', { size: 2, day: -9 })];
    expect(choose(seen(objects), LIMITS).keys).toEqual(expect.arrayContaining(['large', 'old']));
  });

  it('large ones do not push out the others', () => {
    const objects = [...many, ...Array.from({ length: 9 }, (_, index) => object(`large${index}`, { size: 450 }))];
    const { keys, bytes } = choose(seen(objects), LIMITS);
    expect(keys.filter((key) => key.startsWith('large'))).toEqual(['large0']);
    expect(keys.filter((key) => key.startsWith('k')).length).toBeGreaterThan(EXTREMES / 2);
    expect(bytes).toBeLessThanOrEqual(LIMITS.maxBytes);
  });

  it('counts what it leaves out', () => {
    const objects = [
      object('a', { storageClass: 'GLACIER', size: 7 }),
      object('b', { size: 501 }),
      object('c'.repeat(1000)),
      object('d'),
    ];
    expect(seen(objects)).toMatchObject({
      seen: { objects: 4, bytes: 510 },
      leftOut: { archived: 1, 'too large': 1, 'key too long': 1 },
    });
  });

  it('other tokens draw other keys, in time all of them', () => {
    const drawn = new Set<string>();
    for (let month = 0; month < 200; month++) {
      const { lot } = seen(many, { ...LIMITS, seed: `rehearsal-${month}` });
      expect(lot).toHaveLength(LIMITS.objects);
      for (const { key } of lot) drawn.add(key);
    }
    expect(drawn.size).toBe(many.length);
  });
});

describe('of any objects', () => {
  const anyObject = fc.record({
    key: fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
    size: fc.oneof(fc.nat(20), fc.nat(2000)),
    day: fc.nat(60),
    storageClass: fc.constantFrom('STANDARD', 'STANDARD', 'STANDARD', 'GLACIER', 'INTELLIGENT_TIERING'),
  });
  const anyObjects = fc
    .uniqueArray(anyObject, { selector: ({ key }) => key, maxLength: 80 })
    .map((all) => all.map(({ key, ...of }) => object(key, of)));
  const anyLimits = fc.record({ objects: fc.nat(20), maxBytes: fc.integer({ min: 1, max: 3000 }), seed: fc.string() });

  it('stays within the limits, takes none that is left out, and no key twice', () => {
    fc.assert(
      fc.property(anyObjects, anyLimits, (objects, limits) => {
        const candidates = seen(objects, limits);
        const { keys, bytes } = choose(candidates, limits);
        const chosen = objects.filter(({ key }) => keys.includes(key));
        expect(new Set(keys).size).toBe(keys.length);
        expect(chosen.reduce((sum, { size }) => sum + size, 0)).toBe(bytes);
        expect(bytes).toBeLessThanOrEqual(limits.maxBytes);
        expect(keys.length).toBeLessThanOrEqual(limits.objects + 2 * EXTREMES);
        for (const { size, storageClass } of chosen) {
          expect(storageClass).not.toBe('GLACIER');
          expect(size).toBeLessThanOrEqual(largestFor(limits));
        }
        for (const list of [candidates.lot, candidates.largest, candidates.oldest])
          expect(list.length).toBeLessThanOrEqual(Math.max(limits.objects, EXTREMES));
      }),
    );
  });

  it('has the largest and the oldest of those that may be taken, if they fit', () => {
    fc.assert(
      fc.property(anyObjects, anyLimits, (objects, limits) => {
        const { keys } = choose(seen(objects, limits), limits);
        const able = objects.filter(
          ({ size, storageClass }) => storageClass !== 'GLACIER' && size <= largestFor(limits),
        );
        const chosen = able.filter(({ key }) => keys.includes(key));
        const largest = (of: readonly Listed[]) => Math.max(0, ...of.map(({ size }) => size));
        expect(largest(chosen)).toBe(largest(able));
        // All of the oldest fit where they are small.
        const oldest = able.toSorted((one, other) => (one.modified < other.modified ? -1 : 1)).slice(0, 1);
        const fit = oldest.filter(({ size }) => size * EXTREMES <= limits.maxBytes / 4 && able.length <= EXTREMES);
        const times = new Set(chosen.map(({ modified }) => modified));
        expect(fit.filter(({ modified }) => !times.has(modified))).toEqual([]);
      }),
    );
  });

  it('is the same in whatever order they come, and after its state has been written down', () => {
    fc.assert(
      fc.property(anyObjects, anyLimits, fc.nat(), (objects, limits, cut) => {
        const shuffled = objects.toSorted((one, other) =>
          one.size === other.size ? (one.key < other.key ? 1 : -1) : other.size - one.size,
        );
        const candidates = newCandidates();
        const at = objects.length === 0 ? 0 : cut % objects.length;
        for (const one of shuffled.slice(0, at)) consider(candidates, one, limits);
        const later: Candidates = JSON.parse(JSON.stringify(candidates));
        for (const one of shuffled.slice(at)) consider(later, one, limits);
        expect(later).toEqual(seen(objects, limits));
      }),
    );
  });
});
