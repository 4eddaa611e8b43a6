import { expect, it } from 'vitest';
import { mailOf } from '../../../../functions/reconcile/report/report-mail.ts';
import type { Report } from '../../../../functions/reconcile/report/report.ts';
import { differing, REPORTS_BUCKET, sampleDestination, sampleReport } from '../../../support/sample-report.ts';

const mail = (differently: Partial<Report> = {}) => mailOf(sampleReport(differently), REPORTS_BUCKET);

it.each<[string, Partial<Report>]>([
  ['OK photos: All 1,234,567 objects of photos are equal in 3 destinations', {}],
  ['DIFFERS photos: 12 objects of photos differ in photos-dr', { status: 'differs', destinations: [differing] }],
  ['FAILED photos: The run failed: no role', { status: 'failed', destinations: [], problems: ['no role'] }],
])('has the subject "%s"', (subject, differently) => {
  expect(mail(differently)[0]).toBe(subject);
});

it('has a subject that SNS takes, whatever is in it', () => {
  const [subject] = mail({ status: 'failed', destinations: [], problems: [`Ünläsbar\n${'€'.repeat(200)}`] });
  expect(subject).toMatch(/^FAILED photos: [ -~]+\.\.\.$/);
  expect(subject).toHaveLength(100);
});

it('says first what is the matter, and last where the report is', () => {
  const [, text] = mail();
  expect(text).toMatch(/^All 1,234,567 objects of photos are equal in 3 destinations\.\n/);
  expect(text.trimEnd().split('\n').at(-3)?.trim()).toBe(
    `s3://${REPORTS_BUCKET}/runs/2026-11-21T01-00-00Z-1a2b3c4d/report.html`,
  );
});

it('has a table of the destinations, whose columns stand in line', () => {
  const [, text] = mail({ status: 'differs', destinations: [sampleDestination(), differing] });
  const table =
    text
      .split('\n\n')
      .find((block) => block.startsWith('destination'))
      ?.split('\n') ?? [];
  expect(table.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    'destination state compared found repaired left cannot extra young',
    'photos-eu OK 1,234,567 0 0 0 0 0 0',
    'photos-dr DIFFERS 1,234,567 1,968 1,956 12 4 493 7',
  ]);
  expect(new Set(table.map((line) => line.length)).size).toBe(1);
});

it('says what to do about what differs, and what went wrong', () => {
  const [, text] = mail({
    status: 'failed',
    problems: ['Cannot look at the destination "x" through its observer role: why'],
    destinations: [differing],
  });
  expect(text).toMatch(/observer role: why\n {4}What to do: Deploy the destination's stack again/);
  expect(text).toMatch(/photos-dr: 7 not equal yet\n {4}it waits in the inbox\n {4}What to do: Copying was still/);
  expect(text).toMatch(/photos-dr: 3 cannot be copied as they are\n {4}archived\n {4}What to do: Restore them/);
});
