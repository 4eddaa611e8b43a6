import { describe, expect, it } from 'vitest';
import { judge } from '../../../../functions/restore/report/status.ts';
import { newTally } from '../../../../functions/restore/tally.ts';
import type { Tally } from '../../../../functions/restore/tally.ts';

const one = { restored: { keys: 1, bytes: 1 } };

describe('what a run has come to', () => {
  it.each<{
    name: string;
    tally?: Partial<Tally>;
    problems?: string[];
    undelete?: boolean;
    existing?: 'skip' | 'replace';
    is: string;
    says?: RegExp;
  }>([
    { name: 'restored', tally: one, is: 'COMPLETED' },
    { name: 'the same', tally: { same: 1 }, is: 'COMPLETED' },
    {
      name: 'skipped as asked',
      tally: { ...one, skipped: 2 },
      is: 'COMPLETED',
      says: /^2 keys were left .*--existing replace$/,
    },
    {
      name: 'skipped, as it is newer',
      tally: { ...one, skipped: 2 },
      existing: 'replace',
      is: 'COMPLETED',
      says: /since the restore began/,
    },
    { name: 'restored, others had been removed', tally: { ...one, removed: 3, notWrittenYet: 2 }, is: 'COMPLETED' },
    { name: 'restored and failed', tally: { ...one, failed: 1 }, is: 'PARTIAL', says: /1 keys failed/ },
    {
      name: 'restored and expired',
      tally: { ...one, expired: 2 },
      is: 'PARTIAL',
      says: /of 2 keys the version is gone/,
    },
    { name: 'restored and unknown', tally: { ...one, unknown: 1 }, is: 'PARTIAL' },
    { name: 'restored, not to the end', tally: one, problems: ['cut off'], is: 'PARTIAL', says: /cut off/ },
    { name: 'expired', tally: { expired: 1 }, is: 'EXPIRED', says: /retention/ },
    { name: 'expired and failed', tally: { expired: 1, failed: 1 }, is: 'FAILED' },
    { name: 'failed', tally: { failed: 1 }, is: 'FAILED' },
    { name: 'not written yet', tally: { notWrittenYet: 1 }, is: 'FAILED', says: /before the first copy/ },
    { name: 'removed', tally: { removed: 1 }, is: 'FAILED', says: /--undelete/ },
    { name: 'removed, though undelete', tally: { removed: 1 }, undelete: true, is: 'FAILED', says: /earlier moment/ },
    { name: 'nothing', is: 'FAILED', says: /no such keys/ },
  ])('$name', ({ tally, problems = [], undelete = false, existing = 'skip', is, says = /./ }) => {
    const {
      status,
      cause,
      remedy = '',
    } = judge({ tally: { ...newTally(), ...tally }, problems }, { undelete, dryRun: false, existing });
    expect(status).toBe(is);
    expect(`${cause} ${remedy}`).toMatch(says);
    expect(status === 'COMPLETED' && tally?.skipped === undefined).toBe(remedy === '');
  });
});
