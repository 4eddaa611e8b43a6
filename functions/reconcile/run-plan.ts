import type { DestinationAddress } from '../../shared/topic/discover.ts';
import { paths } from './run.ts';
import type { Run } from './run.ts';
import type { World, Observed } from './world.ts';

/** What a run lists, and what it could not even begin with. */
export interface Plan {
  readonly destinations: readonly DestinationAddress[];
  readonly problems: readonly string[];
  /** Workers of the sweep. */
  readonly shares: number;
  /** Every so many keys of a range one is kept, for the ranges of the next run. */
  readonly sampleEvery: number;
  /** What was changed after this may still be on the event path. */
  readonly youngFrom: string;
  /** Listings that a worker may read at a time. */
  readonly listings: number;
}

export async function readPlan({ files }: Pick<World, 'files'>, run: Run): Promise<Plan | undefined> {
  const file = await files.read(paths.plan(run));
  return file === undefined ? undefined : JSON.parse(file.text);
}

/** What a sweep is about. */
export interface Swept {
  readonly run: Run;
  readonly plan: Plan;
  readonly destinations: readonly Observed[];
}
