/** A schedule of EventBridge Scheduler, read. */
export type Schedule = Rate | Cron;

export interface Rate {
  readonly minutes: number;
}

/** When it starts, in its time zone. */
export interface Cron {
  readonly minutes: Values;
  readonly hours: Values;
  readonly day: Day;
  readonly months: Values;
  readonly years: Values;
}

export type Values = ReadonlySet<number>;

/** The days of a month on which it starts; days of the week count from 1, Sunday. */
export type Day =
  | { readonly of: 'month'; readonly days: Values }
  | { readonly of: 'month'; readonly last: true }
  | { readonly of: 'month'; readonly nearestWeekdayTo: number }
  | { readonly of: 'week'; readonly days: Values }
  | { readonly of: 'week'; readonly lastOfMonth: number }
  | { readonly of: 'week'; readonly weekday: number; readonly nthOfMonth: number };

/** What is wrong with a schedule, by its field, and the remedy. */
export interface ScheduleFault {
  readonly fault: string;
}

/**
 * Reads a schedule, field by field, as AWS documents it. What AWS does not document (`LW`, `L-3`, ranges that begin later than they end, steps of days of the
 * week) is refused, as nobody knows when it would start.
 *
 *     minutes       0-59                , - * /
 *     hours         0-23                , - * /
 *     day of month  1-31                , - * ? / L W
 *     month         1-12 or JAN-DEC     , - * /
 *     day of week   1-7 or SUN-SAT      , - * ? L #
 *     year          1970-2199           , - * /
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function readSchedule(text: string): Schedule | ScheduleFault {
  const [, kind, inside = ''] = /^(cron|rate)\((.*)\)$/s.exec(text) ?? [];
  if (kind === 'rate') return readRate(inside);
  if (kind === 'cron') return readCron(inside);
  if (text.startsWith('at(')) return { fault: `at(…) starts once, and never again; ${WRITE}` };
  return { fault: /^\S+( \S+){4,5}$/.test(text) ? `${WRITE}, with cron( before it and ) after it` : WRITE };
}

export function isFault(read: Schedule | ScheduleFault): read is ScheduleFault {
  return 'fault' in read;
}

const WRITE = "write 'cron(minutes hours day-of-month month day-of-week year)' or 'rate(12 hours)'";
const MINUTES: ReadonlyMap<string, number> = new Map([
  ['minute', 1],
  ['hour', 60],
  ['day', 24 * 60],
]);

function readRate(inside: string): Rate | ScheduleFault {
  const [, number, unit = '', plural] = /^(\S+) (minute|hour|day)(s?)$/.exec(inside) ?? [];
  if (number === undefined)
    return { fault: `a rate is a number, one space and a unit: minute(s), hour(s) or day(s); write 'rate(12 hours)'` };
  if (!/^[1-9]\d{0,8}$/.test(number))
    return { fault: `the number of a rate is a whole number from 1 on, and not ${number}; write 'rate(12 hours)'` };
  const right = `${number} ${unit}${number === '1' ? '' : 's'}`;
  if ((number === '1') !== (plural === '')) return { fault: `write 'rate(${right})'` };
  return { minutes: Number(number) * (MINUTES.get(unit) ?? 0) };
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MINUTE = { name: 'minutes', from: 0, to: 59 };
const HOUR = { name: 'hours', from: 0, to: 23 };
const DAY_OF_MONTH = { name: 'day of the month', from: 1, to: 31 };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const MONTH = { name: 'month', from: 1, to: 12, names: MONTHS };
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAY_OF_WEEK = { name: 'day of the week', from: 1, to: 7, names: DAYS };
const YEAR = { name: 'year', from: 1970, to: 2199 };

function readCron(inside: string): Cron | ScheduleFault {
  const fields = inside.split(' ');
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if (fields.length !== 6 || fields.includes(''))
    return {
      fault: `a cron has six fields with one space between, and not ${fields.filter((field) => field !== '').length}: minutes hours day-of-month month day-of-week year`,
    };
  try {
    return {
      minutes: valuesOf(minute, MINUTE),
      hours: valuesOf(hour, HOUR),
      day: dayOf(dayOfMonth, dayOfWeek),
      months: valuesOf(month, MONTH),
      years: valuesOf(year, YEAR),
    };
  } catch (error) {
    if (error instanceof FieldError) return { fault: error.message };
    throw error;
  }
}

class FieldError extends Error {
  constructor(field: string, { name }: Pick<Field, 'name'>, remedy: string) {
    super(`the ${name} is "${field}"; ${remedy}`);
  }
}

function dayOf(dayOfMonth: string, dayOfWeek: string): Day {
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    throw new FieldError(
      dayOfMonth,
      DAY_OF_MONTH,
      `and the day of the week "${dayOfWeek}": of these two fields exactly one must be ?`,
    );
  return dayOfWeek === '?' ? dayOfTheMonth(dayOfMonth) : dayOfTheWeek(dayOfWeek);
}

function dayOfTheMonth(field: string): Day {
  if (field === 'L') return { of: 'month', last: true };
  if (!/[LW]/i.test(field)) return { of: 'month', days: valuesOf(field, DAY_OF_MONTH) };
  const [, day] = /^(\d+)W$/.exec(field) ?? [];
  if (day === undefined)
    throw new FieldError(
      field,
      DAY_OF_MONTH,
      'write L alone for the last day, or 15W for the weekday nearest to the 15th',
    );
  return { of: 'month', nearestWeekdayTo: numberOf(day, { field, of: DAY_OF_MONTH }) };
}

function dayOfTheWeek(field: string): Day {
  // The last day of the week.
  if (field === 'L') return { of: 'week', days: new Set([7]) };
  const [, day = '', nth] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  if (nth !== undefined)
    return { of: 'week', weekday: numberOf(day, { field, of: DAY_OF_WEEK }), nthOfMonth: Number(nth) };
  if (field.includes('#'))
    throw new FieldError(
      field,
      DAY_OF_WEEK,
      'write 3#2, alone, for the second Tuesday of a month; the second number is 1 to 5',
    );
  const [, last] = /^(\d|[A-Z]{3})L$/i.exec(field) ?? [];
  if (last !== undefined) return { of: 'week', lastOfMonth: numberOf(last, { field, of: DAY_OF_WEEK }) };
  if (field.includes('/'))
    throw new FieldError(field, DAY_OF_WEEK, 'there are no steps here; write the days, as MON,WED,FRI');
  return { of: 'week', days: valuesOf(field, DAY_OF_WEEK) };
}

/** Of `2,5-9,20/3`. */
function valuesOf(field: string, of: Field): Values {
  const values = new Set<number>();
  for (const item of field.split(',')) {
    const { first, last, step } = rangeOf(item, { field, of });
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return values;
}

interface Within {
  readonly field: string;
  readonly of: Field;
}

function rangeOf(item: string, { field, of }: Within) {
  const [, all, begin = '', end, by] = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item) ?? [];
  if (all === undefined && begin === '') throw new FieldError(field, of, allowed(of));
  const step = Number(by ?? 1);
  if (step < 1 || step > of.to) throw new FieldError(field, of, `a step is 1 to ${of.to}, and not ${by}`);
  if (all !== undefined) return { first: of.from, last: of.to, step };
  const first = numberOf(begin, { field, of });
  const last = end === undefined ? (by === undefined ? first : of.to) : numberOf(end, { field, of });
  if (last < first)
    throw new FieldError(field, of, `${item} ends before it begins; write two ranges, with a comma between`);
  return { first, last, step };
}

function numberOf(text: string, { field, of }: Within): number {
  const number = /^\d+$/.test(text) ? Number(text) : of.from + (of.names?.indexOf(text.toUpperCase()) ?? Number.NaN);
  if (number >= of.from && number <= of.to) return number;
  throw new FieldError(field, of, allowed(of));
}

function allowed({ from, to, names }: Field): string {
  const range = `write ${from} to ${to}${names === undefined ? '' : `, or ${names[0]} to ${names.at(-1)}`}`;
  return `${range}, with , - * and ${from === 1 && to === 7 ? 'L #' : '/'}`;
}
