import type { Reference } from './reference.ts';

/** How far the comparison is, and what it has shown: a file in the reports bucket. */
export interface Comparing {
  /** So many lines of the restore's report, in the order of their keys, are dealt with. */
  next: number;
  equal: number;
  /** Of those that are equal: bytes of the objects. */
  bytes: number;
  readonly by: Record<Reference, number>;
  /** All that they could be compared with is gone. */
  gone: number;
  /** Not restored, other than what they were compared with, or not to be compared. */
  wrong: number;
  readonly examples: { readonly key: string; readonly reason: string }[];
  /** The files with all of them. */
  readonly lines: string[];
  /** Of those that were asked for as they were at a moment. */
  readonly earlier: {
    /** That came back, and are equal. */
    equal: number;
    /** That were not there then; of these some were removed by then. */
    left: number;
    removed: number;
    /** That came back by what the history says, and not only by the ledger's item, which outlives it. */
    recorded: number;
    /** That were copied since the rehearsals began, and are no older than the history is kept, which says nothing of them. */
    unrecorded: number;
  };
}

export function newComparing(): Comparing {
  const by = { source: 0, record: 0, replica: 0 };
  return {
    next: 0,
    equal: 0,
    bytes: 0,
    by,
    gone: 0,
    wrong: 0,
    examples: [],
    lines: [],
    earlier: { equal: 0, left: 0, removed: 0, recorded: 0, unrecorded: 0 },
  };
}
