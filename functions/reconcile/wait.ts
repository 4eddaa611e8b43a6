import { count, time } from '../../shared/report/in-words.ts';

/** What a run waits for at one destination. */
export interface Wait {
  readonly destination: string;
  /** Keys that the run sent there. */
  readonly sent: number;
  /** As far as the ledger shows. */
  readonly lookedAt: number;
  /** Of those, how many failed when they were last tried. */
  readonly failing: number;
  /** Until when, at the latest. */
  readonly until: string;
  /** Whether it waits longer as long as there is progress. */
  readonly longer: boolean;
}

/** `photos-dr: 288 of 300 keys have been looked at; it waits for the others until 01:30:00 UTC at the latest`. */
export function waitInWords({ destination, sent, lookedAt, failing, until, longer }: Wait): string {
  const seen = `${destination}: ${count(lookedAt)} of ${count(sent)} keys have been looked at`;
  const what =
    failing === 0
      ? 'waits for the others'
      : `${count(failing)} of them failed and ${failing === 1 ? 'is' : 'are'} tried again; waits`;
  return `${seen}; ${what} until ${time(until)}${longer ? ', longer as long as more are done' : ' at the latest'}`;
}
