import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesOf, noteOf, rankOf } from '../../../shared/ledger/ledger.ts';
import type { LedgerRecord } from '../../../shared/ledger/ledger.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';

const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const source = { etag: 'one', versionId: 'v1', lastModified: at('10:00:00'), size: 5 };
const copied: LedgerRecord = {
  key: objectKey('k'),
  outcome: 'copied',
  reason: 'absent',
  lookedAt: at('10:00:02'),
  recordedAt: at('10:00:03'),
  source,
  replica: { etag: 'one', versionId: 'r1' },
};
const { source: _, replica: __, ...sawNothing } = copied;
const failed: LedgerRecord = { ...sawNothing, outcome: 'failed', reason: 'AccessDenied' };
const gone: LedgerRecord = { ...sawNothing, outcome: 'skipped', reason: 'source is gone', removedAt: at('10:00:01') };
const later = at('10:00:02.001');

describe('of two records the second is the newer one', () => {
  it.each<[name: string, older: LedgerRecord, newer: LedgerRecord]>([
    ['it looked later', copied, { ...copied, lookedAt: later }],
    ['a failure that looked later', copied, { ...failed, lookedAt: later }],
    ['a copy that looked later than a failure', failed, { ...copied, lookedAt: later }],
    [
      'a copy that overtook a failure, which was recorded after it',
      { ...failed, recordedAt: at('10:09:00') },
      { ...copied, lookedAt: later, recordedAt: at('10:00:04') },
    ],
    ['a failure of the same millisecond hides no copy', failed, copied],
    ['nor what was found gone', failed, gone],
    ['handed over, and then copied in the same millisecond', { ...copied, outcome: 'handed-over' }, copied],
    [
      'an upload in parts, which is dated from its beginning',
      copied,
      { ...copied, lookedAt: later, source: { ...source, etag: 'two-2', lastModified: at('09:00:00') } },
    ],
    [
      'an older version that came back when a newer one was deleted',
      copied,
      { ...copied, lookedAt: later, source: { ...source, versionId: 'v0', lastModified: at('08:00:00') } },
    ],
    ['gone after it was copied', copied, { ...gone, lookedAt: later }],
    ['there again after it was gone', gone, { ...copied, lookedAt: later }],
    [
      'a late event, which is told of an old change but looked at now',
      copied,
      { ...copied, lookedAt: later, eventAt: at('01:00:00') },
    ],
    [
      'the same millisecond, and the source is younger',
      copied,
      { ...copied, source: { ...source, etag: 'a', lastModified: at('10:00:01') } },
    ],
  ])('%s', (_name, older, newer) => {
    expect(rankOf(older) < rankOf(newer)).toBe(true);
  });

  it('or neither is, if it is the same look at the same source', () => {
    expect(rankOf({ ...copied, reason: 'content differs', recordedAt: later })).toBe(rankOf(copied));
  });

  it('always by the time of the look, where it differs', () => {
    const outcome = fc.constantFrom('copied', 'same', 'skipped', 'cannot', 'handed-over', 'deleted', 'failed');
    const record = fc.record({
      outcome,
      lookedAt: fc.date({ min: at('00:00:00'), max: at('23:59:59'), noInvalidDate: true }),
    });
    fc.assert(
      fc.property(record, record, (one, other) => {
        fc.pre(one.lookedAt.getTime() !== other.lookedAt.getTime());
        const isNewer = rankOf({ ...copied, ...one }) > rankOf({ ...copied, ...other });
        expect(isNewer).toBe(one.lookedAt > other.lookedAt);
      }),
    );
  });
});

