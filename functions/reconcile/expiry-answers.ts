import { expiredUpTo, isExpired } from '../../shared/expiry.ts';
import { noteOf } from '../../shared/ledger/ledger.ts';
import type { LedgerEntry } from '../../shared/ledger/ledger.ts';
import type { KeyAt, LedgerAnswers } from './ledger-answers.ts';
import type { Verdict } from './verdict.ts';
import type { Observed, World } from './world.ts';

/** A key of the source, as listed, at a destination. */
export interface ListedAt extends KeyAt {
  readonly verdict: Verdict | 'gone';
  readonly etag: string;
  readonly modified: string;
  /** Bytes. */
  readonly size: number;
}

/** Which of the missing replicas are missing because the lifecycle of their bucket has expired them. */
export interface ExpiryAnswers {
  isExpired(one: ListedAt, entry: LedgerEntry | undefined): boolean;
}

/** Asks only the destinations that miss what they had once. Of one whose lifecycle cannot be read nothing has expired: `converge` looks for itself. */
export async function askExpiry(
  { log, now }: Pick<World, 'log' | 'now'>,
  destinations: readonly Observed[],
  { listed, ledgers }: { readonly listed: readonly ListedAt[]; readonly ledgers: LedgerAnswers },
): Promise<ExpiryAnswers> {
  const rules = await Promise.all(
    destinations.map(async ({ expiryRules, bucket }, number) => {
      if (!listed.some((one) => one.to === number && mayBeExpired(one, ledgers.of(one)))) return [];
      return expiryRules().catch((error: unknown) => {
        log.warn('lifecycle unread', { destination: bucket.name, error });
        return [];
      });
    }),
  );
  return {
    isExpired(one, entry) {
      if (!mayBeExpired(one, entry)) return false;
      const { key, size, etag, modified } = one;
      const upTo = expiredUpTo(rules[one.to] ?? [], { key, size, now: now() });
      return isExpired({ etag, lastModified: new Date(modified) }, { note: noteOf(entry), upTo });
    },
  };
}

function mayBeExpired({ verdict, etag }: ListedAt, entry: LedgerEntry | undefined): entry is LedgerEntry {
  return verdict === 'missing' && entry?.replicaMadeFrom === etag;
}
