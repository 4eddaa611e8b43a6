import type { DestinationMemory } from './destination-memory.ts';
import type { DestinationReport, Report } from './report/report.ts';
import { TOO_MUCH } from './nomination.ts';
import { total } from './tally.ts';
import type { RunMetrics } from './world.ts';

type About = Pick<Report, 'run' | 'request'>;

/** @param before what was known of the destination before this run. */
export function runMetrics(
  { run, request, seconds }: About & Pick<Report, 'seconds'>,
  destination: DestinationReport,
  before: DestinationMemory | undefined,
): RunMetrics {
  const { found, repaired, failed, underWay, cannot, extra, compared, withheld } = destination;
  return {
    ReconcileCompared: compared,
    ReconcileMissed: found.missed,
    ReconcileStale: found.stale + found.rewritten,
    ReconcileDrift: total(found),
    ReconcileExtra: extra,
    ReconcileRepaired: total(repaired),
    ReconcileFailed: total(failed),
    ReconcileUnderWay: total(underWay),
    ReconcileCannot: total(cannot),
    ReconcileSeconds: seconds,
    ReconcileByteCapReached: withheld?.startsWith(TOO_MUCH) === true ? 1 : 0,
    ...(isWhole({ request }, destination) && {
      ReconcileCompleted: 1,
      ReconcileDriftRuns: driftRuns({ run, request }, destination, before),
      ReconcileCannotMore: Math.max(0, cannotNow(destination, before) - (before?.cannot ?? 0)),
    }),
  };
}

/** Whether all of the destination was compared. */
export function isWhole({ request }: Pick<Report, 'request'>, { status }: DestinationReport): boolean {
  return request.prefix === undefined && status !== 'failed';
}

/**
 * How many runs in a row found what the events had not brought over, this one included.
 *
 * What a run finds that fills a destination is no drift, nor what a run finds again because the one before was asked to repair nothing.
 */
export function driftRuns(
  { run, request }: About,
  { found, notDrift = 0 }: Pick<DestinationReport, 'found' | 'notDrift'>,
  before: DestinationMemory | undefined,
): number {
  // What was young when it was listed, or came to differ later, is not among what was found: it counts neither way.
  const drift = total(found) - notDrift;
  if (drift <= 0 || before === undefined) return 0;
  // The report of a run may be made twice.
  if (before.completedRun === run) return before.driftRuns ?? 0;
  const counts = request.trigger !== 'deploy' && request.verifyOnly !== true;
  return (before.driftRuns ?? 0) + (counts ? 1 : 0);
}

/** A run that repairs nothing does not find out what cannot be copied. */
export function cannotNow(
  { cannot, withheld }: Pick<DestinationReport, 'cannot' | 'withheld'>,
  before: DestinationMemory | undefined,
): number {
  return withheld === undefined ? total(cannot) : (before?.cannot ?? 0);
}
