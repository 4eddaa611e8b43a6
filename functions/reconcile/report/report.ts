import type { LeftOut, Request } from '../run.ts';
import type { Cause, Facts } from '../tally.ts';

/**
 * What a run found and did, for people and programs: `report.json`. Counts are of objects, sizes in bytes, times ISO 8601 in UTC.
 * Fields may be added; none is renamed or removed.
 */
export interface Report {
  readonly version: 1;
  readonly run: string;
  readonly trigger: Request['trigger'];
  readonly pass: number;
  readonly request: Request;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  /**
   * `equal`: all that was compared is equal or was repaired; `differs`: something is not, or not yet; `failed`: not everything
   * could be compared, whatever was found.
   */
  readonly status: Status;
  readonly source: { readonly bucket: string; readonly keys: number; readonly bytes: number };
  readonly destinations: readonly DestinationReport[];
  /** Destinations that were not looked at, as another run had them; which. */
  readonly leftOut?: readonly LeftOut[];
  /** What went wrong, in sentences. */
  readonly problems: readonly string[];
  /** Pages of listings that were read. */
  readonly requests: number;
  /** Where the lists of keys are, one line of JSON each: repaired, failed, extra … */
  readonly keys: readonly string[];
}

export type Status = 'equal' | 'differs' | 'failed';

export interface DestinationReport {
  readonly bucket: string;
  readonly region: string;
  readonly status: Status;
  /** Objects of the source that were looked for here. */
  readonly compared: number;
  /** Of those, equal at once; and how many of these the ledger had to explain. */
  readonly equal: number;
  readonly explained: number;
  /** What the event path had left behind, by cause. */
  readonly found: Readonly<Record<Cause, number>>;
  readonly bytesFound: number;
  readonly repaired: Readonly<Record<Cause, number>>;
  readonly bytesRepaired: number;
  /** Seemed to differ; their contents were compared, and are equal. */
  readonly same: number;
  /** Left the source while the run was on. */
  readonly gone: number;
  /** Differ, but changed since they were looked at, so that the event path may be about to settle it. */
  readonly young: number;
  /** Not here any more, as the lifecycle of the destination has expired them. They are not brought back. */
  readonly expired?: number;
  /** How many of those were among what was found, as they were taken for missing first. */
  readonly expiredFound?: number;
  /** Differed when they were listed first, but had changed so lately that events may have been about to settle it: no drift. Absent in reports of older versions, as what follows. */
  readonly youngFound?: number;
  /** Of those, equal in the end: the replica was written since, by events or by this run; or it was not. */
  readonly youngRepaired?: number;
  readonly youngSame?: number;
  /** Of what was found, how many turned out to be no drift: the same, expired, or impossible to copy. */
  readonly notDrift?: number;
  /** Of what this run ended with, how many came to differ only after they were listed first. */
  readonly appeared?: number;
  /** Differed, and could not be listed again: what became of them is not known. Only where the run failed. */
  readonly notListedAgain?: number;
  /** Only here. They stay: the source may have removed them by mistake. */
  readonly extra: number;
  /** By reason. */
  readonly cannot: Readonly<Record<string, number>>;
  /** How many of those the ledger knew from before; they are not among what was found. */
  readonly knownCannot: number;
  /** Of those, by reason, what was not looked at again, as nothing has changed since it was found out. */
  readonly knownFacts?: Readonly<Record<string, Facts>>;
  readonly failed: Readonly<Record<string, number>>;
  readonly underWay: Readonly<Record<string, number>>;
  /** Every object of the source of that moment is here, except those that cannot be copied and those that have expired here. */
  readonly provedEqualAsOf?: string;
  /** Keys whose ledger entries could not be read: they were taken for different. */
  readonly unread: number;
  /** Why nothing was repaired here. */
  readonly withheld?: string;
  readonly inbox?: string;
  /** The nightly comparison of contents, where there is one. */
  readonly scrub?: ScrubReport;
}

/** Equal objects that had their turn to be compared by more than listings. */
export interface ScrubReport {
  readonly chosen: number;
  /** As large as those were, as listed, that were sent to be read. */
  readonly bytes: number;
  readonly byBytes: number;
  readonly byChecksums: number;
  /** Found to differ behind equal ETags, and copied again. */
  readonly drift: number;
  /** Found to differ because the source has gone bad: not copied. */
  readonly damagedSource: number;
  readonly notCompared: Readonly<Record<string, number>>;
  /** Left out, as they would have been too many bytes. */
  readonly left: number;
  /** Sent, and not done by the end of the run; or changed meanwhile. */
  readonly waiting: number;
}
