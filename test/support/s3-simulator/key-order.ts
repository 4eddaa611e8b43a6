/** Keys ascending by their UTF-8 bytes, as a general purpose bucket lists them. */
export function sortKeys(keys: Iterable<string>): string[] {
  return [...keys].toSorted(compareUtf8);
}

/** Where `key` stands, or would stand, in a sorted list. */
export function insertionPoint(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = sorted[middle];
    if (candidate !== undefined && compareUtf8(candidate, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * UTF-8 sorts as code points do. UTF-16 would, if the surrogates, which stand for what is above U+FFFF, did not come before
 * U+E000..U+FFFF: they are lifted above those.
 */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(left.charCodeAt(index)) - rank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
