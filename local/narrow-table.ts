import Table from 'cli-table3';

/** A table of which the first column names buckets, and the others count: at most 80 columns wide, however long the names are. */
export function narrowTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const names = Math.max(...[head, ...rows].map(([name = '']) => name.length));
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, at) => (at === 0 ? 'left' : 'right')),
    colWidths: [Math.min(names, LONGEST_NAME) + PADDING],
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

const LONGEST_NAME = 13;
const PADDING = 2;
