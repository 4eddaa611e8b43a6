import type { Verdict } from './verdict.ts';

/** How the verdicts of listings are called in reports, where they mean that something must be done. */
export type Cause = 'missed' | 'stale' | 'rewritten';

export function causeOf(verdict: Exclude<Verdict, 'equal' | 'extra'> | 'scrub'): Cause {
  if (verdict === 'missing') return 'missed';
  return verdict === 'source is newer' ? 'rewritten' : 'stale';
}

/** What a sweep counts at one destination, in objects. */
export interface SweepTally {
  /** Objects of the source that were looked for here. Absent in shares that an older version began. */
  compared?: number;
  equal: number;
  /** Of those, how many the ledger explains: their ETags differ, or their source was written anew. */
  explained: number;
  /** Differences older than the event path's allowance, by cause. */
  found: Record<Cause, number>;
  /** Differences that the event path may still be about to settle. They are sent all the same: some objects are always young. */
  young: number;
  /** Differences of which the ledger knows that this state of the source cannot be copied. */
  cannot: number;
  /** Of those, by reason, what is not looked at again, as nothing has changed. */
  facts?: Record<string, Facts>;
  /** Not there because the lifecycle of the destination has expired them: no differences. */
  expired?: number;
  /** At the destination only. */
  extra: number;
  /** Of what was found; objects in an archive excepted, as they cannot be copied. */
  bytesFound: number;
  /** Keys whose ledger entries could not be read: they were taken for different. */
  unread: number;
  /** Equal objects that were chosen to be compared by more than listings; `bytes`: of those that are to be read. */
  scrub?: { objects: number; bytes: number };
}

/** Objects that cannot be copied, as was found out before. */
export interface Facts {
  objects: number;
  /** When that was noted of the first of them. */
  since: string;
}

/** What a second listing says of what the first one found, in objects. */
export interface VerifyTally {
  /** Equal now, by cause; the replica was written since the sweep. */
  repaired: Record<Cause, number>;
  bytesRepaired: number;
  /** Equal now though nothing was written: the contents were compared, and were the same all the time. */
  same: number;
  /** Gone from the source since. */
  gone: number;
  /** Found to have expired only when they were looked at. */
  expired?: number;
  /** Were young in the sweep, and are equal now: the replica was written since; or it was not. */
  youngRepaired?: number;
  youngSame?: number;
  /** Of what the sweep found, how many turned out to be no drift: the same, expired, or impossible to copy. */
  notDrift?: number;
  /** Of what is counted here, how many did not differ in the sweep. Absent in shares that an older version began. */
  appeared?: number;
  /** Changed since they were last looked at, and still within the event path's allowance. */
  young: number;
  /** Of those, how many differed before, too, and are not known to have been equal in between. */
  unproved: number;
  cannot: Record<string, number>;
  failed: Record<string, number>;
  /** Waiting in the inbox, being copied, or not asked for. */
  underWay: Record<string, number>;
  unread: number;
  scrub?: ScrubTally;
}

/** What became of equal objects that were sent to be compared by more than listings. */
export interface ScrubTally {
  /** By their bytes; by the checksums that S3 keeps. */
  bytes: number;
  checksums: number;
  /** Found to differ; repaired, but for those whose source is damaged. */
  drift: number;
  damagedSource: number;
  notCompared: Record<string, number>;
}

export function newScrubTally(): ScrubTally {
  return { bytes: 0, checksums: 0, drift: 0, damagedSource: 0, notCompared: {} };
}

export function newSweepTally(): SweepTally {
  return {
    compared: 0,
    equal: 0,
    explained: 0,
    found: noCause(),
    young: 0,
    cannot: 0,
    extra: 0,
    bytesFound: 0,
    unread: 0,
  };
}

export function newVerifyTally(): VerifyTally {
  return {
    repaired: noCause(),
    bytesRepaired: 0,
    same: 0,
    gone: 0,
    youngRepaired: 0,
    youngSame: 0,
    notDrift: 0,
    appeared: 0,
    young: 0,
    unproved: 0,
    cannot: {},
    failed: {},
    underWay: {},
    unread: 0,
  };
}

function noCause(): Record<Cause, number> {
  return { missed: 0, stale: 0, rewritten: 0 };
}

/** The sum of two tallies: numbers are added, of two times the earlier one stays. */
export function sumOf<T extends SweepTally | VerifyTally>(one: T, other: T): T {
  const sum = structuredClone(one);
  addTo(sum, other);
  return sum;
}

function addTo(sum: object, more: object): void {
  for (const [name, value] of Object.entries(more)) {
    const known: unknown = Reflect.get(sum, name);
    if (typeof known === 'object' && known !== null) addTo(known, value);
    else Reflect.set(sum, name, added(known, value));
  }
}

function added(known: unknown, value: unknown): unknown {
  if (known === undefined) return value;
  if (typeof known === 'number' && typeof value === 'number') return known + value;
  if (typeof known === 'string' && typeof value === 'string') return known < value ? known : value;
  throw new TypeError(`Cannot add ${JSON.stringify(value)} to ${JSON.stringify(known)}`);
}

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}

/** Counts one more for a reason. Reasons name keys and requests: what is quoted is left out, and what is rare goes to `other`. */
export function countReason(counts: Record<string, number>, reason: string): void {
  const short = withoutNames(reason);
  const name = short in counts || Object.keys(counts).length < MOST_REASONS ? short : 'other reasons';
  counts[name] = (counts[name] ?? 0) + 1;
}

/** The same for all keys. */
export function withoutNames(reason: string): string {
  return reason.replaceAll(/"[^"]*"/g, '"…"').slice(0, 150);
}

const MOST_REASONS = 20;
