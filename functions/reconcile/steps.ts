import * as v from 'valibot';
import { assertNever } from '../../shared/assert-never.ts';
import { errorInWords } from '../../shared/error-in-words.ts';
import { begin } from './begin.ts';
import { finish } from './finish.ts';
import { handOver } from './hand-over.ts';
import { nominate } from './nominate.ts';
import { readNomination } from './nomination.ts';
import { plan } from './plan.ts';
import { readPlan } from './run-plan.ts';
import type { Swept } from './run-plan.ts';
import { newRun, requestSchema, runSchema } from './run.ts';
import type { Run } from './run.ts';
import { settle } from './settle.ts';
import { sweepShare } from './sweep.ts';
import { verifyShare } from './verify.ts';
import type { World } from './world.ts';

/** What the state machine asks for. */
export type StepEvent = v.InferOutput<typeof eventSchema>;

/** @throws if the event is no step. */
export function readStep(event: unknown): StepEvent {
  return v.parse(eventSchema, event);
}

const execution = v.object({ arn: v.string(), startedAt: v.string() });
const eventSchema = v.variant('step', [
  v.object({ step: v.literal('begin'), execution, input: v.unknown(), pass: v.number() }),
  v.object({ step: v.literal('plan'), run: runSchema }),
  v.object({ step: v.literal('sweep'), run: runSchema, share: v.number() }),
  v.object({ step: v.literal('nominate'), run: runSchema }),
  v.object({ step: v.literal('settle'), run: runSchema, state: v.record(v.string(), v.any()) }),
  v.object({ step: v.literal('hand over'), run: runSchema, execution: v.string() }),
  v.object({ step: v.literal('verify'), run: runSchema, share: v.number() }),
  v.object({
    step: v.literal('report'),
    run: v.optional(runSchema),
    execution: v.optional(execution),
    input: v.optional(v.unknown()),
    pass: v.optional(v.number()),
    failure: v.optional(v.object({ step: v.string(), cause: v.pipe(v.string(), v.transform(errorInWords)) })),
  }),
]);

/** One step of a run, in any world. */
export async function step(world: World, event: StepEvent): Promise<object> {
  switch (event.step) {
    case 'begin':
      return begin(world, event);
    case 'plan':
      return plan(world, event.run);
    case 'sweep':
      return { done: await sweepShare(world, await planned(world, event.run), event.share) };
    case 'nominate':
      return nominate(world, await planned(world, event.run));
    case 'settle':
      return settle(world, { ...(await planned(world, event.run)), state: event.state });
    case 'hand over':
      return handOver(world, event);
    case 'verify': {
      const nomination = await readNomination(world, event.run);
      if (nomination === undefined) throw new Error(`Nothing was nominated by the run ${event.run.id}`);
      return { done: await verifyShare(world, { ...(await planned(world, event.run)), nomination }, event.share) };
    }
    case 'report':
      return finish(world, event.run ?? runWithoutBeginning(world, event), event.failure);
    default:
      return assertNever(event);
  }
}

/** What the steps behind `plan` work on. */
async function planned(world: World, run: Run): Promise<Swept> {
  const found = await readPlan(world, run);
  if (found === undefined) throw new Error(`The run ${run.id} has no plan`);
  const destinations = await Promise.all(found.destinations.map((destination) => world.observe(destination)));
  return { run, plan: found, destinations };
}

/** Where even the beginning failed, the report is all there is of the run. */
function runWithoutBeginning(
  world: World,
  {
    execution: known,
    input,
    pass = 1,
  }: {
    readonly execution?: v.InferOutput<typeof execution> | undefined;
    readonly input?: unknown;
    readonly pass?: number | undefined;
  },
): Run {
  const startedAt = known?.startedAt ?? new Date(world.now()).toISOString();
  const read = v.safeParse(requestSchema, input);
  const request = read.success ? read.output : { trigger: 'hand' as const };
  return newRun({ execution: known?.arn ?? 'unknown', startedAt, pass, request });
}
