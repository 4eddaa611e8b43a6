import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import Table from 'cli-table3';
import { total } from '../functions/reconcile/tally.ts';
import type { Losses } from './lose-events.ts';
import { localFolder, projectFolder } from './project-folder.ts';
import type { FinishedRun } from './runs.ts';

/** What the reconcile found of what was lost, and where its report is: also as a file, for a browser. */
export async function reconcileResult(losses: Losses, { report, html, address }: FinishedRun): Promise<string> {
  const file = join(localFolder, 'reconcile-report.html');
  await writeFile(file, html);
  const table = new Table({
    head: ['destination', 'compared', 'missed', 'stale', 'repaired', 'left', 'extra', 'proved equal as of'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const { bucket, compared, found, repaired, failed, underWay, extra, provedEqualAsOf } of report.destinations)
    table.push([
      bucket,
      ...[
        compared,
        found.missed,
        found.stale + found.rewritten,
        total(repaired),
        total(failed) + total(underWay),
        extra,
      ].map((count) => count.toLocaleString('en')),
      provedEqualAsOf ?? '–',
    ]);
  return `Lost on purpose:
${losses.map((loss) => `  - ${loss}`).join('\n')}
What the reconcile found, ${report.seconds} s after its start:
${table.toString()}
${report.problems.map((problem) => `  ! ${problem}\n`).join('')}Its report: ${relative(projectFolder, file)}, from ${address}
`;
}
