import { describe, expect, it } from 'vitest';
import { factsAfter, factsOf } from '../../../shared/ledger/history.ts';
import type { Before, Fact } from '../../../shared/ledger/history.ts';
import type { SourceEvent } from '../../../shared/ledger/seen.ts';
import type { LedgerRecord } from '../../../shared/ledger/ledger.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';

const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const source = { etag: 'one', versionId: 's1', lastModified: at('10:00:00'), size: 5 };
const replica = { etag: 'one', versionId: 'r1' };
const seen: LedgerRecord = {
  key: objectKey('k'),
  outcome: 'same',
  reason: 'same',
  lookedAt: at('15:00:02'),
  recordedAt: at('15:00:03'),
  source,
  replica,
};
const copied: LedgerRecord = { ...seen, outcome: 'copied', copiedAt: at('15:00:03') };
const { source: _, replica: __, ...sawNothing } = seen;
const failed: LedgerRecord = { ...sawNothing, outcome: 'failed' };
const gone: LedgerRecord = { ...sawNothing, outcome: 'skipped', removedAt: at('15:00:02') };

const put = (time: string, versionId?: string, etag = 'one'): SourceEvent => ({
  at: at(time),
  what: 'created',
  etag,
  ...(versionId !== undefined && { versionId }),
});
const removed = (time: string): SourceEvent => ({ at: at(time), what: 'removed' });
const deleted = (time: string, versionId: string): SourceEvent => ({
  at: at(time),
  what: 'version removed',
  versionId,
});

const version: Fact = { fact: 'version', source, replica };
const removal = (time: string, found = false): Fact => ({ fact: 'removed', at: at(time), found });
const returned = (time: string, found = false): Fact => ({ fact: 'returned', at: at(time), source, replica, found });

describe('one attempt shows by itself', () => {
  it.each<[string, LedgerRecord, readonly Fact[]]>([
    ['what it copied', copied, [{ ...version, copiedAt: at('15:00:03') }]],
    ['what it found to be the same, without saying when that was copied', seen, [version]],
    [
      'when S3 says that this version was written',
      { ...copied, events: [put('10:00:00.800', 's1')] },
      [{ ...version, copiedAt: at('15:00:03'), eventAt: at('10:00:00.800') }],
    ],
    ['not when another version was written', { ...seen, events: [put('09:00:00', 's0')] }, [version]],
    [
      'of sources without versions, when those bytes were written',
      { ...seen, source: { ...source, versionId: 'null' }, events: [put('09:00:00'), put('10:00:00.800')] },
      [{ ...version, source: { ...source, versionId: 'null' }, eventAt: at('10:00:00.800') }],
    ],
    ['nothing of a destination without versions', { ...copied, replica: { etag: 'one' } }, []],
    ['nor of one whose versioning is suspended', { ...copied, replica: { etag: 'one', versionId: 'null' } }, []],
    ['nothing of a failure', { ...failed, events: [put('10:00:00.800', 's1')] }, []],
    ['nothing of a key that is gone, of which no event tells', gone, []],
    [
      'each removal',
      { ...gone, events: [removed('11:00:00'), removed('13:00:00')] },
      [removal('11:00:00'), removal('13:00:00')],
    ],
    ['a removal, whatever became of the attempt', { ...failed, events: [removed('11:00:00')] }, [removal('11:00:00')]],
    [
      'a version that was removed, after which nothing was left',
      { ...gone, events: [deleted('12:00:00', 's1'), deleted('11:00:00', 's0')] },
      [{ fact: 'removed', at: at('12:00:00'), found: false, versionId: 's1' }],
    ],
    [
      'not that of an older version, which changes nothing',
      { ...gone, events: [removed('12:00:00'), deleted('11:00:00', 's0')] },
      [removal('12:00:00')],
    ],
    [
      'a removal before what is there now was written',
      { ...seen, events: [removed('09:00:00')] },
      [removal('09:00:00'), version],
    ],
    [
      'one in the second in which that was written, after which it was there in any case',
      { ...seen, events: [removed('10:00:00.300')] },
      [removal('10:00:00.300'), version, returned('15:00:02', true)],
    ],
    ['what came back', { ...seen, events: [deleted('12:00:00', 's2')] }, [version, returned('12:00:00')]],
    [
      'what was removed and came back',
      { ...seen, events: [removed('11:00:00'), deleted('12:00:00', 'm1')] },
      [removal('11:00:00'), version, returned('12:00:00')],
    ],
    [
      'what was removed and is there again, though no event told of it yet',
      { ...seen, events: [removed('11:00:00')] },
      [removal('11:00:00'), version, returned('15:00:02', true)],
    ],
    [
      'not that a version came back which was written later',
      { ...seen, events: [deleted('09:00:00', 's0')] },
      [version],
    ],
    [
      'not that an upload came back that was still on its way',
      { ...seen, events: [deleted('10:30:00', 's0'), put('11:00:00', 's1')] },
      [{ ...version, eventAt: at('11:00:00') }],
    ],
    [
      'of a long copy that begins, when its source was written',
      { ...sawNothing, outcome: 'handed-over', source, events: [put('10:00:00.800', 's1')] },
      [{ fact: 'version', source, eventAt: at('10:00:00.800') }],
    ],
    ['nothing of one that goes on', { ...sawNothing, outcome: 'handed-over', source }, []],
    [
      'what it made and replaced',
      {
        ...copied,
        overtaken: [
          { source: { ...source, versionId: 's0' }, replica: { ...replica, versionId: 'r0' }, at: at('15:00:01') },
        ],
      },
      [
        {
          fact: 'version',
          source: { ...source, versionId: 's0' },
          replica: { ...replica, versionId: 'r0' },
          copiedAt: at('15:00:01'),
        },
        { ...version, copiedAt: at('15:00:03') },
      ],
    ],
    [
      'that by the time of the event, where it did not see its source',
      {
        ...copied,
        events: [put('09:59:59', 's0', 'zero')],
        overtaken: [
          { source: { etag: 'zero', versionId: 's0' }, replica: { etag: 'zero', versionId: 'r0' }, at: at('15:00:01') },
          { source: { etag: 'unknown' }, replica: { etag: 'unknown', versionId: 'r00' }, at: at('15:00:01') },
        ],
      },
      [
        {
          fact: 'version',
          source: { etag: 'zero', versionId: 's0' },
          replica: { etag: 'zero', versionId: 'r0' },
          eventAt: at('09:59:59'),
          copiedAt: at('15:00:01'),
        },
        { ...version, copiedAt: at('15:00:03') },
      ],
    ],
  ])('%s', (_name, record, facts) => {
    expect(factsOf(record)).toEqual(facts.map(foundUnlessTold));
  });
});

