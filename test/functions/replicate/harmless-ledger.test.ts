import { describe, expect, it } from 'vitest';
import { harmless } from '../../../functions/replicate/harmless-ledger.ts';
import type { LedgerRecord } from '../../../shared/ledger/ledger.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';

/** A ledger that takes what `takes` says, each time it is asked. */
function scene(takes: (key: string) => boolean, keepsHistory = true) {
  const asked: string[] = [];
  const taken: string[] = [];
  const told: string[] = [];
  const ledger = harmless(
    {
      keepsHistory,
      async record({ key }) {
        asked.push(key);
        if (!takes(key)) throw new Error('Request aborted');
        taken.push(key);
      },
      note: () => Promise.reject(new Error('Request aborted')),
    },
    { ledgerFailed: (key, error, lost) => void told.push(`${key}: ${lost}: ${String(error)}`) },
  );
  const tell = (key: string) => ledger.record(recordOf(key));
  return { ledger, tell, asked, taken, told };
}

function recordOf(key: string): LedgerRecord {
  const at = new Date(0);
  return { key: objectKey(key), outcome: 'copied', reason: 'absent', lookedAt: at, recordedAt: at };
}

const forever = new AbortController().signal;
const names = Array.from({ length: 20 }, (_, n) => `k${n}`);

describe('records that had no answer', () => {
  it('are sent again when all keys are done, and none is lost or told of', async () => {
    let busy = true;
    const { ledger, tell, asked, taken, told } = scene(() => !busy);
    for (const name of names) await tell(name);
    // It was left alone after five of them.
    expect(asked).toHaveLength(5);
    busy = false;
    expect(await ledger.sendAgain(forever)).toEqual(new Set());
    expect([taken, told]).toEqual([names, []]);
  });

  it('are sent again and again as long as one is taken', async () => {
    let answers = 0;
    const { ledger, tell, taken, told } = scene(() => answers++ >= 5 && answers % 2 === 0);
    for (const name of names.slice(0, 6)) await tell(name);
    expect(await ledger.sendAgain(forever)).toEqual(new Set());
    expect(new Set(taken)).toEqual(new Set(names.slice(0, 6)));
    expect(told).toEqual([]);
  });

  it.each([true, false])('are told of once, and named if a history lacks them (%s)', async (keepsHistory) => {
    const { ledger, tell, told } = scene((key) => key === 'k3', keepsHistory);
    for (const name of names) await tell(name);
    const lost = names.filter((name) => name !== 'k3');
    expect(await ledger.sendAgain(forever)).toEqual(new Set(keepsHistory ? lost : []));
    expect(told).toHaveLength(lost.length);
    expect(new Set(told.map((line) => line.split(':')[0]))).toEqual(new Set(lost));
    expect(told[0]).toContain(keepsHistory ? 'record and history: Error: Request aborted' : ': record: Error');
    expect(await ledger.sendAgain(forever)).toEqual(new Set());
  });

  it('are not sent when the time is up', async () => {
    const { ledger, tell, asked } = scene(() => false);
    await tell('k');
    expect(await ledger.sendAgain(AbortSignal.abort())).toEqual(new Set(['k']));
    expect(asked).toEqual(['k']);
  });

  it('are waited for while they are under way', async () => {
    const gate = Promise.withResolvers<void>();
    const ledger = harmless(
      { keepsHistory: true, record: () => gate.promise, note: async () => undefined },
      { ledgerFailed: () => undefined },
    );
    void ledger.record(recordOf('k'));
    const sent = ledger.sendAgain(AbortSignal.abort());
    gate.reject(new Error('no'));
    expect(await sent).toEqual(new Set(['k']));
  });
});
