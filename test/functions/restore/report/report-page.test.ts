import { expect, it } from 'vitest';
import { mailOf } from '../../../../functions/restore/report/report-mail.ts';
import { pageOf } from '../../../../functions/restore/report/report-page.ts';
import { reportOf } from '../../../../functions/restore/report/report.ts';
import { newShare } from '../../../../functions/restore/share.ts';
import { requestFor } from '../../../support/restore-rig.ts';

const run = {
  token: 'token',
  execution: 'arn',
  startedAt: '2026-11-21T10:00:00.000Z',
  request: requestFor(),
  target: { bucket: 'back', region: 'us-east-1', account: '111122223333' },
};

function report() {
  const share = newShare([{ range: {} }]);
  share.tally.restored = { keys: 3, bytes: 2048 };
  share.tally.failed = 1;
  share.tally.examples.push({ key: '<b>"k"\u001b[31m', reason: 'AccessDenied: no' });
  share.keys.push('runs/token/keys/1.jsonl');
  share.failure = 'the listing failed';
  return reportOf({
    run,
    restored: [share],
    finished: [],
    planned: true,
    failure: undefined,
    endedAt: '2026-11-21T10:01:00.000Z',
  });
}

it('the page says what was restored, what not and why, needs nothing else, and runs nothing', () => {
  const page = pageOf(report(), 'reports');
  for (const text of [
    'PARTIAL',
    '3 objects (2 KiB)',
    'AccessDenied: no',
    'the listing failed',
    's3://reports/runs/token/keys/',
  ])
    expect(page).toContain(text);
  expect(page).toContain('&#60;b&#62;');
  expect(page).not.toMatch(/<script|https?:\/\//);
  expect(page).not.toContain('\u001b');
});

it('the page has no table, which a phone would have to scroll', () => {
  expect(pageOf(report(), 'reports')).not.toContain('<table');
});

it('who is told that it is complete is told what was left', () => {
  const share = newShare([]);
  share.tally.skipped = 7;
  const all = { run, restored: [share], finished: [], planned: true, failure: undefined };
  const left = reportOf({ ...all, endedAt: '2026-11-21T10:01:00.000Z' });
  expect(left.status).toBe('COMPLETED');
  const [, mail] = mailOf(left, 'reports');
  for (const text of [pageOf(left, 'reports'), mail]) expect(text).toContain('7 keys were left');
});

it('so does the mail, with a subject as SNS takes it', () => {
  const [subject, text] = mailOf(report(), 'reports');
  expect(subject).toMatch(/^[ -~]{1,100}$/);
  expect(subject).toMatch(/^PARTIAL restore photos-eu/);
  expect(text).toMatch(/AccessDenied/);
  expect(text).not.toContain('\u001b');
});
