import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import * as v from 'valibot';
import { heldIn, isWholeRun } from '../../functions/reconcile/lock.ts';
import type { Held, Lock } from '../../functions/reconcile/lock.ts';
import type { DescribeExecutionCommandOutput, SFNClient } from '@aws-sdk/client-sfn';
import type { Nomination } from '../../functions/reconcile/nomination.ts';
import type { Samples } from '../../functions/reconcile/plan.ts';
import type { Plan } from '../../functions/reconcile/run-plan.ts';
import type { Report } from '../../functions/reconcile/report/report.ts';
import { newRun, paths, requestSchema, runSchema } from '../../functions/reconcile/run.ts';
import type { Run, Step } from '../../functions/reconcile/run.ts';
import { isComplete } from '../../functions/reconcile/share.ts';
import type { Looks } from '../../functions/reconcile/settle.ts';
import type { Share } from '../../functions/reconcile/share.ts';
import { total } from '../../functions/reconcile/tally.ts';
import type { SweepTally, VerifyTally } from '../../functions/reconcile/tally.ts';
import type { Files } from '../../shared/runs/files.ts';
import type { Progress, Ranges } from '../terminal/progress.ts';
import { estimatedTotal } from './estimated-total.ts';
import { readJson } from '../aws/read-json.ts';
import { whyLost } from '../aws/why-lost.ts';

export interface Watched {
  readonly sfn: SFNClient;
  readonly files: Files;
  /** ARN. */
  readonly execution: string;
  readonly now: () => number;
}

/** Looks, again and again, how far a run has come: through the same files by which its steps know. */
export function watcher({ sfn, files, execution: begun, now }: Watched): () => Promise<Progress> {
  const swept = new Map<string, Share<SweepTally>>();
  const verified = new Map<string, Share<VerifyTally>>();
  let execution = begun;
  let id: string | undefined;
  let known: { readonly total: number | undefined } | undefined;

  return async () => {
    // First this: if it has ended by now, so is the report written by now.
    const described = await describe();
    const held = heldIn((await readJson<Lock>(files, paths.lock)) ?? {});
    // The lock tells which of its passes is under way; it is given back at the end.
    id = held.find(({ run, before }) => run.execution === execution || before === execution)?.run.id ?? id;
    const first = firstPass(described);
    const run = id === undefined ? first : { ...first, id };
    const report = await readJson<Report>(files, paths.report(run));
    if (report !== undefined) return { phase: 'over', report };
    if (described.status !== 'RUNNING' && described.status !== 'PENDING_REDRIVE')
      return { phase: 'lost', why: whyLost(described) };
    const plan = await readJson<Plan>(files, paths.plan(run));
    if (plan === undefined) {
      if (held.some((one) => one.run.id === run.id)) return { phase: 'planning' };
      const other = inTheWayOf(run, held);
      return other === undefined ? { phase: 'planning' } : { phase: 'waiting', for: other.id };
    }
    return underWay(run, plan);
  };

  /** A long run goes on in another execution. */
  async function describe(): Promise<DescribeExecutionCommandOutput> {
    for (;;) {
      const described = await sfn.send(new DescribeExecutionCommand({ executionArn: execution }));
      const next = read(OUTPUT, described.output)?.continuedBy;
      if (next === undefined) return described;
      execution = next;
    }
  }

  async function underWay(run: Run, plan: Plan): Promise<Progress> {
    const nomination = await readJson<Nomination>(files, paths.nomination(run));
    if (nomination === undefined) return listing(run, plan);
    const sent = nomination.sent.reduce((sum, number) => sum + number, 0);
    if (nomination.toVerify === undefined || (await files.read(paths.settling(run))) === undefined) {
      const looks = await readJson<Looks>(files, paths.looks(run));
      return { phase: 'repairing', sent, all: nomination.toVerify !== undefined, waits: looks?.waits ?? [] };
    }
    const shares = (await readJson<readonly unknown[]>(files, paths.shares(run, 'verify'))) ?? [];
    return {
      phase: 'verifying',
      ranges: rangesOf(await readShares(files, verified, { run, step: 'verify', shares: shares.length })),
    };
  }

  async function listing(run: Run, plan: Plan): Promise<Progress> {
    known ??= { total: estimatedTotal(await readJson<Samples>(files, paths.samples), run.request.prefix) };
    const shares = await readShares(files, swept, { run, step: 'sweep', shares: plan.shares });
    const [began] = shares.flatMap(({ startedAt }) => startedAt ?? []).toSorted();
    const tallies = shares.flatMap((share) => share.tallies);
    return {
      phase: 'listing',
      keys: shares.reduce((sum, { source }) => sum + source.keys, 0),
      total: known.total,
      ranges: rangesOf(shares),
      differences: tallies.reduce((sum, { found }) => sum + total(found), 0),
      seconds: began === undefined ? 0 : Math.max(1, (now() - Date.parse(began)) / 1000),
    };
  }
}

/** Which run another one waits for, as far as the list of runs tells. */
function inTheWayOf({ request: { destination } }: Run, held: readonly Held[]): Run | undefined {
  const runs = held.map(({ run }) => run);
  const ofDestination = runs.find(({ request }) => request.destination === destination);
  return ofDestination ?? runs.find(isWholeRun) ?? (destination === undefined ? runs[0] : undefined);
}

/** Shares that are done do not change any more: these are read once. */
async function readShares<Tally>(
  files: Files,
  done: Map<string, Share<Tally>>,
  { run, step, shares }: { readonly run: Run; readonly step: Step; readonly shares: number },
): Promise<readonly Share<Tally>[]> {
  const read = await Promise.all(
    Array.from({ length: shares }, async (_, number) => {
      const name = paths.share(run, step, number);
      const share = done.get(name) ?? (await readJson<Share<Tally>>(files, name));
      if (share !== undefined && isComplete(share)) done.set(name, share);
      return share;
    }),
  );
  return read.filter((share) => share !== undefined);
}

/** The run that an execution begins with. */
function firstPass({ executionArn = '', startDate, input = '{}' }: DescribeExecutionCommandOutput): Run {
  const continued = read(CONTINUED_INPUT, input)?.continued;
  if (continued?.state.run !== undefined) return continued.state.run;
  const startedAt = (startDate ?? new Date(0)).toISOString();
  return newRun({ execution: executionArn, startedAt, pass: 1, request: continued?.input ?? JSON.parse(input) });
}

const OUTPUT = v.object({ continuedBy: v.string() });
const CONTINUED_INPUT = v.object({
  continued: v.object({ input: requestSchema, state: v.object({ run: v.optional(runSchema) }) }),
});

/** What the JSON says, if it is of that kind. */
function read<Output>(schema: v.GenericSchema<unknown, Output>, json: string | undefined): Output | undefined {
  if (json === undefined) return undefined;
  const parsed = v.safeParse(schema, JSON.parse(json));
  return parsed.success ? parsed.output : undefined;
}

function rangesOf(shares: readonly Share<unknown>[]): Ranges {
  const ranges = shares.flatMap((share) => share.ranges);
  return { done: ranges.filter(({ done }) => done).length, all: ranges.length };
}
