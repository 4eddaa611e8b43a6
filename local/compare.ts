import type { Listed } from './listing.ts';

/** How a destination differs from its source. All lists are of keys. */
export interface Comparison {
  readonly equal: readonly string[];
  /** At the source only. */
  readonly missing: readonly string[];
  /** On both sides, but of another size or ETag. */
  readonly different: readonly string[];
  /** At the destination only. */
  readonly extra: readonly string[];
  /** Bytes at the destination. */
  readonly bytes: number;
}

type Listing = ReadonlyMap<string, Pick<Listed, 'etag' | 'size'>>;

/**
 * Compares two listings by key, size and ETag.
 *
 * It shares no code with the replicator: what checks it must not repeat its mistakes.
 */
export function compare(source: Listing, destination: Listing): Comparison {
  const equal: string[] = [];
  const missing: string[] = [];
  const different: string[] = [];
  for (const [key, object] of source) {
    const replica = destination.get(key);
    if (replica === undefined) missing.push(key);
    else if (replica.size === object.size && replica.etag === object.etag) equal.push(key);
    else different.push(key);
  }
  const extra = [...destination.keys()].filter((key) => !source.has(key));
  const bytes = [...destination.values()].reduce((sum, { size }) => sum + size, 0);
  return { equal, missing, different, extra, bytes };
}

export function isEqual({ missing, different, extra }: Comparison): boolean {
  return missing.length + different.length + extra.length === 0;
}
