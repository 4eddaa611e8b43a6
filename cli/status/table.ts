import Table from 'cli-table3';

/** A table whose columns keep to their widths (two of each are its margin): what is too long goes on in the next line. */
export function table(
  rows: readonly (readonly string[])[],
  { head = [], widths }: { readonly head?: readonly string[]; readonly widths: readonly number[] },
): string {
  const made = new Table({
    head: [...head],
    colWidths: [...widths],
    wordWrap: true,
    style: { head: [], border: [] },
    // No lines between rows.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  made.push(...rows.map((row) => row.map((cell, at) => parted(cell, (widths[at] ?? cell.length) - 2))));
  return made.toString();
}

/** Names of keys and buckets have no spaces at which they could go on in the next line, and would be cut short. */
function parted(cell: string, width: number): string {
  return cell.replaceAll(new RegExp(`\\S{${width}}(?=\\S)`, 'gu'), '$&\n');
}
