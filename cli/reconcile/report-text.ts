import Table from 'cli-table3';
import { headlineOf, leftOf } from '../../functions/reconcile/report/headline.ts';
import { count, duration, printable, size, time } from '../../shared/report/in-words.ts';
import { mattersOf } from '../../functions/reconcile/report/matters.ts';
import { remedyOfProblem } from '../../functions/reconcile/report/remedies.ts';
import type { DestinationReport, Report } from '../../functions/reconcile/report/report.ts';
import { paths } from '../../functions/reconcile/run.ts';
import { total } from '../../functions/reconcile/tally.ts';

/** A report for a terminal. */
export function reportText(report: Report, reportsBucket: string): string {
  const { source, seconds, destinations, problems } = report;
  const page = `s3://${reportsBucket}/${paths.page({ id: report.run })}`;
  const matters = destinations.flatMap((destination) =>
    mattersOf(destination).map(({ count: number, what, reason, remedy }) =>
      noted(`${destination.bucket}: ${count(number)} ${what}${reason === undefined ? '' : ` (${reason})`}`, remedy),
    ),
  );
  const parts = [
    ...(destinations.length === 0 ? [] : [tableOf(destinations)]),
    `${count(source.keys)} objects (${size(source.bytes)}) in ${duration(seconds)}`,
    ...problems.map((problem) => noted(problem, remedyOfProblem(problem))),
    ...matters,
    `${headlineOf(report)}.`,
    `The report: ${page}\n  aws s3 cp ${page} report.html`,
    ...(report.keys.length === 0
      ? []
      : [`The lists of keys:\n  aws s3 cp --recursive s3://${reportsBucket}/${paths.keys({ id: report.run })}/ keys/`]),
  ];
  return printable(parts.join('\n\n'));
}

function noted(what: string, remedy: string | undefined): string {
  return remedy === undefined ? `! ${what}` : `! ${what}\n  ${remedy}`;
}

const STATES: Readonly<Record<DestinationReport['status'], string>> = {
  equal: 'equal',
  differs: 'DIFFERS',
  failed: 'FAILED',
};

function tableOf(destinations: readonly DestinationReport[]): string {
  const table = new Table({
    head: [
      'destination',
      'state',
      'compared',
      'found',
      'repaired',
      'left',
      'cannot',
      'extra',
      'young',
      'proved equal as of',
    ],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const one of destinations) {
    const { bucket, status, compared, found, repaired, cannot, extra, young, provedEqualAsOf } = one;
    const counts = [compared, total(found), total(repaired), leftOf(one), total(cannot), extra, young];
    table.push([
      bucket,
      status === 'equal' && compared === 0 ? 'empty' : STATES[status],
      ...counts.map(count),
      provedEqualAsOf === undefined || compared === 0 ? '' : time(provedEqualAsOf),
    ]);
  }
  return table.toString();
}
