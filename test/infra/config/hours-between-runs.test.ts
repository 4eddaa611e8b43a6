import { expect, it } from 'vitest';
import { hoursBetweenRuns, startsAMonth } from '../../../infra/config/hours-between-runs.ts';

it.each([
  ['rate(30 minutes)', 0.5],
  ['rate(12 hours)', 12],
  ['rate(10 days)', 240],
  ['cron(0 1 * * ? *)', 24],
  ['cron(0 */6 * * ? *)', 24],
  ['cron(30 13 ? * * *)', 24],
  ['cron(0 1 ? * MON-FRI *)', 72],
  ['cron(0 1 ? * 2-6 *)', 72],
  ['cron(0 1 ? * tue,fri 2026-2030)', 96],
  ['cron(0 1 ? * SUN *)', 168],
  ['cron(0 1 ? * L *)', 168],
  ['cron(0 1 */2 * ? *)', 48],
  ['cron(0 1 1/10 * ? *)', 240],
  ['cron(0 1 1 * ? *)', 744],
  ['cron(0 1 L * ? *)', 744],
  ['cron(0 1 31 * ? *)', 61 * 24],
  ['cron(0 1 ? * 6L *)', 35 * 24],
  ['cron(0 1 ? * 3#2 *)', 35 * 24],
  ['cron(0 1 ? * MON#5 *)', 119 * 24],
  ['cron(0 1 15W * ? *)', 32 * 24],
  ['cron(0 1 31W * ? *)', 63 * 24],
  ['cron(0 1 29 2 ? *)', 1461 * 24],
  ['cron(0 1 30 2 ? *)', Infinity],
  ['cron(0 1 ? 2 MON#5 *)', 28 * 365.25 * 24],
  ['cron(0 1 * 13 ? *)', undefined],
  ['cron(0 1 * * FUNDAY *)', undefined],
  ['cron(0 1 * * ?)', undefined],
  ['something else', undefined],
])('%s lets %s hours pass from one run to the next', (schedule, hours) => {
  expect(hoursBetweenRuns(schedule)).toBe(hours);
});

it.each([
  ['rate(1 hour)', 730.5],
  ['cron(0 4 1 * ? *)', 1],
  ['cron(0 4 1 1,7 ? *)', 1 / 6],
  ['cron(0,30 */6 * * ? *)', 8 * 30.4375],
  ['cron(0 1 ? * SUN *)', 30.4375 / 7],
  ['cron(0 1 30 2 ? *)', 0],
])('%s starts %s times a month', (schedule, starts) => {
  expect(startsAMonth(schedule)).toBeCloseTo(starts, 1);
});

it('knows no starts of a schedule that is none', () => {
  expect(startsAMonth('something else')).toBeUndefined();
});
