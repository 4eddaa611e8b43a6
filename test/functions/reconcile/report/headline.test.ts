import { expect, it } from 'vitest';
import { headlineOf } from '../../../../functions/reconcile/report/headline.ts';
import type { Report } from '../../../../functions/reconcile/report/report.ts';
import { differing, sampleDestination, sampleReport } from '../../../support/sample-report.ts';

const one = sampleDestination();
const left = (bucket: string, count: number) => ({ ...differing, bucket, failed: { why: count }, underWay: {} });
const differs = (...counts: readonly number[]): Partial<Report> => ({
  status: 'differs',
  destinations: [one, ...counts.map((count, at) => left(`photos-${at}`, count))],
});

it.each<[string, Partial<Report>, string]>([
  ['all equal', {}, 'All 1,234,567 objects of photos are equal in 3 destinations'],
  ['one destination', { destinations: [one] }, 'All 1,234,567 objects of photos are equal in photos-eu'],
  [
    'a single object',
    { source: { bucket: 'photos', keys: 1, bytes: 1 }, destinations: [one] },
    'The only object of photos is equal in photos-eu',
  ],
  [
    'nothing at all',
    { source: { bucket: 'photos', keys: 0, bytes: 0 } },
    'There are no objects of photos, so that nothing was compared',
  ],
  [
    'a prefix',
    { request: { trigger: 'hand', prefix: '2026/' }, destinations: [one] },
    'All 1,234,567 objects of photos under "2026/" are equal in photos-eu',
  ],
  [
    'repairs',
    { destinations: [{ ...one, repaired: { missed: 1000, stale: 2, rewritten: 0 } }, one] },
    'All 1,234,567 objects of photos are equal in 2 destinations, after 1,002 copies were repaired',
  ],
  [
    'what cannot be copied, and what is too young',
    {
      destinations: [
        { ...one, cannot: { archived: 5 }, young: 2 },
        { ...one, cannot: { archived: 5 } },
      ],
    },
    'All 1,234,567 objects of photos are equal in 2 destinations, except 5 that cannot be copied and up to 2 that changed in the last minutes',
  ],
  ['a difference', differs(1), '1 object of photos differs in photos-0'],
  ['differences in two', differs(3, 1200), '1,200 objects of photos differ in photos-1, 3 in photos-0'],
  ['differences in many', differs(1, 2, 3, 4), '10 copies of objects of photos differ, in 4 of 5 destinations'],
  [
    'a failure',
    { status: 'failed', destinations: [], problems: ['no destination', 'another'] },
    'The run failed: no destination (and 1 more)',
  ],
  [
    'a failure at one of the destinations',
    { status: 'failed', problems: ['no role'] },
    'Not everything of photos could be compared: no role',
  ],
])('says in one sentence what is the matter: %s', (_, differently, sentence) => {
  expect(headlineOf(sampleReport(differently))).toBe(sentence);
});