describe('with what was known before it shows', () => {
  const present: Before = { sourceLastModified: at('10:00:00').toISOString(), sourceVersion: 's1' };
  const absent: Before = { ...present, removedAt: at('11:00:00').toISOString() };

  it.each<[string, LedgerRecord, Before, readonly Fact[]]>([
    ['nothing more, most of the time', copied, present, []],
    ['nothing more of a new key', copied, {}, []],
    ['that a key is gone of which no event told', gone, present, [removal('15:00:02', true)]],
    ['not again', gone, absent, []],
    ['nor what an event has told', { ...gone, removedAt: at('12:00:00'), events: [removed('12:00:00')] }, present, []],
    ['nor if a version was removed', { ...gone, events: [deleted('12:00:00', 's1')] }, present, []],
    [
      'since when there was nothing before a new version',
      { ...seen, source: { ...source, lastModified: at('14:00:00') } },
      absent,
      [{ ...version, source: { ...source, lastModified: at('14:00:00') }, goneSince: at('11:00:00') }],
    ],
    [
      'or before it came back',
      { ...seen, events: [deleted('12:00:00', 'm1')] },
      absent,
      [{ fact: 'returned', at: at('12:00:00'), source, replica, found: false, goneSince: at('11:00:00') }],
    ],
    [
      'that it came back, if no event told',
      seen,
      absent,
      [{ fact: 'returned', at: at('15:00:02'), source, replica, found: true, goneSince: at('11:00:00') }],
    ],
    [
      'that an older version came back, if no event told',
      copied,
      { sourceLastModified: at('11:00:00').toISOString() },
      [returned('15:00:02', true)],
    ],
    [
      'not that an upload came back which began earlier and ended later',
      { ...copied, events: [put('11:30:00', 's1')] },
      { sourceLastModified: at('11:00:00').toISOString() },
      [],
    ],
    ['nothing of a failure', failed, absent, []],
  ])('%s', (_name, record, before, facts) => {
    expect(factsAfter(record, before)).toEqual(facts.map(foundUnlessTold));
  });
});

/** Of what was neither copied nor told of by an event the time of the look is known. */
function foundUnlessTold(fact: Fact): Fact {
  if (fact.fact !== 'version' || fact.replica === undefined || fact.copiedAt || fact.eventAt) return fact;
  return { ...fact, foundAt: seen.lookedAt };
}
