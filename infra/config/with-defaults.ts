import type { RetentionConfiguration } from './config.ts';
import type { Alarms, Canary, Destination, Reconcile, Rehearsal, Replicator } from './replicator.ts';
import { hoursBetweenRuns } from './hours-between-runs.ts';
import { retentionWithDefaults } from './retention.ts';

/** A replicator before those defaults are filled in that come from other fields. */
export interface WrittenReplicator extends Omit<
  Replicator,
  'destinations' | 'reconcile' | 'alarms' | 'canary' | 'rehearsal'
> {
  readonly destinations: readonly WrittenDestination[];
  readonly notify?: readonly string[];
  readonly reconcile: Omit<Reconcile, 'notify'> & Partial<Pick<Reconcile, 'notify'>>;
  readonly alarms: Omit<Alarms, 'notify' | 'runWithinHours'> & Partial<Pick<Alarms, 'runWithinHours'>>;
  readonly canary?: Canary | false;
  readonly rehearsal: (Omit<Rehearsal, 'withinDays'> & Partial<Pick<Rehearsal, 'withinDays'>>) | false;
}

export type WrittenDestination = Omit<Destination, 'retention'> & { readonly retention?: RetentionConfiguration };

export function withDefaults({
  notify,
  destinations,
  reconcile,
  alarms,
  canary,
  rehearsal,
  ...rest
}: WrittenReplicator): Replicator {
  return {
    ...rest,
    destinations: destinations.map(withRetention),
    reconcile: { ...reconcile, notify: reconcile.notify ?? notify ?? [] },
    alarms: {
      ...alarms,
      // Who reads the reports wants to know what is wrong sooner than at night, too.
      notify: notify ?? reconcile.notify ?? [],
      runWithinHours: alarms.runWithinHours ?? runWithinHours(reconcile.schedule),
    },
    // Into a bucket that was there before, nothing is written unless somebody asks for it.
    canary: canary ?? (rest.source.existing ? false : CANARY),
    rehearsal: rehearsal && {
      ...rehearsal,
      withinDays: rehearsal.withinDays ?? rehearsedWithinDays(rehearsal.schedule),
    },
  };
}

/** The lifecycle of a bucket that was there before is its owner's. */
function withRetention({ retention: written, ...destination }: WrittenDestination): Destination {
  if (destination.existing && written === undefined) return destination;
  return { ...destination, retention: retentionWithDefaults(destination.storageClass, written ?? {}) };
}

const CANARY: Canary = { everyMinutes: 15, withinSeconds: 300 };

/** A day, and two hours for a run to take longer than the one before. */
const DAILY = 26;

/**
 * No alarm looks back further: a week.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (Period)
 */
export const LONGEST_WATCH_HOURS = 168;

/** Within how many hours a run must have been completed that is started so. Where runs are rarer than an alarm can watch, the configuration is refused. */
export function runWithinHours(schedule: string): number {
  const hours = Math.ceil(hoursBetweenRuns(schedule) ?? Infinity);
  return Math.min(LONGEST_WATCH_HOURS, Math.max(DAILY, hours + 2));
}

/** Within how many days a rehearsal must have succeeded that is started so: the longest time from one to the next, and three days. */
export function rehearsedWithinDays(schedule: string): number {
  const hours = hoursBetweenRuns(schedule) ?? Infinity;
  return Math.min(LONGEST_BETWEEN_REHEARSALS, Math.ceil(hours / 24) + SPARE_DAYS);
}

/** Days for one that takes long, or is repeated by hand. */
const SPARE_DAYS = 3;
export const LONGEST_BETWEEN_REHEARSALS = 1000;
