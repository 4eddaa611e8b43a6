/**
 * How many hours may pass from one start of a schedule to the next, at most; within a day it does not look. `undefined`: it is none that can be read.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function hoursBetweenRuns(schedule: string): number | undefined {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  if (count !== undefined) return (Number(count) * (MINUTES[unit] ?? 0)) / 60;
  const fields = /^cron\((.*)\)$/.exec(schedule)?.[1]?.trim().split(/\s+/) ?? [];
  const days = fields.length === 6 ? daysBetween(fields) : undefined;
  return days === undefined ? undefined : 24 * days;
}

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/** The longest of two leap years. The year of a schedule is not looked at. */
function daysBetween([, , dayOfMonth = '', month = '', dayOfWeek = '']: readonly string[]): number | undefined {
  // The nearest weekday, the last or the n-th Monday: once a month, and not on the same date.
  const monthly = /[W#]|\dL|L-/i.test(dayOfMonth + dayOfWeek);
  const isMonth = matcher(month, { names: MONTHS, from: 1, to: 12 });
  const isDayOfMonth = matcher(monthly ? '1' : dayOfMonth, { names: [], from: 1, to: 31 });
  const isDayOfWeek = matcher(monthly ? '?' : dayOfWeek.replace(/^L$/i, '7'), { names: DAYS, from: 1, to: 7 });
  if (isMonth === undefined || isDayOfMonth === undefined || isDayOfWeek === undefined) return undefined;
  const isLast = /^L$/i.test(dayOfMonth);
  let [longest, last] = [0, 0];
  for (let day = 0; day < DAYS_LOOKED_AT; day++) {
    const date = new Date(FIRST_DAY + day * DAY_MS);
    if (!isMonth(date.getUTCMonth() + 1) || !isDayOfWeek(date.getUTCDay() + 1)) continue;
    const next = new Date(FIRST_DAY + (day + 1) * DAY_MS);
    if (isLast ? next.getUTCDate() !== 1 : !isDayOfMonth(date.getUTCDate())) continue;
    longest = Math.max(longest, day - last);
    last = day;
  }
  return (last === 0 ? Infinity : longest) + (monthly ? 7 : 0);
}

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2024, 0, 1);
const DAYS_LOOKED_AT = 10 * 365;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Values {
  readonly names: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Whether a number is one of `2,5-9,20/3`. `undefined`: that cannot be read. */
function matcher(field: string, values: Values): ((value: number) => boolean) | undefined {
  const ranges = (/^L$/i.test(field) ? '*' : field).split(',').map((item) => rangeOf(item, values));
  if (ranges.some((range) => range === undefined)) return undefined;
  return (value) =>
    ranges.some((range) => {
      const { first, last, step } = range ?? { first: 1, last: 0, step: 1 };
      return value >= first && value <= last && (value - first) % step === 0;
    });
}

function rangeOf(item: string, { names, from, to }: Values) {
  const [, all, first = '', last, step] = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item) ?? [];
  const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : names.indexOf(text.toUpperCase()) + from);
  const begin = all === undefined ? number(first) : from;
  const end = last !== undefined ? number(last) : all !== undefined || step !== undefined ? to : begin;
  if (!(begin >= from && end <= to && begin <= end)) return undefined;
  return { first: begin, last: end, step: Math.max(1, Number(step ?? 1)) };
}
