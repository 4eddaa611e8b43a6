import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { total } from '../functions/reconcile/tally.ts';
import { localFolder, projectFolder } from './project-folder.ts';
import type { FinishedRun } from './runs.ts';
import { narrowTable } from './narrow-table.ts';

/** What the reconcile found of what was lost, and where its report is: also as a file, for a browser. */
export async function reconcileResult({ report, html, address }: FinishedRun): Promise<string> {
  const file = join(localFolder, 'reconcile-report.html');
  await writeFile(file, html);
  const table = narrowTable(
    RECONCILE_HEAD,
    report.destinations.map(({ bucket, compared, found, repaired, failed, underWay, provedEqualAsOf }) => [
      bucket,
      ...[compared, found.missed, found.stale + found.rewritten, total(repaired), total(failed) + total(underWay)].map(
        (count) => count.toLocaleString('en'),
      ),
      provedEqualAsOf === undefined ? '–' : provedEqualAsOf.slice(11, 19),
    ]),
  );
  return `What the reconcile found, ${report.seconds} s after its start:
${table}
${report.problems.map((problem) => `  ! ${problem}\n`).join('')}Its report: ${relative(projectFolder, file)}, from
  ${address}`;
}

export const RECONCILE_HEAD = [
  'destination',
  'compared',
  'missed',
  'stale',
  'repaired',
  'left',
  'equal as\nof (UTC)',
] as const;
