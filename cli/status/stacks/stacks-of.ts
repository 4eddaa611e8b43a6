import type { Replicator } from '../../../infra/config/replicator.ts';
import {
  alarmsStackName,
  destinationStackName,
  reconcileStackName,
  restoreStackName,
  sourceStackName,
} from '../../../shared/names.ts';

export interface StackAddress {
  /** The bucket whose stack it is. */
  readonly about: string;
  readonly stack: string;
  readonly region: string;
}

/** All stacks of a source and its destinations. */
export function stacksOf({
  source,
  destinations,
}: Pick<Replicator, 'source' | 'destinations'>): readonly StackAddress[] {
  const { bucket: about, region } = source;
  const regions = [...new Set([source, ...destinations].map(({ region: its }) => its))];
  return [
    { about, stack: sourceStackName(about), region },
    ...destinations.map(({ bucket, region: its }) => ({
      about: bucket,
      stack: destinationStackName(bucket),
      region: its,
    })),
    { about, stack: reconcileStackName(about), region },
    { about, stack: restoreStackName(about), region },
    ...regions.map((its) => ({ about, stack: alarmsStackName(about, its), region: its })),
  ];
}
