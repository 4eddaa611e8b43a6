import type { KeyLine } from '../../functions/restore/key-line.ts';
import { headlineOf, rowsOf } from '../../functions/restore/report/headline.ts';
import type { Report } from '../../functions/restore/report/report.ts';
import { paths } from '../../functions/restore/run.ts';
import { duration, printable } from '../../shared/report/in-words.ts';

/** A report for a terminal. */
export function restoreText(report: Report, reportsBucket: string): string {
  const { status, remedy, problems, examples, seconds, token } = report;
  const page = `s3://${reportsBucket}/${paths.page(report)}`;
  const rows = rowsOf(report);
  const width = Math.max(...rows.map(([name]) => name.length));
  const parts = [
    rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n'),
    ...problems.map((problem) => `! ${problem}`),
    ...(examples.length === 0 ? [] : [examples.map(({ key, reason }) => `! ${key}\n  ${reason}`).join('\n')]),
    `${status}: ${headlineOf(report)}.${remedy === undefined ? '' : `\nWhat to do: ${remedy}.`}`,
    `In ${duration(seconds)}. The report: ${page}\n  aws s3 cp ${page} report.html`,
    ...(report.keys.length === 0
      ? []
      : [`All keys:\n  aws s3 cp --recursive s3://${reportsBucket}/${paths.keys({ token })}/ keys/`]),
  ];
  return printable(parts.join('\n\n'));
}

/** What a dry run says of one key. */
export function keyText({ key, outcome, reason, version, size }: KeyLine): string {
  const facts = [
    ...(size === undefined ? [] : [`${size} bytes`]),
    ...(version === undefined ? [] : [`version ${version}`]),
  ];
  return printable(`${outcome === 'restored' ? 'restore' : outcome}  ${key}  (${[...facts, reason].join(', ')})`);
}
