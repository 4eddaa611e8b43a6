import { compare, type Comparison } from './compare.ts';
import type { Listed } from './listing.ts';
import { narrowTable } from './narrow-table.ts';
import { percentile } from './percentile.ts';
import type { Put } from './put-objects.ts';

/** One destination, measured against the source. */
export interface Result extends Comparison {
  readonly bucket: string;
  readonly objects: number;
  /** Milliseconds from the acknowledgement of the put to the time the replica bears, as its bucket lists it. */
  readonly lags: readonly number[];
  /** From the first acknowledgement to the last replica. */
  readonly objectsPerSecond: number;
}

/** Compares two listings and measures how the replicas came about. */
export function measure(
  bucket: string,
  of: {
    readonly source: ReadonlyMap<string, Listed>;
    readonly destination: ReadonlyMap<string, Listed>;
    readonly puts: ReadonlyMap<string, Put>;
  },
): Result {
  const arrivals = [...of.puts].flatMap(([key, { at }]) => {
    const replica = of.destination.get(key);
    return replica === undefined ? [] : [{ put: at, arrived: replica.lastModified }];
  });
  const first = Math.min(...[...of.puts.values()].map(({ at }) => at));
  const last = Math.max(...arrivals.map(({ arrived }) => arrived));
  return {
    bucket,
    objects: of.destination.size,
    ...compare(of.source, of.destination),
    // Two clocks of one machine, read apart: a copy can bear the time of its put's answer, or one before.
    lags: arrivals.map(({ put, arrived }) => Math.max(0, arrived - put)),
    objectsPerSecond: arrivals.length === 0 ? 0 : arrivals.length / (Math.max(1, last - first) / 1000),
  };
}

/** The results as a table, a row for each destination, and what does not fit into 80 columns below it. */
export function resultTable(results: readonly Result[]): string {
  const table = narrowTable(
    ['destination', 'objects', 'missing', 'differ', 'extra', 'lag p50', 'lag p99'],
    results.map(({ bucket, objects, missing, different, extra, lags }) => [
      bucket,
      ...[objects, missing.length, different.length, extra.length].map(number),
      seconds(percentile(lags, 50)),
      seconds(percentile(lags, 99)),
    ]),
  );
  const rates = results.map(
    ({ bucket, bytes, objectsPerSecond }) =>
      `${bucket}: ${number(bytes)} bytes, ${objectsPerSecond.toFixed(0)} objects/s`,
  );
  return `${table}
${rates.join('\n')}
By listings of both sides. Lag: from the answer to the put until the time that
the replica bears.`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : `${(ms / 1000).toFixed(2)} s`;
}
