/** The smallest value that at least `percent` of the values do not exceed; `undefined` of no values. */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)];
}
