import { RegionInfo } from 'aws-cdk-lib/region-info';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hoursBetweenRuns } from '../../../infra/config/hours-between-runs.ts';
import { REGIONS } from '../../../infra/config/regions.ts';
import { isFault, readSchedule } from '../../../infra/config/schedule.ts';

function faultOf(text: string): string | undefined {
  const read = readSchedule(text);
  return isFault(read) ? read.fault : undefined;
}

describe('a schedule', () => {
  // The examples of the page, and what people write.
  it.each([
    'cron(0 10 * * ? *)',
    'cron(15 12 * * ? *)',
    'cron(0 18 ? * MON-FRI *)',
    'cron(0 8 1 * ? *)',
    'cron(0/15 * * * ? *)',
    'cron(0/10 * ? * MON-FRI *)',
    'cron(0/5 8-17 ? * MON-FRI *)',
    'cron(0 9 ? * 2#1 *)',
    'cron(15 10 ? * 6L 2022-2023)',
    'cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)',
    'cron(1-31/30 1-1 ? * 1,7 *)',
    'cron(0 1 ? * mon#2 *)',
    'cron(0 1 3W JAN,mar,5-7 ? *)',
    'cron(0 1 L * ? 1970,2199)',
    'cron(*/5 * ? * * *)',
    'rate(1 minute)',
    'rate(2 days)',
  ])('%s is one', (text) => {
    expect(faultOf(text)).toBeUndefined();
  });

  it.each([
    ['cron(60 1 * * ? *)', /^the minutes is "60"; write 0 to 59/],
    ['cron(0 24 * * ? *)', /^the hours is "24"; write 0 to 23/],
    ['cron(0 1 0 * ? *)', /^the day of the month is "0"; write 1 to 31/],
    ['cron(0 1 32 * ? *)', /^the day of the month is "32"/],
    ['cron(0 1 * 0 ? *)', /^the month is "0"; write 1 to 12, or JAN to DEC/],
    ['cron(0 1 * JANUARY ? *)', /^the month is "JANUARY"/],
    ['cron(0 1 ? * 0 *)', /^the day of the week is "0"; write 1 to 7, or SUN to SAT/],
    ['cron(0 1 ? * 8 *)', /^the day of the week is "8"/],
    ['cron(0 1 ? * MO *)', /^the day of the week is "MO"/],
    ['cron(0 1 ? * FRI-MON *)', /FRI-MON ends before it begins/],
    ['cron(0 22-2 * * ? *)', /^the hours is "22-2"; 22-2 ends before it begins/],
    ['cron(0 1 ? * 2/2 *)', /no steps here/],
    ['cron(0 1 ? * 3#2,5#1 *)', /alone/],
    ['cron(0 1 ? * 3#6 *)', /1 to 5/],
    ['cron(0 1 ? * 9#1 *)', /^the day of the week/],
    ['cron(0 1 LW * ? *)', /L alone/],
    ['cron(0 1 L-3 * ? *)', /L alone/],
    ['cron(0 1 1,L * ? *)', /L alone/],
    ['cron(0 1 32W * ? *)', /^the day of the month is "32W"/],
    ['cron(0 1 * * ? 1969)', /^the year is "1969"; write 1970 to 2199/],
    ['cron(0 1 * * ? 2200)', /^the year is "2200"/],
    ['cron(0 1 * * ? ?)', /^the year is "\?"/],
    ['cron(0 ? * * ? *)', /^the hours is "\?"/],
    ['cron(0 1 ? * ? *)', /exactly one must be \?/],
    [
      'cron(0 1 1 * MON *)',
      /the day of the month is "1"; and the day of the week "MON": of these two fields exactly one must be \?/,
    ],
    ['cron(0/0 1 * * ? *)', /a step is 1 to 59, and not 0/],
    ['cron(0/99 1 * * ? *)', /a step is 1 to 59, and not 99/],
    ['cron(5- 1 * * ? *)', /^the minutes is "5-"/],
    ['cron(,5 1 * * ? *)', /^the minutes is ",5"/],
    ['cron(0 -1 * * ? *)', /^the hours is "-1"/],
    ['cron(0 1.5 * * ? *)', /^the hours is "1.5"/],
    ['cron(0 1 * * ?)', /six fields with one space between, and not 5/],
    ['cron(0  1 * * ? *)', /one space between/],
    ['cron( 0 1 * * ? * )', /one space between/],
    ['cron(0 0 1 * * ? *)', /six fields with one space between, and not 7/],
    ['0 1 * * ? *', /with cron\( before it/],
    ['0 1 * * *', /with cron\( before it/],
    ['rate(0 hours)', /whole number from 1 on, and not 0/],
    ['rate(1.5 hours)', /whole number/],
    ['rate(-1 hours)', /whole number/],
    ['rate(1 hours)', /^write 'rate\(1 hour\)'$/],
    ['rate(5 minute)', /^write 'rate\(5 minutes\)'$/],
    ['rate(2 weeks)', /minute\(s\), hour\(s\) or day\(s\)/],
    ['rate(hour)', /a number, one space and a unit/],
    ['rate(12  hours)', /one space/],
    ['RATE(12 hours)', /write 'cron/],
    ['at(2030-01-01T01:00:00)', /starts once, and never again/],
    ['every night', /write 'cron/],
    ['', /write 'cron/],
  ])('%s is none: %s', (text, says) => {
    expect(faultOf(text)).toMatch(says);
    expect(hoursBetweenRuns(text)).toBeUndefined();
  });
});

interface Spec {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly words: readonly string[];
}

const FIELDS: readonly Spec[] = [
  { name: 'minutes', from: 0, to: 59, words: [] },
  { name: 'hours', from: 0, to: 23, words: [] },
  { name: 'day of the month', from: 1, to: 31, words: [] },
  { name: 'month', from: 1, to: 12, words: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ') },
  { name: 'day of the week', from: 1, to: 7, words: 'SUN MON TUE WED THU FRI SAT'.split(' ') },
  { name: 'year', from: 1970, to: 2199, words: [] },
];

function number({ from, to, words }: Spec, of: number): string {
  // As a name where there is one and the number is odd.
  return (of % 2 === 1 ? words[of - from] : undefined) ?? String(Math.min(to, of));
}

/** By the grammar of the page: a list of `*`, values, ranges, each with a step where there may be one. */
function field(spec: Spec): fc.Arbitrary<string> {
  const value = fc.integer({ min: spec.from, max: spec.to });
  const range = fc
    .tuple(value, value)
    .map(([a, b]) => `${number(spec, Math.min(a, b))}-${number(spec, Math.max(a, b))}`);
  const item = fc.oneof(
    fc.constant('*'),
    value.map((one) => number(spec, one)),
    range,
  );
  const step =
    spec.name === 'day of the week'
      ? fc.constant('')
      : fc.oneof(
          fc.constant(''),
          fc.integer({ min: 1, max: 9 }).map((by) => `/${Math.min(by, spec.to)}`),
        );
  return fc
    .array(
      fc.tuple(item, step).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 4 },
    )
    .map((items) => items.join(','));
}

const [MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR] = FIELDS.map(field);
const any = (arbitrary: fc.Arbitrary<string> | undefined) => arbitrary ?? fc.constant('*');
const dayOfMonth = fc.oneof(
  any(DAY_OF_MONTH),
  fc.constant('L'),
  fc.integer({ min: 1, max: 31 }).map((day) => `${day}W`),
);
const dayOfWeek = fc.oneof(
  any(DAY_OF_WEEK),
  fc.constant('L'),
  fc.constantFrom('1L', '7L', 'FRIL'),
  fc.tuple(fc.constantFrom('1', '7', 'MON', 'sat'), fc.integer({ min: 1, max: 5 })).map((parts) => parts.join('#')),
);
const days = fc.oneof(
  dayOfMonth.map((day) => [day, '?'] as const),
  dayOfWeek.map((day) => ['?', day] as const),
);
const cron = fc
  .tuple(any(MINUTE), any(HOUR), days, any(MONTH), any(YEAR))
  .map(([minute, hour, [inMonth, inWeek], month, year]) => [minute, hour, inMonth, month, inWeek, year]);

describe('by the grammar of AWS', () => {
  it('every schedule is read, and it is known how long it lets pass', () => {
    fc.assert(
      fc.property(cron, (fields) => {
        const text = `cron(${fields.join(' ')})`;
        expect(faultOf(text)).toBeUndefined();
        expect(hoursBetweenRuns(text)).toBeGreaterThanOrEqual(24);
      }),
      { numRuns: 200 },
    );
  });

  it('one wrong field is named', () => {
    const wrong = fc.tuple(
      cron,
      fc.integer({ min: 0, max: 5 }),
      fc.constantFrom('over', 'under', 'word', 'empty range', 'backwards', 'a comma too many'),
    );
    fc.assert(
      fc.property(wrong, ([fields, at, how]) => {
        const spec = FIELDS[at];
        fc.pre(spec !== undefined && fields[at] !== '?');
        if (spec === undefined) return;
        const put = {
          over: String(spec.to + 1),
          under: String(spec.from - 1),
          word: 'XYZ',
          'empty range': `${spec.from}-`,
          backwards: `${spec.to}-${spec.from}`,
          'a comma too many': `${spec.from},`,
        }[how];
        const text = `cron(${fields.map((text, n) => (n === at ? put : text)).join(' ')})`;
        expect(faultOf(text)).toMatch(new RegExp(`^the ${spec.name} is "${put}"`));
      }),
      { numRuns: 300 },
    );
  });
});

it('all Regions of the CDK are known, and no others', () => {
  expect([...REGIONS].toSorted()).toEqual(RegionInfo.regions.map(({ name }) => name).toSorted());
});
