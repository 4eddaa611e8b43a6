import { expect, it } from 'vitest';
import { decideRestore } from '../../../functions/restore/decide-restore.ts';
import type { Wanted } from '../../../functions/restore/decide-restore.ts';
import type { Known } from '../../../functions/restore/past-of.ts';
import type { Fact } from '../../../shared/ledger/history.ts';
import type { ListedVersion } from '../../../shared/listing/listed-version.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';

const KEY = objectKey('ä/k');
const day = (time: string) => new Date(`2026-01-01T${time}:00Z`);
const state = (n: number, time: string) => ({ etag: `e${n}`, versionId: `s${n}`, lastModified: day(time), size: n });
const written = (n: number, time: string, replica = n, eventAt = day(time)): Fact => ({
  fact: 'version',
  source: state(n, time),
  replica: { etag: `e${n}`, versionId: `r${replica}` },
  eventAt,
});
const removed = (time: string): Fact => ({ fact: 'removed', at: day(time), found: false });
const object = (n: number, time: string, more: Partial<ListedVersion> = {}): ListedVersion => ({
  versionId: `r${n}`,
  lastModified: day(time),
  isLatest: false,
  deleteMarker: false,
  etag: `e${n}`,
  size: n,
  ...more,
});
const current = { isLatest: true };
const marker = (n: number, time: string, more: Partial<ListedVersion> = {}): ListedVersion =>
  object(n, time, { versionId: `m${n}`, deleteMarker: true, etag: '', size: 0, ...more });

/** One was overwritten at 11:00, two removed at 12:00; each was copied five minutes later. */
const REMOVED: Known = {
  versions: [object(2, '11:05', current), object(1, '10:05')],
  facts: [removed('12:00'), written(2, '11:00'), written(1, '10:00')],
  now: { source: state(2, '11:00'), replica: { etag: 'e2', versionId: 'r2' }, removedAt: day('12:00') },
};
const FIRST_GONE: Known = { ...REMOVED, versions: [object(2, '11:05', current)] };
const MARKED: Known = { ...REMOVED, versions: [marker(3, '12:05', current), ...REMOVED.versions.map(notLatest)] };
const LATE: Known = { ...REMOVED, versions: [object(2, '12:01', current), object(1, '10:05')], facts: [] };
/** Nothing is recorded: only the destination's own dates are there. */
const UNRECORDED: Known = {
  versions: [object(2, '12:05', current), marker(1, '11:05'), object(1, '10:05')],
  facts: [],
  now: {},
};
const NO_MORE: Known = { ...UNRECORDED, versions: [marker(2, '12:05', current), object(1, '10:05')] };
/** Before versioning, in the middle, and again when it was suspended. */
const NULL: Known = {
  versions: [object(3, '12:05', current), object(2, '11:05', { versionId: 'null' }), object(1, '10:05')],
  facts: [],
  now: {},
};
/** The record of the first has expired; the removal of it is known from the return of the key. */
const HALF: Known = {
  versions: [object(2, '12:05', current), object(1, '10:05')],
  facts: [{ ...written(2, '12:00'), fact: 'version', source: state(2, '12:00'), goneSince: day('11:00') }],
  now: {},
};
const MARKED_BY_HAND: Known = {
  versions: [object(2, '15:05', current), marker(1, '14:00'), object(1, '10:05')],
  facts: [written(1, '10:00'), written(1, '10:00', 2)],
  now: {},
};
/** The version that was made first has expired; the same state was copied again when it came back. */
const RETURNED: Known = {
  versions: [object(3, '13:05', current), object(2, '11:05')],
  facts: [
    written(1, '10:00'),
    written(2, '11:00'),
    {
      fact: 'returned',
      at: day('13:00'),
      found: false,
      source: state(1, '10:00'),
      replica: { etag: 'e1', versionId: 'r3' },
    },
  ],
  now: {},
};
/** The first was written at 10:00 and copied only at 11:00; the record of that was lost. The second one was written at 10:30. */
const BEHIND: Known = {
  versions: [object(2, '11:05', current), object(1, '11:00')],
  facts: [written(2, '10:30')],
  now: {},
};
/** The second one was written and copied within the same second; the record of that was lost. */
const WITHIN: Known = {
  versions: [object(2, '10:00', current), object(1, '10:00')],
  facts: [written(1, '10:00', 1, new Date('2026-01-01T10:00:00.400Z'))],
  now: {},
};
const NOTHING: Known = { versions: [], facts: [], now: {} };
const ALL_EXPIRED: Known = { ...REMOVED, versions: [] };
const ONLY_MARKER: Known = { ...REMOVED, versions: [marker(3, '12:05', current)] };
const STATELESS: Known = { versions: [marker(3, '12:05', current)], facts: [removed('12:00')], now: {} };

