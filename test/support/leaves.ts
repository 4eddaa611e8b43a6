/** The paths of everything in a value that is no object and no list. */
export function leavesOf(
  value: unknown,
  path: readonly (string | number)[] = [],
): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, one]) => leavesOf(one, [...path, name]));
}

/** The value with one of its leaves another one. */
export function withLeaf(value: unknown, [name, ...path]: readonly (string | number)[]): unknown {
  if (name === undefined) return otherThan(value);
  if (Array.isArray(value)) return value.map((one, at) => (String(at) === String(name) ? withLeaf(one, path) : one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === name ? withLeaf(one, path) : one]));
}

function otherThan(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return `${String(value)}x`;
}
