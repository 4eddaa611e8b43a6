import { expect, it } from 'vitest';
import type { Fact } from '../../../shared/ledger/history.ts';
import type { ListedVersion } from '../../../shared/listing/listed-version.ts';
import { timeline } from '../../../shared/ledger/timeline.ts';
import type { Now } from '../../../shared/ledger/moment.ts';

const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const state = (n: number, time: string) => ({ etag: `e${n}`, versionId: `s${n}`, lastModified: at(time), size: n });
const replica = (n: number) => ({ etag: `e${n}`, versionId: `r${n}` });
const version = (n: number, time: string, more: Partial<Extract<Fact, { fact: 'version' }>> = {}): Fact => ({
  fact: 'version',
  source: state(n, time),
  replica: replica(n),
  ...more,
});
const removed = (time: string, versionId?: string): Fact => ({
  fact: 'removed',
  at: at(time),
  found: false,
  ...(versionId !== undefined && { versionId }),
});
const returned = (n: number, time: string, written: string): Fact => ({
  fact: 'returned',
  at: at(time),
  found: false,
  source: state(n, written),
  replica: replica(n),
});
const listed = (n: number, time: string, isLatest = true): ListedVersion => ({
  versionId: `r${n}`,
  lastModified: at(time),
  isLatest,
  deleteMarker: false,
  etag: `e${n}`,
  size: n,
});
const marker: ListedVersion = { ...listed(9, '12:00:00'), deleteMarker: true, etag: '', size: 0 };

