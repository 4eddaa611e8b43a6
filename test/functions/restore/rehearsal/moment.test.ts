import fc from 'fast-check';
import { expect, it } from 'vitest';
import { choose, consider, newCandidates } from '../../../../functions/restore/rehearsal/choose.ts';
import { momentFor } from '../../../../functions/restore/rehearsal/moment.ts';

const NOW = Date.parse('2026-11-21T10:00:00.000Z');

it('asks for some of what was chosen, at a moment between the last rehearsal and now, whatever there is; the same seed for the same', () => {
  const object = fc.record({ key: fc.string({ minLength: 1 }), age: fc.nat(1e9) });
  const arbitrary = fc.tuple(
    fc.uniqueArray(object, { selector: ({ key }) => key, maxLength: 60 }),
    fc.string(),
    fc.option(fc.nat(1e9), { nil: undefined }),
  );
  fc.assert(
    fc.property(arbitrary, ([listed, seed, ago]) => {
      const limits = { objects: 10, maxBytes: 1e9, seed };
      const candidates = newCandidates();
      for (const { key, age } of listed)
        consider(candidates, { key, size: 1, modified: new Date(NOW - age).toISOString(), storageClass: '' }, limits);
      const choice = choose(candidates, limits);
      const last = ago === undefined ? undefined : new Date(NOW - ago).toISOString();
      const asked = momentFor(candidates, choice, { seed, last, now: NOW });
      expect(momentFor(candidates, choice, { seed, last, now: NOW })).toEqual(asked);
      expect(asked === undefined).toBe(choice.keys.length < 2);
      if (asked === undefined) return;
      expect(choice.keys).toEqual(expect.arrayContaining([...asked.keys]));
      expect(asked.keys.length).toBeLessThan(choice.keys.length);
      expect(Date.parse(asked.at)).toBeLessThanOrEqual(NOW);
      expect(Date.parse(asked.at)).toBeGreaterThanOrEqual(NOW - (ago ?? Math.max(...listed.map(({ age }) => age))));
    }),
  );
});
