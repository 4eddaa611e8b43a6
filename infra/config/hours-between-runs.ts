import { isFault, readSchedule } from './schedule.ts';
import type { Cron } from './schedule.ts';

/**
 * How many hours may pass from one start of a schedule to the next, at most; within a day it does not look. `undefined`: it is none that can be read.
 */
export function hoursBetweenRuns(schedule: string): number | undefined {
  const read = readSchedule(schedule);
  if (isFault(read)) return undefined;
  return 'hours' in read ? 24 * daysBetween(read) : read.minutes / 60;
}

/** How many starts a month has, as an average of years. `undefined`: it is no schedule that can be read. */
export function startsAMonth(schedule: string): number | undefined {
  const read = readSchedule(schedule);
  if (isFault(read)) return undefined;
  if (!('hours' in read)) return (DAYS_A_MONTH * DAY_MS) / (read.minutes * 60_000);
  const days = [...startDays(read)].length;
  return (days / DAYS_LOOKED_AT) * DAYS_A_MONTH * read.hours.size * read.minutes.size;
}

function daysBetween(cron: Cron): number {
  let [longest, last] = [0, 0];
  for (const n of startDays(cron)) {
    longest = Math.max(longest, n - last);
    last = n;
  }
  return last === 0 ? Infinity : longest;
}

/** The days of 57 years, in which every calendar comes twice, on which it starts, by their number. The year of a schedule is not looked at. */
function* startDays({ day, months }: Cron): Generator<number> {
  for (let n = 0; n < DAYS_LOOKED_AT; n++) {
    const date = new Date(FIRST_DAY + n * DAY_MS);
    if (months.has(date.getUTCMonth() + 1) && startsOn(day, date)) yield n;
  }
}

function startsOn(day: Cron['day'], date: Date): boolean {
  const [dayOfMonth, weekday] = [date.getUTCDate(), date.getUTCDay() + 1];
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  if ('last' in day) return dayOfMonth === lastDay;
  if ('days' in day) return day.days.has(day.of === 'month' ? dayOfMonth : weekday);
  if ('lastOfMonth' in day) return weekday === day.lastOfMonth && dayOfMonth + 7 > lastDay;
  if ('nthOfMonth' in day) return weekday === day.weekday && Math.ceil(dayOfMonth / 7) === day.nthOfMonth;
  return isNearest(day.nearestWeekdayTo, { dayOfMonth, weekday, lastDay });
}

/** Of a weekend the Friday before or the Monday after, in the same month. */
function isNearest(
  wanted: number,
  { dayOfMonth, weekday, lastDay }: { readonly dayOfMonth: number; readonly weekday: number; readonly lastDay: number },
): boolean {
  if (wanted > lastDay || weekday === SUNDAY || weekday === SATURDAY) return false;
  if (dayOfMonth === wanted) return true;
  if (weekday === MONDAY) return dayOfMonth - 1 === wanted || (wanted === 1 && dayOfMonth === 3);
  return weekday === FRIDAY && (dayOfMonth + 1 === wanted || (wanted === lastDay && dayOfMonth + 2 === wanted));
}

const [SUNDAY, MONDAY, FRIDAY, SATURDAY] = [1, 2, 6, 7];
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2024, 0, 1);
const DAYS_LOOKED_AT = 57 * 366;
const DAYS_A_MONTH = 365.25 / 12;
