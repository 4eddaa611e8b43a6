import { end } from './begin.ts';
import { readMemory } from './destination-memory.ts';
import type { DestinationMemory } from './destination-memory.ts';
import { isInHistory, readHistory, withReport } from './report/history.ts';
import { readShare } from './share-files.ts';
import { readNomination } from './nomination.ts';
import { readPlan } from './run-plan.ts';
import type { Plan } from './run-plan.ts';
import type { Samples } from './plan.ts';
import { mailOf } from './report/report-mail.ts';
import { pageOf } from './report/report-page.ts';
import { notJudged, reportOf } from './report/report-of.ts';
import type { Remains } from './report/report-of.ts';
import type { DestinationReport, Report, Status } from './report/report.ts';
import { paths } from './run.ts';
import type { Run } from './run.ts';
import { cannotNow, driftRuns, isWhole, runMetrics } from './run-metrics.ts';
import { summaryOf } from './share.ts';
import type { ShareSummary } from './share.ts';
import type { Settling } from './settling.ts';
import type { SweepTally, VerifyTally } from './tally.ts';
import type { World } from './world.ts';

export interface Finished {
  readonly status: Status;
  /** When the run shall begin once more. */
  readonly again?: string;
}

/** A file in the reports bucket. */
export interface LastReport {
  readonly run: string;
  readonly endedAt: string;
}

/**
 * Writes the report, tells those who want to be told, puts the metrics, and lets the next run begin: the last step of every run,
 * also of one that failed. What goes wrong after the report is written does not take it back.
 */
export async function finish(
  world: World,
  run: Run,
  failure: { readonly step: string; readonly cause: string } | undefined,
): Promise<Finished> {
  const remains = await remainsOf(world, run, failure);
  const report = reportOf(remains);
  const unjudged = notJudged(remains);
  if (unjudged.length > 0)
    world.log.info('an older version began the run: whether its counts add up is not known', {
      destinations: unjudged,
    });
  const history = withReport(await readHistory(world.files), report);
  const { reportsBucket } = world.settings;
  await world.files.write(paths.page(run), page(report, { history, reportsBucket }));
  await world.files.write(paths.report(run), JSON.stringify(report, undefined, 2));
  world.log[report.status === 'equal' ? 'info' : 'error']('report', { ...report, keys: report.keys.length });
  const later = await Promise.allSettled([
    // Another run may have added itself meanwhile; of those that are in it only one is under way.
    ...(isInHistory(report) ? [world.files.write(paths.history, JSON.stringify(history))] : []),
    rememberLast(world, report),
    world.tell(...mailOf(report, reportsBucket)),
    keepSamples(world, remains),
    ...report.destinations.map((destination, to) =>
      tellDestination(world, { report, destination, plan: remains.plan, to }),
    ),
  ]);
  for (const result of later)
    if (result.status === 'rejected') world.log.error('not told', { run: run.id, error: result.reason });
  await end(world, run);
  const again = secondPass(run, world.settings.secondPassSeconds);
  return { status: report.status, ...(again !== undefined && { again }) };
}

/** A picture that cannot be drawn must not cost the report. */
function page(report: Report, options: Parameters<typeof pageOf>[1]): string {
  try {
    return pageOf(report, options);
  } catch (error) {
    return `<!doctype html><title>Report</title><p>This page could not be made (${error instanceof Error ? error.name : 'error'}): see report.json beside it.`;
  }
}

/**
 * A run that a deploy started begins once more: S3 needs minutes until it sends the events of a new configuration, and what
 * was put meanwhile behind the sweep would be missed until the night.
 */
function secondPass({ request, pass, startedAt }: Run, afterSeconds: number): string | undefined {
  if (request.trigger !== 'deploy' || pass > 1) return undefined;
  return new Date(Date.parse(startedAt) + afterSeconds * 1000).toISOString();
}

