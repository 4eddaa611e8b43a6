import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { isEqual } from './compare.ts';
import type { Losses } from './lose-events.ts';
import { projectFolder } from './project-folder.ts';
import { reconcileResult } from './reconcile-result.ts';
import { type Result, resultTable } from './result.ts';
import type { FinishedRun } from './runs.ts';

/** What a demonstration has come to, as far as it has come: whatever ends it, this is shown. */
export interface Findings {
  /** How far each destination is equal, as last listed; empty: not looked yet. */
  results: readonly Result[];
  losses: Losses;
  reconcile: FinishedRun | undefined;
  /** What did not work, though the rest went on. */
  readonly problems: string[];
}

export function noFindings(): Findings {
  return { results: [], losses: [], reconcile: undefined, problems: [] };
}

/** Whether all that a demonstration shows was shown, and was as it should be. */
export function isAllWell({ results, reconcile, problems }: Findings): boolean {
  return problems.length === 0 && results.every(isEqual) && reconcile?.report.status === 'equal';
}

/** All of it in words, tables first; the reconcile's page also as a file. */
export async function findingsText(findings: Findings, logs: readonly string[]): Promise<string> {
  const { results, losses, reconcile, problems } = findings;
  const parts = [
    ...(results.length === 0 ? [] : [resultTable(results)]),
    ...(losses.length === 0 ? [] : [`Lost on purpose:\n${losses.map((loss) => `  - ${loss}`).join('\n')}`]),
    ...(reconcile === undefined ? [] : [await reconcileResult(reconcile)]),
    ...problems.map((problem) => `! ${problem}`),
    ...(isAllWell(findings) || logs.length === 0 ? [] : [logsText(logs)]),
  ];
  return parts.join('\n\n');
}

/** Where to look for the reasons. */
export function logsText(logs: readonly string[]): string {
  return `The logs are kept:\n${logs
    .filter((log) => existsSync(log))
    .map((log) => `  ${relative(projectFolder, log)}`)
    .join('\n')}`;
}
