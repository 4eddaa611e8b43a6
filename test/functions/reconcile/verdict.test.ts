import { describe, expect, it } from 'vitest';
import { isExplained, verdictOf } from '../../../functions/reconcile/verdict.ts';
import { listingPage } from '../../../shared/listing/listed-rows.ts';

const BEFORE = '2026-11-01T00:00:00.000Z';
const AFTER = '2026-11-02T00:00:00.000Z';
const object = { etag: 'x', size: 1, modified: BEFORE };

describe('verdictOf', () => {
  it.each([
    { case: 'only at the destination', source: undefined, replica: object, verdict: 'extra' },
    { case: 'only at the source', source: object, replica: undefined, verdict: 'missing' },
    { case: 'another size', source: object, replica: { ...object, size: 2 }, verdict: 'other size' },
    {
      case: 'another size and ETag',
      source: object,
      replica: { ...object, size: 2, etag: 'y' },
      verdict: 'other size',
    },
    { case: 'another ETag', source: object, replica: { ...object, etag: 'y' }, verdict: 'other ETag' },
    {
      case: 'a replica that is older',
      source: { ...object, modified: AFTER },
      replica: object,
      verdict: 'source is newer',
    },
    { case: 'a replica that is newer', source: object, replica: { ...object, modified: AFTER }, verdict: 'equal' },
    { case: 'a replica of the same second', source: object, replica: object, verdict: 'equal' },
    {
      case: 'a replica of the same second, if fractions are told',
      source: { ...object, modified: '2026-11-01T00:00:00.900Z' },
      replica: { ...object, modified: '2026-11-01T00:00:00.100Z' },
      verdict: 'equal',
    },
    {
      case: 'a replica of the second before',
      source: { ...object, modified: '2026-11-01T00:00:01.000Z' },
      replica: { ...object, modified: '2026-11-01T00:00:00.999Z' },
      verdict: 'source is newer',
    },
  ])('says "$verdict" of $case', ({ source, replica, verdict }) => {
    expect(verdictOf(row(source), row(replica))).toBe(verdict);
  });
});

describe('isExplained', () => {
  const entry = {
    outcome: 'copied',
    reason: 'absent',
    recordedAt: AFTER,
    sourceLastModified: BEFORE,
    replicaMadeFrom: 'x',
    replicaETag: 'kms',
  };
  it.each([
    { case: 'a note about these two ETags', entry, explained: true },
    { case: 'a look that found them the same', entry: { ...entry, outcome: 'same' }, explained: true },
    { case: 'no entry', entry: undefined, explained: false },
    { case: 'a note about another source', entry: { ...entry, replicaMadeFrom: 'w' }, explained: false },
    { case: 'a note about another replica', entry: { ...entry, replicaETag: 'old' }, explained: false },
    {
      case: 'a note about an earlier state of the same ETag',
      entry: { ...entry, sourceLastModified: '2026-10-01T00:00:00.000Z' },
      explained: false,
    },
    { case: 'a failed attempt since', entry: { ...entry, outcome: 'failed' }, explained: false },
    { case: 'a copy that is being made', entry: { ...entry, outcome: 'handed-over' }, explained: false },
    {
      case: 'a HEAD’s time, which has no fractions',
      entry: { ...entry, sourceLastModified: '2026-11-01T00:00:00.000Z' },
      modified: '2026-11-01T00:00:00.700Z',
      explained: true,
    },
  ])('$case: $explained', ({ entry: known, modified = BEFORE, explained }) => {
    expect(isExplained({ etag: 'x', modified }, 'kms', known)).toBe(explained);
  });
});

function row(of: typeof object | undefined) {
  if (of === undefined) return { page: undefined, at: 0, here: false };
  const other = { key: 'other', etag: '', size: 0, modified: '', storageClass: '' };
  return { page: listingPage([other, { ...of, key: 'k', storageClass: 'STANDARD' }]), at: 1, here: true };
}