async function remainsOf(world: World, run: Run, failure: Remains['failure']): Promise<Remains> {
  const plan = await readPlan(world, run);
  const nomination = await readNomination(world, run);
  const settling = await world.files.read(paths.settling(run));
  const settled: Settling = settling === undefined ? {} : JSON.parse(settling.text);
  return {
    run,
    source: world.settings.source,
    plan,
    swept: await readShares<SweepTally>(world, run, { step: 'sweep', count: plan?.shares ?? 0 }),
    nomination,
    settling: settled,
    verified: await readShares<VerifyTally>(world, run, { step: 'verify', count: nomination?.toVerify ?? 0 }),
    failure,
    endedAt: new Date(world.now()).toISOString(),
  };
}

/** One after the other: of a large bucket they would not fit into memory together. */
async function readShares<Tally>(
  world: World,
  run: Run,
  { step, count }: { readonly step: 'sweep' | 'verify'; readonly count: number },
): Promise<(ShareSummary<Tally> | undefined)[]> {
  const summaries: (ShareSummary<Tally> | undefined)[] = [];
  for (let number = 0; number < count; number++) {
    const share = await readShare<Tally>(world, run, number, step);
    summaries.push(share === undefined ? undefined : summaryOf(share));
  }
  return summaries;
}

/** The one that ended last, whatever it is called. */
async function rememberLast({ files }: World, { run, endedAt }: Report): Promise<void> {
  const last: LastReport = { run, endedAt };
  // Runs over different destinations may end at the same time.
  for (let tries = 0; tries < 10; tries++) {
    const file = await files.read(paths.last);
    const known: LastReport | undefined = file === undefined ? undefined : JSON.parse(file.text);
    if (known !== undefined && known.endedAt > endedAt) return;
    const condition = file === undefined ? 'absent' : { etag: file.etag };
    if ((await files.write(paths.last, JSON.stringify(last), condition)) !== undefined) return;
  }
}

/** For the ranges of the next run: only of a whole bucket, and only if all of it was seen. */
async function keepSamples({ files }: World, { run, plan, swept }: Remains): Promise<void> {
  if (plan === undefined || run.request.prefix !== undefined) return;
  const shares = swept.flatMap((share) => share ?? []);
  if (shares.length < plan.shares || !shares.every(({ complete }) => complete)) return;
  const samples: Samples = {
    keys: shares.flatMap((share) => share.samples),
    total: shares.reduce((sum, { source }) => sum + source.keys, 0),
  };
  await files.write(paths.samples, JSON.stringify(samples));
}

/** What is remembered of a destination, and its metrics: in its own Region, where its alarms are. */
async function tellDestination(
  world: World,
  {
    report,
    destination,
    plan,
    to,
  }: {
    readonly report: Report;
    readonly destination: DestinationReport;
    readonly plan: Plan | undefined;
    readonly to: number;
  },
): Promise<void> {
  const address = plan?.destinations[to];
  if (address === undefined) return;
  // A part says nothing about the whole.
  if (report.request.prefix !== undefined) return;
  const before = await readMemory(world.files, destination.bucket);
  if (isWhole(report, destination)) await rememberDestination(world, { report, destination, before });
  const observed = await world.observe(address);
  await observed.putMetrics(runMetrics(report, destination, before));
}

async function rememberDestination(
  { files }: World,
  {
    report,
    destination,
    before,
  }: {
    readonly report: Report;
    readonly destination: DestinationReport;
    readonly before: DestinationMemory | undefined;
  },
): Promise<void> {
  const proved = destination.provedEqualAsOf ?? before?.provedEqualAsOf;
  const { status, inbox, withheld } = destination;
  const filled = withheld === undefined && (status === 'equal' || inbox === 'settled');
  const filledBy = before?.filledBy ?? (filled ? report.run : undefined);
  const memory: DestinationMemory = {
    completedRun: report.run,
    completedAt: report.endedAt,
    driftRuns: driftRuns(report, destination, before),
    cannot: cannotNow(destination, before),
    ...(filledBy !== undefined && { filledBy }),
    ...(proved !== undefined && { provedEqualAsOf: proved }),
  };
  await files.write(paths.destination(destination.bucket), JSON.stringify(memory));
}
