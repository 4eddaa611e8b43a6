import type { Files } from '../../../shared/runs/files.ts';
import type { Report } from './report.ts';
import { paths } from '../run.ts';
import { total } from '../tally.ts';

/** The runs of late in a few numbers, the newest last, for the picture on the page. */
export type History = readonly PastRun[];

export interface PastRun {
  readonly run: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly status: Report['status'];
  readonly keys: number;
  readonly destinations: readonly {
    readonly bucket: string;
    readonly found: number;
    readonly repaired: number;
    readonly left: number;
  }[];
}

const RUNS = 30;

/** @returns an empty one where none can be read: a picture is no reason to fail. */
export async function readHistory(files: Files): Promise<History> {
  try {
    const file = await files.read(paths.history);
    return file === undefined ? [] : JSON.parse(file.text);
  } catch {
    return [];
  }
}

/** A run that was asked for a part only would make the picture jump. */
export function isInHistory({ request }: Pick<Report, 'request'>): boolean {
  return request.prefix === undefined && request.destination === undefined;
}

/** With this run in place of an earlier report of the same. */
export function withReport(history: History, report: Report): History {
  if (!isInHistory(report)) return history;
  const past: PastRun = {
    run: report.run,
    startedAt: report.startedAt,
    seconds: report.seconds,
    status: report.status,
    keys: report.source.keys,
    destinations: report.destinations.map(({ bucket, found, repaired, failed, underWay }) => ({
      bucket,
      found: total(found),
      repaired: total(repaired),
      left: total(failed) + total(underWay),
    })),
  };
  return [...history.filter(({ run }) => run !== report.run), past].slice(-RUNS);
}
