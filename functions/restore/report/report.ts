import { LIST_PRICES } from '../../../shared/list-prices.ts';
import type { Request } from '../request.ts';
import type { Run } from '../run.ts';
import type { Share } from '../share.ts';
import { sumOf } from '../tally.ts';
import type { Tally } from '../tally.ts';
import { judge } from './status.ts';
import type { Status } from './status.ts';

/** What became of a run: for programs, and what the page and the mail are made from. */
export interface Report {
  readonly token: string;
  readonly status: Status;
  /** In one sentence. */
  readonly cause: string;
  readonly remedy?: string;
  /** Then the counts tell what would be. */
  readonly dryRun: boolean;
  readonly from: string;
  readonly to: string;
  readonly request: Request;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  readonly counts: Omit<Tally, 'examples' | 'requests'>;
  readonly requests: Tally['requests'];
  /** Of these requests: US dollars, by list prices. */
  readonly dollars: number;
  /** What failed beside single keys. */
  readonly problems: readonly string[];
  /** Some of the keys that could not be restored. */
  readonly examples: Tally['examples'];
  /** The files with all keys. */
  readonly keys: readonly string[];
}

export interface Remains {
  readonly run: Run;
  /** Of each share how far it came; `undefined`: its file cannot be found. */
  readonly restored: readonly (Share | undefined)[];
  readonly finished: readonly (Share | undefined)[];
  /** Whether the plan was made. */
  readonly planned: boolean;
  /** The step that failed. */
  readonly failure: { readonly step: string; readonly cause: string } | undefined;
  readonly endedAt: string;
}

/** Pure. */
export function reportOf({ run, restored, finished, planned, failure, endedAt }: Remains): Report {
  const { request, token, startedAt, target } = run;
  const shares = [...restored, ...finished].filter((share) => share !== undefined);
  const { examples, requests, ...counts } = sumOf(shares.map(({ tally }) => tally));
  const problems = [
    ...(failure === undefined ? [] : [`The step "${failure.step}" failed: ${failure.cause}`]),
    ...(planned ? [] : failure === undefined ? ['It was not planned'] : []),
    ...cutOff(restored, 'range of keys'),
    ...unfinished(finished),
  ];
  const { status, cause, remedy } = judge({ tally: { ...counts, examples, requests }, problems }, request);
  return {
    token,
    status,
    cause,
    ...(remedy !== undefined && { remedy }),
    dryRun: request.dryRun,
    from: request.from.bucket,
    to: target.bucket,
    request,
    startedAt,
    endedAt,
    seconds: Math.max(0, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000),
    counts,
    requests,
    dollars: dollarsOf(requests),
    problems,
    examples,
    keys: shares.flatMap(({ keys }) => keys),
  };
}

/** Of a share that has no end, some keys were dealt with, and nobody knows how many were not. */
function cutOff(shares: readonly (Share | undefined)[], what: string): readonly string[] {
  const open = shares.filter((share) => share === undefined || share.parts.some(({ done }) => !done));
  if (open.length === 0) return [];
  const why = open.find((share) => share?.failure !== undefined)?.failure ?? 'why, the log tells';
  return [`${open.length} of ${shares.length} workers did not come to the end of their ${what}: ${why}`];
}

function unfinished(shares: readonly (Share | undefined)[]): readonly string[] {
  const open = shares.filter((share) => share === undefined || share.waiting.length + share.next.length > 0);
  if (open.length === 0) return [];
  const why = open.find((share) => share?.failure !== undefined)?.failure ?? 'why, the log tells';
  return [`${open.length} of ${shares.length} workers left keys that had to wait: ${why}`];
}

function dollarsOf({ reads, copies, lists }: Tally['requests']): number {
  const { readRequest, copyRequest, listRequest } = LIST_PRICES;
  return reads * readRequest + copies * copyRequest + lists * listRequest;
}