describe('the item of a key', () => {
  it('says what was copied, and that the replica was made from it', () => {
    expect(changesOf({ ...copied, eventAt: at('10:00:00') })).toEqual({
      set: {
        outcome: 'copied',
        reason: 'absent',
        rank: '2026-01-01T10:00:02.000Z 1 2026-01-01T10:00:00.000Z one',
        recordedAt: '2026-01-01T10:00:03.000Z',
        eventAt: '2026-01-01T10:00:00.000Z',
        sourceETag: 'one',
        sourceVersion: 'v1',
        sourceLastModified: '2026-01-01T10:00:00.000Z',
        size: 5,
        replicaETag: 'one',
        replicaVersion: 'r1',
        replicaMadeFrom: 'one',
        replicaMadeFromDate: '2026-01-01T10:00:00.000Z',
      },
      setOnce: {},
      remove: ['trouble', 'removedAt', 'replicaDate'],
    });
  });

  it('keeps what is known of the replica when an attempt to copy another source fails', () => {
    const { set, remove } = changesOf({ ...failed, source: { ...source, etag: 'two' } });
    expect(set).toMatchObject({ outcome: 'failed', trouble: 'failed', sourceETag: 'two' });
    expect([...Object.keys(set), ...remove].filter((name) => name.startsWith('replica'))).toEqual([]);
  });

  it('keeps what was known of the source when it is gone, and since when that is, the first time that it was seen', () => {
    const { set, setOnce, remove } = changesOf(gone);
    expect(setOnce).toEqual({ removedAt: '2026-01-01T10:00:01.000Z' });
    expect([...Object.keys(set), ...remove].filter((name) => /^(source|replica|size)/.test(name))).toEqual([]);
  });

  it('keeps what was known of a replica that has expired, but for the dates, which an old item had not', () => {
    const expired = {
      sourceETag: 'one',
      replicaETag: 'one',
      sourceLastModified: at('10:00:00'),
      replicaFrom: at('10:00:01'),
    };
    const { set, remove } = changesOf({ ...sawNothing, outcome: 'skipped', source, expired });
    expect(Object.entries(set).filter(([name]) => name.startsWith('replica'))).toEqual([
      ['replicaMadeFromDate', '2026-01-01T10:00:00.000Z'],
      ['replicaDate', '2026-01-01T10:00:01.000Z'],
    ]);
    expect(remove).toEqual(['eventAt', 'trouble', 'removedAt']);
  });

  it('is among the troubles only while it failed or cannot be copied', () => {
    expect(changesOf({ ...copied, outcome: 'cannot' }).set).toHaveProperty('trouble', 'cannot');
    for (const outcome of ['copied', 'same', 'skipped', 'handed-over', 'deleted'] as const) {
      expect(changesOf({ ...copied, outcome }).remove).toContain('trouble');
    }
  });

  it('stays small, however much an error says', () => {
    expect(String(changesOf({ ...failed, reason: 'x'.repeat(5000) }).set['reason'])).toHaveLength(300);
  });
});

describe('the note of an item', () => {
  const item = {
    outcome: 'copied',
    recordedAt: '2026-01-01T10:00:03.000Z',
    sourceLastModified: '2026-01-01T10:00:00.000Z',
    replicaETag: 'r',
    replicaMadeFrom: 'one',
  };
  const dated = { ...item, replicaMadeFromDate: '2026-01-01T09:00:00.000Z', replicaDate: '2026-01-01T09:00:05.000Z' };
  const note = { sourceETag: 'one', replicaETag: 'r' };

  it.each<[is: string, item: Parameters<typeof noteOf>[0], note: object | undefined]>([
    ['none where no replica is known', { outcome: 'failed' }, undefined],
    ['with its dates', dated, { ...note, sourceLastModified: at('09:00:00'), replicaFrom: at('09:00:05') }],
    [
      'with its dates, whatever was tried since',
      { ...dated, outcome: 'failed' },
      { ...note, sourceLastModified: at('09:00:00'), replicaFrom: at('09:00:05') },
    ],
    [
      'with those of the record, where there are no others, and it tells of the replica',
      item,
      { ...note, sourceLastModified: at('10:00:00'), replicaFrom: at('10:00:03') },
    ],
    ['without dates, where the record tells of something else', { ...item, outcome: 'failed' }, note],
  ])('is %s', (_is, from, is) => {
    expect(noteOf(from)).toEqual(is);
  });
});
