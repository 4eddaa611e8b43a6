import { setTimeout } from 'node:timers/promises';
import { forEachConcurrently } from '../../shared/for-each.ts';
import type { Ledger, LedgerRecord } from '../../shared/ledger/ledger.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { Report } from './settle.ts';

/** A ledger that never throws, for one invocation: what cannot be noted or read is reported, and nothing else comes of it. */
export interface HarmlessLedger extends Ledger {
  /**
   * When no key waits for it any more: sends once more every record that had no answer, until `end` is aborted or the ledger takes nothing.
   *
   * @returns the keys whose versions and removals the history may lack.
   */
  readonly sendAgain: (end: AbortSignal) => Promise<ReadonlySet<ObjectKey>>;
}

/**
 * After a few failures in a row the ledger is left alone until all keys are done: a batch of thousands of them must not wait for each. A record is the same
 * however often it is sent, so those without an answer are kept, and sent again at the end.
 */
export function harmless(ledger: Ledger, report: Pick<Report, 'ledgerFailed'>): HarmlessLedger {
  let inARow = 0;
  const { keepsHistory = false } = ledger;
  /** Why each was not taken yet. */
  const waiting = new Map<LedgerRecord, unknown>();
  const underWay = new Set<Promise<void>>();

  const send = async (record: LedgerRecord, patience?: number): Promise<void> => {
    try {
      await ledger.record(record, patience);
      waiting.delete(record);
      inARow = 0;
    } catch (error) {
      waiting.set(record, error);
      inARow++;
    }
  };

  function* stillWanted(end: AbortSignal): Generator<LedgerRecord> {
    for (const record of waiting.keys()) {
      if (end.aborted || inARow >= FAILURES_IN_A_ROW) return;
      yield record;
    }
  }

  return {
    keepsHistory,
    async record(record) {
      if (inARow >= FAILURES_IN_A_ROW) {
        waiting.set(record, leftAlone());
        return;
      }
      const sending = send(record);
      underWay.add(sending);
      await sending;
      underWay.delete(sending);
    },
    async note(key) {
      if (inARow >= FAILURES_IN_A_ROW) {
        report.ledgerFailed(key, leftAlone(), 'note');
        return undefined;
      }
      try {
        const note = await ledger.note(key);
        inARow = 0;
        return note;
      } catch (error) {
        inARow++;
        report.ledgerFailed(key, error, 'note');
        return undefined;
      }
    },
    async sendAgain(end) {
      await Promise.all(underWay);
      for (let inVain = 0; waiting.size > 0 && inVain < ROUNDS_IN_VAIN && !end.aborted;) {
        const before = waiting.size;
        inARow = 0;
        await forEachConcurrently(stillWanted(end), { limit: AT_A_TIME, work: (one) => send(one, PATIENCE_MS) });
        inVain = waiting.size < before ? 0 : inVain + 1;
        if (waiting.size > 0 && inVain < ROUNDS_IN_VAIN) await pause(end);
      }
      for (const [{ key }, error] of waiting)
        report.ledgerFailed(key, error, keepsHistory ? 'record and history' : 'record');
      const unrecorded = new Set([...waiting.keys()].map(({ key }) => key));
      waiting.clear();
      return keepsHistory ? unrecorded : new Set();
    },
  };
}

function leftAlone(): Error {
  return new Error(`The ledger is left alone, after ${FAILURES_IN_A_ROW} failures in a row`);
}

async function pause(signal: AbortSignal): Promise<void> {
  await setTimeout(PAUSE_MS, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

const FAILURES_IN_A_ROW = 5;
const ROUNDS_IN_VAIN = 2;
const PAUSE_MS = 1_000;
/** For one record, when nothing waits for it but the end of the invocation. */
const PATIENCE_MS = 3_000;
/** So few that a slow table, or a machine that is busy, answers each in its time. */
const AT_A_TIME = 8;
