import * as v from 'valibot';
import { errorInWords } from '../../shared/error-in-words.ts';
import { assertNever } from '../../shared/assert-never.ts';
import { begin, readBegun } from './begin.ts';
import { chooseKeys } from './rehearsal/choose-keys.ts';
import { readChoosing } from './rehearsal/choosing.ts';
import { compareAll } from './rehearsal/compare-all.ts';
import { conclude } from './rehearsal/conclude.ts';
import { rehearsalIn, rehearsalSchema, restoreOf } from './rehearsal/rehearsal.ts';
import { startRehearsals, tellAges } from './rehearsal/schedule.ts';
import { rehearsalSettings } from './rehearsal/world.ts';
import type { RehearsalWorld } from './rehearsal/world.ts';
import { finish } from './finish.ts';
import { finishShare } from './finish-share.ts';
import { collect, plan } from './plan.ts';
import { readRequest } from './request.ts';
import { runSchema } from './run.ts';
import type { Run } from './run.ts';
import { restoreShare } from './work-on-share.ts';

/** What the state machine asks for. */
export type StepEvent = v.InferOutput<typeof eventSchema>;

/** @throws if the event is no step. */
export function readStep(event: unknown): StepEvent {
  return v.parse(eventSchema, event);
}

const execution = v.object({ arn: v.string(), startedAt: v.string() });
const failure = v.object({ step: v.string(), cause: v.pipe(v.string(), v.transform(errorInWords)) });
const eventSchema = v.variant('step', [
  v.object({ step: v.literal('begin'), execution, input: v.unknown() }),
  v.object({ step: v.literal('start rehearsals') }),
  v.object({ step: v.literal('tell ages') }),
  v.object({ step: v.literal('choose'), rehearse: rehearsalSchema }),
  v.object({ step: v.literal('plan'), run: runSchema }),
  v.object({ step: v.literal('restore'), run: runSchema, share: v.number() }),
  v.object({ step: v.literal('collect'), run: runSchema }),
  v.object({ step: v.literal('finish'), run: runSchema, share: v.number() }),
  v.object({
    step: v.literal('report'),
    run: v.optional(runSchema),
    execution: v.optional(execution),
    input: v.optional(v.unknown()),
    failure: v.optional(failure),
  }),
  v.object({ step: v.literal('compare'), rehearse: rehearsalSchema }),
  v.object({ step: v.literal('conclude'), rehearse: rehearsalSchema, execution, failure: v.optional(failure) }),
]);

/** One step of a run, in any world. */
export async function step(world: RehearsalWorld, event: StepEvent): Promise<object> {
  switch (event.step) {
    case 'start rehearsals':
      return startRehearsals(world);
    case 'tell ages':
      return tellAges(world);
    case 'choose':
      return chooseKeys(world, event.rehearse);
    case 'begin':
      return begin(world, { ...event, input: await requestIn(world, event.input) });
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
    case 'compare':
      return { done: await compareAll(world, event.rehearse) };
    case 'conclude':
      return conclude(world, {
        rehearsal: event.rehearse,
        startedAt: event.execution.startedAt,
        failure: event.failure,
      });
    default:
      return assertNever(event);
  }
}

/** Where even the beginning failed, the report is all there is of the run. `undefined`: it is another's token, whose report it must not be. */
async function runWithoutBeginning(
  world: RehearsalWorld,
  {
    execution: known,
    input,
  }: { readonly execution?: v.InferOutput<typeof execution> | undefined; readonly input?: unknown },
): Promise<Run | undefined> {
  const request = readRequest(await requestIn(world, input));
  const begun = await readBegun(world, request.token);
  if (known === undefined || (begun !== undefined && begun.execution !== known.arn)) return undefined;
  const { bucket, region } = request.to;
  const target = { bucket, region: region ?? world.settings.region, account: world.settings.account };
  return { token: request.token, execution: known.arn, startedAt: known.startedAt, request, target };
}

/** What an execution is asked to restore: of a rehearsal, what it has chosen. */
async function requestIn(world: RehearsalWorld, input: unknown): Promise<unknown> {
  const rehearsal = rehearsalIn(input);
  if (rehearsal === undefined) return input;
  const moment = (await readChoosing(world, rehearsal))?.moment;
  const scratch = { bucket: rehearsalSettings(world).scratchBucket, region: world.settings.region };
  return restoreOf(rehearsal, scratch, moment?.at);
}