it.each<[string, { facts?: readonly Fact[]; listed?: readonly ListedVersion[]; now?: Now }, readonly string[]]>([
  ['nothing of nothing', {}, []],
  [
    'what was written, in the order of the source',
    { facts: [version(2, '11:00:00'), version(1, '10:00:00')] },
    ['10:00:00.000 written 1 last-modified', '11:00:00.000 written 2 last-modified'],
  ],
  [
    'when, by the event',
    { facts: [version(1, '10:00:00', { eventAt: at('10:00:00.250') })] },
    ['10:00:00.250 written 1 event'],
  ],
  [
    'what was written last, also where a removal in its second was heard of only when it was there',
    {
      facts: [
        returned(3, '10:00:00.160', '10:00:00'),
        version(3, '10:00:00', { copiedAt: at('10:00:00.215') }),
        version(2, '10:00:00', { eventAt: at('10:00:00.180'), copiedAt: at('10:00:00.195') }),
      ],
    },
    ['10:00:00.180 written 2 event', '10:00:00.180 written 3 last-modified'],
  ],
  [
    'when a long copy was written, which another fact tells',
    {
      facts: [
        { fact: 'version', source: state(1, '09:00:00'), eventAt: at('10:30:00') },
        version(1, '09:00:00'),
        version(2, '10:00:00'),
      ],
    },
    ['10:00:00.000 written 2 last-modified', '10:30:00.000 written 1 event'],
  ],
  [
    'when, by the earliest of the events that told of it',
    {
      facts: [
        version(1, '10:00:00', { eventAt: at('10:00:00.250') }),
        version(1, '10:00:00', { eventAt: at('10:40:00') }),
        { fact: 'version', source: state(1, '10:00:00'), eventAt: at('10:20:00') },
      ],
    },
    ['10:00:00.250 written 1 event'],
  ],
  [
    'a removal once, as it is known best',
    { facts: [version(2, '11:00:00', { goneSince: at('10:30:00') }), version(1, '10:00:00'), removed('10:30:00')] },
    ['10:00:00.000 written 1 last-modified', '10:30:00.000 removed  event', '11:00:00.000 written 2 last-modified'],
  ],
  [
    'an absence whose beginning has expired',
    {
      facts: [version(2, '11:00:00', { goneSince: at('10:30:00') })],
      listed: [listed(1, '10:00:03', false), listed(2, '11:00:03')],
    },
    ['10:00:03.000 unrecorded 1 replica', '10:30:00.000 removed  look', '11:00:00.000 written 2 last-modified'],
  ],
  [
    'a return',
    { facts: [version(1, '10:00:00'), removed('11:00:00'), returned(1, '12:00:00', '10:00:00')] },
    ['10:00:00.000 written 1 last-modified', '11:00:00.000 removed  event', '12:00:00.000 returned 1 event'],
  ],
  [
    'not that what was there all the time came back when an old version expired',
    { facts: [version(1, '10:00:00'), returned(1, '12:00:00', '10:00:00')] },
    ['10:00:00.000 written 1 last-modified'],
  ],
  [
    'not that an upload was there before it had ended',
    { facts: [version(1, '10:00:00', { eventAt: at('13:00:00') }), returned(1, '12:00:00', '10:00:00')] },
    ['13:00:00.000 written 1 event'],
  ],
  [
    'that the current version was removed for good',
    { facts: [version(1, '10:00:00'), version(2, '11:00:00'), removed('12:00:00', 's1'), removed('13:00:00', 's2')] },
    ['10:00:00.000 written 1 last-modified', '11:00:00.000 written 2 last-modified', '13:00:00.000 removed  event'],
  ],
  [
    'or that it was found to be gone after another one was',
    { facts: [version(2, '11:00:00'), removed('12:00:00', 's1')] },
    ['11:00:00.000 written 2 last-modified', '12:00:00.000 removed  look'],
  ],
  [
    'of one second what covered another one, which was copied only when it came back',
    {
      facts: [
        version(2, '10:00:00', { eventAt: at('10:00:00.400'), copiedAt: at('10:00:02') }),
        version(1, '10:00:00', { copiedAt: at('11:00:02') }),
        returned(1, '11:00:00', '10:00:00'),
      ],
    },
    ['10:00:00.000 written 1 last-modified', '10:00:00.400 written 2 event', '11:00:00.000 returned 1 event'],
  ],
  [
    'also where no event told of both',
    {
      facts: [
        version(2, '10:00:00', { copiedAt: at('10:00:02') }),
        version(1, '10:00:00', { copiedAt: at('11:00:02') }),
        returned(1, '11:00:00', '10:00:00'),
      ],
    },
    ['10:00:00.000 written 1 last-modified', '10:00:00.000 written 2 last-modified', '11:00:00.000 returned 1 event'],
  ],
  [
    'that what nobody recorded was removed, which may have been that version',
    { facts: [removed('12:00:00', 's1'), removed('13:00:00')], listed: [listed(1, '10:00:03')] },
    ['10:00:03.000 unrecorded 1 replica', '12:00:00.000 removed  look'],
  ],
  [
    'of one second what is known: it was written after it was removed, as it was copied later',
    { facts: [version(1, '10:00:00', { copiedAt: at('10:00:02') }), removed('10:00:00.300')] },
    ['10:00:00.300 removed  event', '10:00:00.300 written 1 last-modified'],
  ],
  [
    'replicas without a record, and no delete markers',
    { listed: [marker, listed(1, '10:00:03', false)] },
    ['10:00:03.000 unrecorded 1 replica'],
  ],
  [
    'what only the ledger knows',
    {
      listed: [listed(1, '10:00:03')],
      now: { source: state(1, '10:00:00'), replica: replica(1), removedAt: at('11:00:00') },
    },
    ['10:00:00.000 written 1 last-modified', '11:00:00.000 removed  look'],
  ],
  [
    'also where the destination keeps no versions',
    {
      listed: [{ ...listed(1, '10:00:03'), versionId: 'null' }],
      now: { source: state(1, '10:00:00'), replica: { etag: 'e1' } },
    },
    ['10:00:00.000 written 1 last-modified'],
  ],
  [
    'but not of a replica that somebody has overwritten since',
    {
      listed: [{ ...listed(2, '10:00:03'), versionId: 'null' }],
      now: { source: state(1, '10:00:00'), replica: { etag: 'e1' } },
    },
    ['10:00:03.000 unrecorded 2 replica'],
  ],
])('tells %s', (_name, { facts = [], listed: there = [], now = {} }, told) => {
  const moments = timeline({ facts, listed: there, now });
  const inWords = moments.map(({ since, what, replica: held, knownBy }) =>
    [since.toISOString().slice(11, 23), what, held?.etag.slice(1) ?? '', knownBy].join(' '),
  );
  expect(inWords).toEqual(told);
  const other = timeline({ facts: facts.toReversed(), listed: there.toReversed(), now });
  expect(other).toEqual(moments);
});

it('says which versions the bucket has still', () => {
  const moments = timeline({
    facts: [version(1, '10:00:00'), version(2, '11:00:00')],
    listed: [listed(2, '11:00:03')],
  });
  expect(moments.map(({ listed: there }) => there?.versionId)).toEqual([undefined, 'r2']);
});
