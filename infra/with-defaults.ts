import type { Alarms, Canary, Reconcile, Rehearsal, Replicator } from './config.ts';

/** A replicator before those defaults are filled in that come from other fields. */
export interface WrittenReplicator extends Omit<Replicator, 'reconcile' | 'alarms' | 'canary' | 'rehearsal'> {
  readonly notify?: readonly string[];
  readonly reconcile: Omit<Reconcile, 'notify'> & Partial<Pick<Reconcile, 'notify'>>;
  readonly alarms: Omit<Alarms, 'notify' | 'runWithinHours'> & Partial<Pick<Alarms, 'runWithinHours'>>;
  readonly canary?: Canary | false;
  readonly rehearsal: (Omit<Rehearsal, 'withinDays'> & Partial<Pick<Rehearsal, 'withinDays'>>) | false;
}

export function withDefaults({ notify, reconcile, alarms, canary, rehearsal, ...rest }: WrittenReplicator): Replicator {
  return {
    ...rest,
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

const CANARY: Canary = { everyMinutes: 15, withinSeconds: 300 };

/** A day, and two hours for a run to take longer than the one before. */
const DAILY = 26;

/**
 * No alarm looks back further: a week.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (Period)
 */
export const LONGEST_WATCH_HOURS = 168;

/** Within how many hours a run must have been completed that is started so. */
export function runWithinHours(schedule: string): number {
  const [, count = '0', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  if (unit !== '') {
    const hours = Math.ceil((Number(count) * (MINUTES[unit] ?? 0)) / 60);
    return Math.min(LONGEST_WATCH_HOURS, Math.max(DAILY, hours + 2));
  }
  // Minutes, hours, and then the days, months and years, which may leave days out.
  const [, , ...days] = schedule.replace(/^cron\(|\)$/g, '').split(' ');
  return days.every((field) => field === '*' || field === '?') ? DAILY : LONGEST_WATCH_HOURS;
}

/** Within how many days a rehearsal must have succeeded that is started so: the longest time from one to the next, and three days. */
export function rehearsedWithinDays(schedule: string): number {
  const [, count = '0', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  if (unit !== '') return Math.ceil((Number(count) * (MINUTES[unit] ?? 0)) / (24 * 60)) + SPARE_DAYS;
  const [, , date = '*', month = '*', weekday = '*', year = '*'] = schedule.replace(/^cron\(|\)$/g, '').split(' ');
  return daysBetween({ date, month, weekday, year }) + SPARE_DAYS;
}

/** For one that takes long, or is repeated by hand. */
const SPARE_DAYS = 3;

function daysBetween(of: Readonly<Record<'date' | 'month' | 'weekday' | 'year', string>>): number {
  const isAny = (field: string) => field === '*' || field === '?';
  if (!isAny(of.month) || !isAny(of.year)) return 366;
  // The first Monday of a month comes up to five weeks after the one before.
  if (!isAny(of.weekday)) return /[#L]/.test(of.weekday) ? 35 : 7;
  return isAny(of.date) ? 1 : 31;
}

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };
