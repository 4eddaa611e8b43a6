import { changesOf, rankOf } from '../../shared/ledger/ledger.ts';
import type { Ledger, LedgerRecord } from '../../shared/ledger/ledger.ts';
import type { Schedule, Task } from './s3-simulator/schedule.ts';

/**
 * What becomes of a request to the ledger: it is answered, perhaps just in time (`slow`); there is nobody (`down`); no answer comes in time, and it was never heard
 * (`silent`) or lands minutes later (`late`); it meets a table that was set back in time (`stale`).
 */
export type LedgerFate = 'well' | 'slow' | 'down' | 'silent' | 'late' | 'stale';

/** The ledger of one key in virtual time, by the rules of `shared/ledger/ledger.ts`, as a caller sees it: like the real one it gives up after a second. */
export function ledgerModel({ schedule, fate }: { readonly schedule: Schedule; readonly fate: () => LedgerFate }): {
  readonly seenBy: (caller: Task) => Ledger;
} {
  /** All that the item ever was. */
  const past: Item[] = [{}];

  function current(): Item {
    return past.at(-1) ?? {};
  }

  function setBack(): void {
    past.push(past[Math.floor(schedule.random() * past.length)] ?? {});
  }

  function write(record: LedgerRecord): void {
    const { set, setOnce, remove } = changesOf(record);
    if (String(current()['rank'] ?? '') >= rankOf(record)) return;
    const kept = Object.entries({ ...setOnce, ...current(), ...set }).filter(([name]) => !remove.includes(name));
    past.push(Object.fromEntries(kept));
  }

  async function ask<T>(what: string, { caller, land }: { readonly caller: Task; readonly land: () => T }): Promise<T> {
    await caller.step(what);
    const meant = fate();
    if (meant === 'down') throw new Error('The ledger is down');
    if (meant === 'stale') setBack();
    if (meant !== 'silent') {
      const landed = schedule.fork(`${caller.name}, ${what}`, async (request) => {
        await request.sleep(LANDS_AFTER_MS[meant], `${meant} ledger`);
        return land();
      });
      if (meant !== 'late') return await landed;
    }
    await caller.sleep(PATIENCE_MS, 'waits for the ledger');
    throw new Error('The ledger does not answer');
  }

  return {
    seenBy: (caller) => ({
      record: (record) => ask('tells the ledger', { caller, land: () => write(record) }),
      note: () =>
        ask('asks the ledger', {
          caller,
          land() {
            const { replicaETag, replicaMadeFrom } = current();
            return replicaETag === undefined || replicaMadeFrom === undefined
              ? undefined
              : { replicaETag: String(replicaETag), sourceETag: String(replicaMadeFrom) };
          },
        }),
    }),
  };
}

type Item = Readonly<Record<string, string | number>>;

const PATIENCE_MS = 1_000;
const LANDS_AFTER_MS = { well: 0, stale: 0, slow: 900, late: 180_000 } as const;
