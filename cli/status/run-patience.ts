import { hoursBetweenRuns } from '../../infra/config/hours-between-runs.ts';

/**
 * After how many hours without a completed run something is wrong, by the schedule; `undefined` where it cannot be read. A run is given two hours more
 * than the time between two.
 */
export function runPatience(schedule: string): number | undefined {
  const hours = hoursBetweenRuns(schedule);
  return hours === undefined ? undefined : hours + 2;
}
