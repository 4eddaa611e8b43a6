import { dollars, duration, printable, time } from '../../../shared/report/in-words.ts';
import { paths } from '../run.ts';
import { headlineOf, rowsOf } from './headline.ts';
import type { Report } from './report.ts';

const LONGEST_SUBJECT = 100;

/** An e-mail for people: its subject, at most 100 printable ASCII characters as SNS demands, and its text. */
export function mailOf(report: Report, reportsBucket: string): [subject: string, text: string] {
  const page = `s3://${reportsBucket}/${paths.page(report)}`;
  const subject = `${report.status} restore ${report.from}: ${headlineOf(report)}`.replaceAll(/[^ -~]/g, '?');
  const text = [
    `${headlineOf(report)}.`,
    ...(report.remedy === undefined ? [] : [`What to do: ${report.remedy}.`]),
    rowsOf(report)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    ...(report.examples.length === 0
      ? []
      : [
          `Some of what could not be restored:\n${report.examples.map(({ key, reason }) => `  * ${key}\n    ${reason}`).join('\n')}`,
        ]),
    `Started ${time(report.startedAt)}, in ${duration(report.seconds)}; requests for ${dollars(report.dollars)}. Token: ${report.token}`,
    `The whole report, with the lists of keys:\n    ${page}\nTo look at it:\n    aws s3 cp ${page} report.html`,
  ];
  return [
    subject.length <= LONGEST_SUBJECT ? subject : `${subject.slice(0, LONGEST_SUBJECT - 3)}...`,
    printable(`${text.join('\n\n')}\n`),
  ];
}
