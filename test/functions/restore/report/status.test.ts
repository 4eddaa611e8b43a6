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
    at?: string;
    named?: boolean;
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
    {
      name: 'of named keys some had been removed',
      named: true,
      tally: { ...one, removed: 3, notWrittenYet: 2 },
      is: 'COMPLETED',
      says: /^3 keys had been removed by then; 2 keys were not written yet .*--undelete/,
    },
    {
      name: 'of named keys some were skipped, some not written yet',
      named: true,
      tally: { skipped: 1, notWrittenYet: 2 },
      is: 'COMPLETED',
      says: /^1 keys were left as they are.*; 2 keys were not written yet .*--existing replace.*another moment/,
    },
    {
      name: 'of named keys some failed, some had been removed',
      named: true,
      tally: { ...one, failed: 1, removed: 2 },
      is: 'PARTIAL',
      says: /^1 keys failed; 2 keys had been removed by then/,
    },
    {
      name: 'of named keys all had been removed or were not written yet',
      named: true,
      at: '2026-11-21T09:00:00Z',
      tally: { removed: 1, notWrittenYet: 2 },
      is: 'FAILED',
      says: /^None of the 3 keys that were asked for was there at 2026-11-21T09:00:00Z: 1 keys had been removed by then; 2 keys were not written yet/,
    },
    {
      name: 'of named keys all are removed now',
      named: true,
      tally: { removed: 2 },
      is: 'FAILED',
      says: /^None of the 2 keys that were asked for is there: 2 keys had been removed.*--undelete/,
    },
    {
      name: 'of named keys none was written yet',
      named: true,
      tally: { notWrittenYet: 2 },
      is: 'FAILED',
      says: /^None of the 2 keys that were asked for is known from so early/,
    },
    { name: 'removed', tally: { removed: 1 }, is: 'FAILED', says: /--undelete/ },
    { name: 'removed, though undelete', tally: { removed: 1 }, undelete: true, is: 'FAILED', says: /another moment/ },
    { name: 'nothing', is: 'FAILED', says: /no such keys/ },
  ])('$name', ({ tally, problems = [], undelete = false, existing = 'skip', at, named = false, is, says = /./ }) => {
    const {
      status,
      cause,
      remedy = '',
    } = judge(
      { tally: { ...newTally(), ...tally }, problems },
      { undelete, dryRun: false, existing, at, select: named ? { keyFiles: 1 } : {} },
    );
    expect(status).toBe(is);
    expect(`${cause} ${remedy}`).toMatch(says);
    expect(status === 'COMPLETED' && tally?.skipped === undefined && !named).toBe(remedy === '');
  });
});
