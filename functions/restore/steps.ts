import * as v from 'valibot';
import { assertNever } from '../../shared/assert-never.ts';
import { begin, readBegun } from './begin.ts';
import { finish } from './finish.ts';
import { finishShare } from './finish-share.ts';
import { collect, plan } from './plan.ts';
import { readRequest } from './request.ts';
import { runSchema } from './run.ts';
import type { Run } from './run.ts';
import { restoreShare } from './work-on-share.ts';
import type { World } from './world.ts';

/** What the state machine asks for. */
export type StepEvent = v.InferOutput<typeof eventSchema>;

/** @throws if the event is no step. */
export function readStep(event: unknown): StepEvent {
  return v.parse(eventSchema, event);
}

const execution = v.object({ arn: v.string(), startedAt: v.string() });
const eventSchema = v.variant('step', [
  v.object({ step: v.literal('begin'), execution, input: v.unknown() }),
  v.object({ step: v.literal('plan'), run: runSchema }),
  v.object({ step: v.literal('restore'), run: runSchema, share: v.number() }),
  v.object({ step: v.literal('collect'), run: runSchema }),
  v.object({ step: v.literal('finish'), run: runSchema, share: v.number() }),
  v.object({
    step: v.literal('report'),
    run: v.optional(runSchema),
    execution: v.optional(execution),
    input: v.optional(v.unknown()),
    failure: v.optional(v.object({ step: v.string(), cause: v.string() })),
  }),
]);

/** One step of a run, in any world. */
export async function step(world: World, event: StepEvent): Promise<object> {
  switch (event.step) {
    case 'begin':
      return begin(world, event);
    case 'plan':
      return plan(world, event.run);
    case 'restore':
      return { done: await restoreShare(world, event.run, event.share) };
    case 'collect':
      return collect(world, event.run);
    case 'finish':
      return finishShare(world, event.run, event.share);
    case 'report': {
      const run = event.run ?? (await runWithoutBeginning(world, event));
      return run === undefined ? { status: 'FAILED' } : finish(world, run, event.failure);
    }
    default:
      return assertNever(event);
  }
}

/** Where even the beginning failed, the report is all there is of the run. `undefined`: it is another's token, whose report it must not be. */
async function runWithoutBeginning(
  world: World,
  {
    execution: known,
    input,
  }: { readonly execution?: v.InferOutput<typeof execution> | undefined; readonly input?: unknown },
): Promise<Run | undefined> {
  const request = readRequest(input);
  const begun = await readBegun(world, request.token);
  if (known === undefined || (begun !== undefined && begun.execution !== known.arn)) return undefined;
  const { bucket, region } = request.to;
  const target = { bucket, region: region ?? world.settings.region, account: world.settings.account };
  return { token: request.token, execution: known.arn, startedAt: known.startedAt, request, target };
}
