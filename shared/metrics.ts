/**
 * Every metric of this project, with its unit: what the functions emit, and all that an alarm may watch. Each has one dimension, the
 * destination: every further set of dimensions would be a metric of its own, to be paid for and watched by nobody.
 */
export const ATTEMPT_METRICS = {
  Copied: 'Count',
  Same: 'Count',
  Skipped: 'Count',
  Cannot: 'Count',
  HandedOver: 'Count',
  Failed: 'Count',
  /** Keys for which the time of an invocation was too short: they come back with their messages. */
  OutOfTime: 'Count',
  /** Answers of S3 that say SlowDown. */
  Throttled: 'Count',
  NotUnderstood: 'Count',
  /** Records of the ledger that were not written, and notes of it that were not read. */
  LedgerFailed: 'Count',
  /** Of those, records whose versions and removals may be missing in the history. */
  HistoryFailed: 'Count',
  /** What the queues refused: a message that should come back sooner, or be put aside. */
  InboxRefused: 'Count',
  Bytes: 'Bytes',
  /** From the change to the end of the attempt, failures included. */
  Lag: 'Milliseconds',
  /** The same, at the end of each invocation that has brought a long copy on: such a copy takes hours, and is no sign of trouble. */
  LongCopyLag: 'Milliseconds',
  /** Objects whose contents were compared, by their bytes or checksums. */
  Scrubbed: 'Count',
  /** Read for that, on both sides. */
  ScrubbedBytes: 'Bytes',
  /** Objects that were found to differ though their listings agree. */
  ScrubDrift: 'Count',
} as const;

/** Once for each canary. */
export const CANARY_METRICS = {
  /** 1 or 0: whether it arrived in time, as it was put. */
  CanaryArrived: 'Count',
  /** From the put to the moment when it was seen, of those that arrived. */
  CanaryDelay: 'Milliseconds',
} as const;

/** Once for each run of the reconcile that looked at the destination. Counts are of objects, unless something else is said. */
export const RUN_METRICS = {
  ReconcileCompared: 'Count',
  ReconcileMissed: 'Count',
  ReconcileStale: 'Count',
  ReconcileDrift: 'Count',
  ReconcileExtra: 'Count',
  ReconcileRepaired: 'Count',
  ReconcileFailed: 'Count',
  ReconcileUnderWay: 'Count',
  ReconcileCannot: 'Count',
  ReconcileSeconds: 'Seconds',
  /** 1: so much differed that nothing was repaired. */
  ReconcileByteCapReached: 'Count',
  /** 1: all of the destination was compared. Like the two that follow, put by such runs only. */
  ReconcileCompleted: 'Count',
  /** Runs in a row that found what the events should have brought over. */
  ReconcileDriftRuns: 'Count',
  /** More than the run before. */
  ReconcileCannotMore: 'Count',
} as const;

/** Once for each rehearsal of a restore; the age several times a day. */
export const REHEARSAL_METRICS = {
  /** 1 or 0: whether all that was restored is what the source holds, or held. */
  RehearsalSucceeded: 'Count',
  /** Objects that were restored and compared. */
  RehearsalObjects: 'Count',
  RehearsalBytes: 'Bytes',
  RehearsalSeconds: 'Seconds',
  /** Days since one has succeeded; before the first one, since the destination was first seen. */
  RehearsalAge: 'None',
} as const;

export type AttemptMetric = keyof typeof ATTEMPT_METRICS;
export type CanaryMetric = keyof typeof CANARY_METRICS;
export type RunMetric = keyof typeof RUN_METRICS;
export type RehearsalMetric = keyof typeof REHEARSAL_METRICS;

export function metricDimensions(destinationBucket: string): { readonly destination: string } {
  return { destination: destinationBucket };
}