it.each<[string, Known, Partial<{ at: string; version: string; undelete: boolean }>, string]>([
  ['what is there', { ...REMOVED, now: {} }, {}, 'restore r2 since 11:00 event'],
  ['what is there without any record', UNRECORDED, {}, 'restore r2 since 12:05 replica'],
  ['what is there, though the source has removed it', REMOVED, {}, 'restore r2 since 11:00 event, removed 12:00'],
  [
    'it also by the item alone, of a copy that landed after the removal',
    LATE,
    {},
    'restore r2 since 11:00 last-modified, removed 12:00',
  ],
  ['not what was removed at the destination', MARKED, {}, 'leave removed since 12:00 event'],
  ['not that without any record', NO_MORE, {}, 'leave removed since 12:05 replica'],
  ['what is below the delete marker', MARKED, { undelete: true }, 'restore r2 since 11:00 event, removed 12:00'],
  ['that without any record', NO_MORE, { undelete: true }, 'restore r1 since 10:05 replica, removed 12:05'],
  ['not what is nowhere below', ONLY_MARKER, { undelete: true }, 'leave expired since 12:00 event'],
  ['not what was never copied', STATELESS, { undelete: true }, 'leave removed since 12:05 replica'],
  ['a version that is null', { ...NULL, versions: NULL.versions.slice(1) }, {}, 'restore null since 11:05 replica'],
  ['not what is all gone', ALL_EXPIRED, {}, 'leave expired since 12:00 event'],
  ['not what nobody knows', NOTHING, {}, 'leave unknown'],

  ['by the time of the write', REMOVED, { at: '10:00' }, 'restore r1 since 10:00 event'],
  ['what had not been copied yet', REMOVED, { at: '11:01' }, 'restore r2 since 11:00 event'],
  ['what had not been overwritten yet', REMOVED, { at: '10:59' }, 'restore r1 since 10:00 event'],
  ['not what was written later', REMOVED, { at: '09:59' }, 'leave not written yet'],
  ['not what had been removed', REMOVED, { at: '12:00' }, 'leave removed since 12:00 event'],
  [
    'also what had been removed',
    REMOVED,
    { at: '13:00', undelete: true },
    'restore r2 since 11:00 event, removed 12:00',
  ],
  ['nothing older in the place of what expired', FIRST_GONE, { at: '10:30' }, 'leave expired r1 since 10:00 event'],
  [
    'not what of a removed key expired',
    ALL_EXPIRED,
    { at: '13:00', undelete: true },
    'leave expired r2 since 11:00 event',
  ],
  ['what was removed only later, at the destination', MARKED, { at: '11:30' }, 'restore r2 since 11:00 event'],
  ['not what nobody ever knew', NOTHING, { at: '11:30' }, 'leave unknown'],
  ['a removal of nothing', STATELESS, { at: '13:00', undelete: true }, 'leave removed since 12:00 event'],

  ['by the replica, as nothing is recorded', UNRECORDED, { at: '10:30' }, 'restore r1 since 10:05 replica'],
  ['the removal by its delete marker then', UNRECORDED, { at: '11:30' }, 'leave removed since 11:05 replica'],
  [
    'what was below it then',
    UNRECORDED,
    { at: '11:30', undelete: true },
    'restore r1 since 10:05 replica, removed 11:05',
  ],
  ['what came after it', UNRECORDED, { at: '12:30' }, 'restore r2 since 12:05 replica'],
  ['not what lies below the last one', NO_MORE, { at: '13:00' }, 'leave removed since 12:05 replica'],
  ['null among others', NULL, { at: '11:30' }, 'restore null since 11:05 replica'],
  ['before null', NULL, { at: '10:30' }, 'restore r1 since 10:05 replica'],
  ['before what is recorded, by the replica', HALF, { at: '10:30' }, 'restore r1 since 10:05 replica'],
  ['the beginning of an absence', HALF, { at: '11:30' }, 'leave removed since 11:00 look'],
  [
    'no removal by hand, which the source did not make',
    MARKED_BY_HAND,
    { at: '14:30' },
    'restore r2 since 10:00 event',
  ],
  ['the same state from another version', RETURNED, { at: '10:30' }, 'restore r3 since 10:00 event'],
  ['nothing unrecorded after what overwrote it', BEHIND, { at: '11:02' }, 'restore r2 since 10:30 event'],
  ['what is unrecorded after what it overwrote', WITHIN, { at: '10:01' }, 'restore r2 since 10:00 replica'],

  ['a version', REMOVED, { version: 'r1' }, 'restore r1 since 10:00 event'],
  ['the version null', NULL, { version: 'null' }, 'restore null since 11:05 replica'],
  ['not a version that has expired', FIRST_GONE, { version: 'r1' }, 'leave expired r1 since 10:00 event'],
  ['not a version that was never there', REMOVED, { version: 'x' }, 'leave unknown'],
  ['not a delete marker', MARKED, { version: 'm3' }, 'leave removed since 12:05 replica'],
])('restores %s', (_name, known, { at, undelete = false, ...wanted }, told) => {
  const asked: Wanted = { ...wanted, undelete, ...(at !== undefined && { at: day(at) }) };
  expect(inWords(decideRestore(KEY, known, asked))).toBe(told);
});

it('says what a version was made from, where that is known', () => {
  expect(decideRestore(KEY, REMOVED, { at: day('11:30'), undelete: false })).toEqual({
    do: 'restore',
    key: KEY,
    version: object(2, '11:05', current),
    since: day('11:00'),
    knownBy: 'event',
    source: state(2, '11:00'),
  });
});

it('takes of two versions of one second that nobody recorded the one that S3 lists first', () => {
  const versions = [object(2, '10:05', current), object(1, '10:05')];
  const restored = decideRestore(KEY, { versions, facts: [], now: {} }, { at: day('11:00'), undelete: false });
  expect(inWords(restored)).toBe('restore r2 since 10:05 replica');
});

function notLatest(version: ListedVersion): ListedVersion {
  return { ...version, isLatest: false };
}

function inWords(restoration: ReturnType<typeof decideRestore>): string {
  const clock = (date: Date) => date.toISOString().slice(11, 16);
  const { since, knownBy } = restoration;
  const when = since ? ` since ${clock(since)} ${knownBy}` : '';
  if (restoration.do === 'leave') {
    const { reason, version } = restoration;
    return `leave ${reason}${version === undefined ? '' : ` ${version}`}${when}`;
  }
  const { version, removed: gone } = restoration;
  return `restore ${version.versionId}${when}${gone ? `, removed ${clock(gone)}` : ''}`;
}
