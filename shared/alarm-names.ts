/**
 * The alarms of each part, by their headings in docs/RUNBOOK.md. Whoever looks whether all is well knows by this list that one is missing, which would never
 * speak.
 */
export const ALARM_HEADINGS = {
  source: ['Undelivered messages', 'Deliveries failed', 'Deliveries put aside', 'Deliveries lost'],
  /** None as of a destination: a bucket may be the one here and the other in another configuration. */
  reconcile: ['Run not started', 'Run failed', 'Run timed out', 'Reconcile errors', 'Reconcile throttled'],
  /** In the stack of the reconcile, where there is a canary. */
  canary: ['Canary errors', 'Canary throttled'],
  destination: [
    'Failed messages',
    'Lag too high',
    'Oldest message too old',
    'Function errors',
    'Function throttled',
    'Recursive invocations dropped',
    'More objects that cannot be copied',
    'Drift in two runs',
    'Repairs failing',
    'Byte cap reached',
    'Long copy failed',
    'Long copy timed out',
    'History incomplete',
    'Ledger failing',
    'Queues refusing',
  ],
  /** Of a destination, where runs are frequent enough to be watched; where there is a canary; where bytes are compared. */
  runs: ['No completed run'],
  arrival: ['Canary has not arrived'],
  scrub: ['Bytes differ'],
  /** Of a destination, where restores are rehearsed. */
  rehearsal: ['Rehearsal failed', 'Rehearsal overdue'],
} as const;

export type AlarmHeading = (typeof ALARM_HEADINGS)[keyof typeof ALARM_HEADINGS][number];

/** All alarms of a bucket begin alike, with a space that no bucket has in its name. */
export function alarmName(bucket: string, heading: AlarmHeading): string {
  return `${bucket} ${heading}`;
}
