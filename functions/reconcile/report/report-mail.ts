import { headlineOf, leftOf } from './headline.ts';
import { count, duration, printable, size, time } from '../../../shared/report/in-words.ts';
import { mattersOf } from './matters.ts';
import { remedyOfProblem } from './remedies.ts';
import type { DestinationReport, Report, Status } from './report.ts';
import { paths } from '../run.ts';
import { total } from '../tally.ts';

/** An e-mail for people: its subject, at most 100 printable ASCII characters as SNS demands, and its text. */
export function mailOf(report: Report, reportsBucket: string): [subject: string, text: string] {
  const page = `s3://${reportsBucket}/${paths.page({ id: report.run })}`;
  const text = [
    `${headlineOf(report)}.`,
    ...problems(report),
    ...matters(report),
    ...table(report.destinations),
    ...facts(report),
    [
      'The whole report, with the lists of keys:',
      `    ${page}`,
      'To look at it:',
      `    aws s3 cp ${page} report.html`,
    ].join('\n'),
  ];
  return [subjectOf(report), printable(`${text.join('\n\n')}\n`)];
}

const WORDS: Readonly<Record<Status, string>> = { equal: 'OK', differs: 'DIFFERS', failed: 'FAILED' };
function wordOf(status: Status, compared: number): string {
  return status === 'equal' && compared === 0 ? 'EMPTY' : WORDS[status];
}

const LONGEST_SUBJECT = 100;

function subjectOf(report: Report): string {
  const text = `${wordOf(report.status, report.source.keys)} ${report.source.bucket}: ${headlineOf(report)}`.replaceAll(
    /[^ -~]/g,
    '?',
  );
  return text.length <= LONGEST_SUBJECT ? text : `${text.slice(0, LONGEST_SUBJECT - 3)}...`;
}

function problems({ problems }: Report): readonly string[] {
  if (problems.length === 0) return [];
  return [heading('What went wrong'), ...problems.map((problem) => entry([problem], remedyOfProblem(problem)))];
}

function matters({ destinations }: Report): readonly string[] {
  const all = destinations
    .flatMap((destination) => mattersOf(destination).map((matter) => ({ ...matter, bucket: destination.bucket })))
    // Of what is no problem, what is new to most, and can be acted on.
    .filter(({ problem, kind }) => problem || kind === 'cannot' || kind === 'young, repaired')
    .toSorted((one, other) => Number(other.problem) - Number(one.problem))
    .map(({ bucket, count: number, what, reason, remedy }) =>
      entry([`${bucket}: ${count(number)} ${what}`, ...(reason === undefined ? [] : [reason])], remedy),
    );
  return all.length === 0 ? [] : [heading('What differs, and what to do'), ...all];
}

function entry(lines: readonly string[], remedy: string | undefined): string {
  const [first = '', ...others] = [...lines, ...(remedy === undefined ? [] : [`What to do: ${remedy}`])];
  return [`  * ${first}`, ...others.map((line) => `    ${line}`)].join('\n');
}

function heading(text: string): string {
  return `${text}\n${'-'.repeat(text.length)}`;
}

function table(destinations: readonly DestinationReport[]): readonly string[] {
  if (destinations.length === 0) return [];
  const rows = [
    ['destination', 'state', 'compared', 'found', 'repaired', 'left', 'cannot', 'extra', 'young'],
    ...destinations.map((one) => [
      one.bucket,
      wordOf(one.status, one.compared),
      ...[
        one.compared,
        total(one.found),
        total(one.repaired),
        leftOf(one),
        total(one.cannot),
        one.extra,
        one.young,
      ].map(count),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  const proofs = destinations.map(
    ({ bucket, provedEqualAsOf, compared }) =>
      `${bucket}: ${compared === 0 ? 'nothing was compared' : provedEqualAsOf === undefined ? 'not proved equal by this run' : `proved equal as of ${time(provedEqualAsOf)}`}`,
  );
  return [lines.join('\n'), proofs.join('\n')];
}

const TRIGGERS: Readonly<Record<Report['trigger'], string>> = {
  schedule: 'by schedule',
  deploy: 'by a deployment',
  hand: 'by hand',
};

function facts({ startedAt, seconds, trigger, source, requests }: Report): readonly string[] {
  return [
    [
      `Started ${TRIGGERS[trigger]}: ${time(startedAt)}`,
      `Took: ${duration(seconds)}`,
      `Source: ${count(source.keys)} objects, ${size(source.bytes)}; ${count(requests)} pages were listed`,
    ].join('\n'),
  ];
}
