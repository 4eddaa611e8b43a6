import type { LedgerEntry } from '../../shared/ledger/ledger.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { Observed, World } from './world.ts';

/** A key at a destination, by its number in the plan. */
export interface KeyAt {
  readonly key: ObjectKey;
  readonly to: number;
}

/** What the ledgers of the destinations say of some keys. */
export interface LedgerAnswers {
  of(where: KeyAt): LedgerEntry | undefined;
  /** Whether that ledger could not be read: then nothing is explained, and the key is looked at by `converge`. */
  unread(where: KeyAt): boolean;
}

export async function askLedgers(
  { log }: Pick<World, 'log'>,
  destinations: readonly Observed[],
  keys: readonly KeyAt[],
): Promise<LedgerAnswers> {
  const answers = await Promise.all(
    destinations.map(async ({ ledger, bucket }, number) => {
      const wanted = keys.filter(({ to }) => to === number).map(({ key }) => key);
      if (wanted.length === 0) return undefined;
      return ledger.entries(wanted).catch((error: unknown) => {
        log.warn('ledger unread', { destination: bucket.name, keys: wanted.length, error });
        return undefined;
      });
    }),
  );
  return {
    of: ({ key, to }) => answers[to]?.get(key),
    unread: ({ to }) => answers[to] === undefined,
  };
}
