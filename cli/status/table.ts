import Table from 'cli-table3';

/** A table of 80 columns, whatever is in it: what is too long goes on in the next line. */
export function table(
  rows: readonly (readonly string[])[],
  { head = [], widths }: { readonly head?: readonly string[]; readonly widths: readonly number[] },
): string {
  const made = new Table({
    head: [...head],
    colWidths: [...widths],
    wordWrap: true,
    // Names of keys and buckets have no spaces at which they could be parted.
    wrapOnWordBoundary: false,
    style: { head: [], border: [] },
  });
  made.push(...rows.map((row) => [...row]));
  return made.toString();
}
