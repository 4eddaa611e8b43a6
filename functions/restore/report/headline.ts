import { count, objects, size } from '../../../shared/report/in-words.ts';
import type { Report } from './report.ts';

/** A report in one line. */
export function headlineOf({ status, dryRun, from, to, counts, cause, remedy }: Report): string {
  const { restored } = counts;
  const what = `${objects(restored.keys)} (${size(restored.bytes)})`;
  // A complete one has a remedy only where something was left that may have been wanted.
  const but = status === 'COMPLETED' && remedy === undefined ? '' : `; ${cause}`;
  if (restored.keys === 0 && status !== 'COMPLETED') return `Nothing was restored from ${from} to ${to}: ${cause}`;
  if (dryRun) return `A dry run: ${what} would be restored from ${from} to ${to}${but}`;
  return `${what} restored from ${from} to ${to}${but}`;
}

/** The counts that are worth a line, in words. */
export function rowsOf({ counts, dryRun }: Pick<Report, 'counts' | 'dryRun'>): readonly (readonly [string, string])[] {
  const { restored, same, skipped, failed, expired, unknown, removed, notWrittenYet, undeleted, fromArchive } = counts;
  const rows: readonly (readonly [string, number, string?])[] = [
    [dryRun ? 'Would be restored' : 'Restored', restored.keys, size(restored.bytes)],
    ['In the target already, the same', same],
    ['Skipped: the target holds another object', skipped],
    ['Failed', failed],
    ['Gone: the version was removed from the destination', expired],
    ['Unknown: the destination has nothing of the key', unknown],
    ['Left: had been removed by then', removed],
    ['Left: not written yet by then', notWrittenYet],
    ['Among those that come back: since removed in the source', undeleted],
    ['Fetched from the archive', fromArchive],
    ['By the times of the source', ofTheSource(counts.knownBy)],
    ['By the times of the copies, as the ledger has none', counts.knownBy['replica'] ?? 0],
  ];
  return rows
    .filter(([, number], index) => index === 0 || number > 0)
    .map(([name, number, more]) => [name, more === undefined ? count(number) : `${count(number)}, ${more}`]);
}

function ofTheSource(knownBy: Readonly<Record<string, number>>): number {
  return Object.entries(knownBy).reduce((sum, [name, number]) => (name === 'replica' ? sum : sum + number), 0);
}
