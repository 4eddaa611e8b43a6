import type { Replicator } from '../../infra/config/replicator.ts';
import { ALARM_HEADINGS } from '../../shared/alarm-names.ts';
import type { AlarmHeading } from '../../shared/alarm-names.ts';

/** The alarms that there must be, by their headings: one that was deleted, or never deployed, does not speak. */
export interface ExpectedAlarms {
  readonly source: readonly AlarmHeading[];
  /** Of the source, too, in the stack of the reconcile. */
  readonly reconcile: readonly AlarmHeading[];
  /** Of each destination. */
  readonly destination: readonly AlarmHeading[];
}

export function expectedAlarms({
  alarms,
  canary,
  scrub,
  rehearsal,
}: Pick<Replicator, 'alarms' | 'canary' | 'scrub' | 'rehearsal'>): ExpectedAlarms {
  const { source, reconcile, destination, runs, arrival } = ALARM_HEADINGS;
  return {
    source,
    reconcile: [...reconcile, ...(canary === false ? [] : ALARM_HEADINGS.canary)],
    destination: [
      ...destination,
      ...(alarms.runWithinHours === false ? [] : runs),
      ...(canary === false ? [] : arrival),
      ...(scrub === false ? [] : ALARM_HEADINGS.scrub),
      ...(rehearsal === false ? [] : ALARM_HEADINGS.rehearsal),
    ],
  };
}
