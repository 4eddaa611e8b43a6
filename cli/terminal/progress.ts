import type { Report } from '../../functions/reconcile/report/report.ts';
import type { Wait } from '../../functions/reconcile/wait.ts';

/** How far a run has come, as far as its files tell. The phases come in this order; some may be left out. */
export type Progress =
  /** Another run is under way: which. */
  | { readonly phase: 'waiting'; readonly for: string }
  | { readonly phase: 'planning' }
  | Listing
  /** Keys that were sent to inboxes, whether all are, and what is waited for. */
  | { readonly phase: 'repairing'; readonly sent: number; readonly all: boolean; readonly waits: readonly Wait[] }
  | { readonly phase: 'verifying'; readonly ranges: Ranges }
  | { readonly phase: 'over'; readonly report: Report }
  /** It ended without a report: why. */
  | { readonly phase: 'lost'; readonly why: string };

export interface Listing {
  readonly phase: 'listing';
  readonly keys: number;
  /** What the last run counted; `undefined` where nothing is known. */
  readonly total: number | undefined;
  readonly ranges: Ranges;
  readonly differences: number;
  /** Since the first listing began. */
  readonly seconds: number;
}

/** Of the keys: done, and all. */
export interface Ranges {
  readonly done: number;
  readonly all: number;
}

/** From 0 to 1; by the keys if it is known how many there are, else by the ranges. */
export function shareDone({ keys, total, ranges }: Pick<Listing, 'keys' | 'total' | 'ranges'>): number {
  if (ranges.done === ranges.all) return 1;
  // There may be more than there were, and until the last range is read there is more to come.
  if (total !== undefined && total > 0) return Math.min(0.99, keys / total);
  return ranges.done / ranges.all;
}
