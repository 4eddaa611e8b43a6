import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { LedgerEntry } from '../../shared/ledger/ledger.ts';
import type { DifferenceAt } from './difference.ts';
import { EXPIRED } from '../../shared/decide.ts';
import type { Verdict } from './verdict.ts';

/**
 * What became of one key at one destination. First line that fits:
 *
 *     in the sweep              now                               finding
 *     any                       gone from the source              gone
 *     differed, not young       equal, replica is of today        repaired
 *     differed, not young       equal, replica is older           same: its contents were compared
 *     young                     equal, replica is of today        young, repaired
 *     young                     equal, replica is older           young, same
 *     equal                     equal                             none
 *     known, so not sent        cannot be copied                  none
 *     expired                   missing, expired                  none
 *     differed                  missing, expired; or found so
 *                               by `converge`                     expired
 *     equal                     differs, changed lately           young
 *     differed, was sent        differs, changed since, and was
 *                               settled in between                young
 *     differed, was sent        differs, changed since            unproved: nobody knows whether it was ever equal
 *     young, was not sent       differs                           unproved
 *     any                       differs                           what the ledger says: cannot, failed; else under way
 *
 * Of the ledger only counts what was recorded since the keys were sent; and a failure of before, which is being tried again.
 */
export function finding({
  before,
  verdict,
  equal,
  expired = false,
  known = false,
  modified,
  replicaFrom,
  youngFrom,
  entry,
  withheld,
  sentAt,
  startedAt,
}: Pick<Again, 'before' | 'verdict' | 'modified' | 'replicaFrom'> & {
  readonly equal: boolean;
  /** Missing, because the lifecycle of the destination has expired it. */
  readonly expired?: boolean;
  /** A fact of the ledger: it cannot be copied in this state. */
  readonly known?: boolean;
  readonly youngFrom: string;
  readonly entry: LedgerEntry | undefined;
  /** Why the key was not sent, if it was not; when keys were. */
  readonly withheld: string | undefined;
  readonly sentAt: string;
  readonly startedAt: string;
}): Finding {
  if (verdict === 'gone') return { finding: 'gone', reason: 'the source removed it' };
  if (equal) {
    if (before === undefined) return { finding: 'none', reason: '' };
    const written = replicaFrom.slice(0, 19) >= startedAt.slice(0, 19) || replicaFrom !== before.replicaFrom;
    if (before.young === true) return { finding: written ? 'young, repaired' : 'young, same', reason: '' };
    return written
      ? { finding: 'repaired', reason: '' }
      : { finding: 'same', reason: 'the contents were compared, and are equal' };
  }
  const isNew = entry !== undefined && entry.recordedAt >= sentAt;
  if (known && !isNew && before === undefined) return { finding: 'none', reason: '' };
  if (expired && before === undefined) return { finding: 'none', reason: '' };
  if (expired || (verdict === 'missing' && isNew && entry.reason === EXPIRED))
    return { finding: 'expired', reason: EXPIRED };
  if (before === undefined && modified > youngFrom) return { finding: 'young', reason: '' };
  if (before !== undefined && withheld !== undefined)
    return before.young === true ? { finding: 'unproved', reason: '' } : { finding: 'under way', reason: withheld };
  if (before !== undefined && modified > youngFrom && modified > sentAt) {
    const settled = isNew && (entry.outcome === 'copied' || entry.outcome === 'same');
    return { finding: settled ? 'young' : 'unproved', reason: '' };
  }
  if (entry?.outcome === 'failed') return { finding: 'failed', reason: entry.reason };
  if (entry?.outcome === 'cannot' && (isNew || before?.cannot === true))
    return { finding: 'cannot', reason: entry.reason };
  if (isNew && entry.outcome === 'handed-over') return { finding: 'under way', reason: 'a long copy is being made' };
  if (isNew) return { finding: 'under way', reason: `it was ${entry.outcome}, and differs again` };
  if (before === undefined)
    return { finding: 'under way', reason: 'it came to differ during the run, and is left to the next one' };
  return { finding: 'under way', reason: 'it waits in the inbox' };
}

export interface Finding {
  readonly finding:
    | 'none'
    | 'young'
    | 'young, repaired'
    | 'young, same'
    | 'unproved'
    | 'repaired'
    | 'same'
    | 'gone'
    | 'expired'
    | 'cannot'
    | 'failed'
    | 'under way';
  readonly reason: string;
}

/** A key at one destination that differed before, or does now. */
export interface Again {
  readonly key: ObjectKey;
  readonly to: number;
  /** As the sweep saw it, if it differed. */
  readonly before: DifferenceAt | undefined;
  readonly size: number;
  /** Now. `extra`: gone from the source. */
  readonly verdict: Verdict | 'gone';
  readonly etag: string;
  readonly modified: string;
  readonly storageClass: string;
  readonly replicaETag: string;
  readonly replicaFrom: string;
}
