import type { Files } from '../../shared/runs/files.ts';
import { paths } from './run.ts';

/** What is known of a destination from run to run. */
export interface DestinationMemory {
  /** The last run that compared all of it. */
  readonly completedRun: string;
  readonly completedAt: string;
  /** The first run that repaired all that could be repaired: from then on a run may repair only so much. */
  readonly filledBy?: string;
  readonly provedEqualAsOf?: string;
  /** Runs in a row that found drift. */
  readonly driftRuns?: number;
  /** Objects that cannot be copied. */
  readonly cannot?: number;
}

/** @returns `undefined` if it has never been compared to the end. */
export async function readMemory(files: Files, bucket: string): Promise<DestinationMemory | undefined> {
  const file = await files.read(paths.destination(bucket));
  return file === undefined ? undefined : JSON.parse(file.text);
}
