import type { Ledger } from '../../shared/ledger/ledger.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { Report } from './settle.ts';

/**
 * A ledger that never throws, for one invocation: what cannot be noted or read is reported, and nothing else comes of it.
 *
 * After a few failures in a row it is left alone: a batch of thousands of keys must not wait for each of them.
 */
export function harmless(ledger: Ledger, report: Pick<Report, 'ledgerFailed'>): Ledger {
  let inARow = 0;
  const { keepsHistory = false } = ledger;
  const attempt = async <T>(key: ObjectKey, lost: Lost, ask: () => Promise<T>): Promise<T | undefined> => {
    if (inARow >= FAILURES_IN_A_ROW) {
      const error = new Error(`The ledger is left alone, after ${FAILURES_IN_A_ROW} failures in a row`);
      report.ledgerFailed(key, error, lost);
      return undefined;
    }
    try {
      const answer = await ask();
      inARow = 0;
      return answer;
    } catch (error) {
      inARow++;
      report.ledgerFailed(key, error, lost);
      return undefined;
    }
  };
  return {
    keepsHistory,
    record: (record) =>
      attempt(record.key, keepsHistory ? 'record and history' : 'record', () => ledger.record(record)),
    note: (key) => attempt(key, 'note', () => ledger.note(key)),
  };
}

type Lost = Parameters<Report['ledgerFailed']>[2];

const FAILURES_IN_A_ROW = 5;
