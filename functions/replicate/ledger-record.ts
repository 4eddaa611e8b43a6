import type { LedgerRecord } from '../../shared/ledger/ledger.ts';
import type { Outcome } from './attempt.ts';
import type { DatedHint } from './decode.ts';

/** What the ledger is told of one attempt; `now`: milliseconds since 1970. */
export function ledgerRecord(
  { key, changedAt, removedAt, events }: DatedHint,
  { outcome, reason, seen, overtaken = [], expired }: Outcome,
  now: number,
): LedgerRecord {
  const { source, replica } = seen;
  const holdsTheSource = outcome === 'copied' || outcome === 'same';
  const gone = outcome === 'skipped' && source === undefined;
  return {
    key,
    outcome,
    reason,
    lookedAt: new Date(seen.at),
    recordedAt: new Date(now),
    ...(changedAt && { eventAt: changedAt }),
    ...(source && { source }),
    ...(gone && { removedAt: removedAt ?? new Date(now) }),
    ...(holdsTheSource && replica && { replica }),
    ...(expired && { expired }),
    ...(outcome === 'copied' && { copiedAt: new Date(now) }),
    ...(overtaken.length > 0 && { overtaken }),
    ...(events && { events }),
  };
}
