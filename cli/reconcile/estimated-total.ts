import type { Samples } from '../../functions/reconcile/plan.ts';

/** How many objects a run will compare, by what the last one saw; `undefined` if nothing is known of these. */
export function estimatedTotal(samples: Samples | undefined, prefix: string | undefined): number | undefined {
  if (samples === undefined || prefix === undefined) return samples?.total;
  const { keys, total } = samples;
  const fitting = keys.filter((key) => key.startsWith(prefix)).length;
  // Each sample stands for equally many keys. Where none fits there are fewer than these.
  return fitting === 0 ? undefined : Math.round((total * fitting) / keys.length);
}
