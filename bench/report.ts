import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg } from 'node:os';

/** Prints whether a target was reached, and tells it. */
export function target(what: string, wanted: string, reached: boolean): boolean {
  console.log(`${reached ? 'reached' : 'MISSED '}  ${what} (target ${wanted})`);
  return reached;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Of the last minute, as `uptime` tells it: what else the machine does is in every figure. */
export function load(): string {
  return (loadavg()[0] ?? Number.NaN).toFixed(1);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function versions(): string {
  const sdk: unknown = JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('@aws-sdk/client-s3/package.json'), 'utf8'),
  );
  const version = typeof sdk === 'object' && sdk !== null && 'version' in sdk ? sdk.version : 'unknown';
  const [processor] = cpus();
  return `Node ${process.versions.node}, @aws-sdk/client-s3 ${version}, ${availableParallelism()} × ${processor?.model ?? 'unknown'}`;
}
