import { MADE_BY_TAG, TARGET_TAG } from '../../shared/runs/restore-target.ts';
import { isSameRequest, readRequest } from './request.ts';
import type { Place, Request } from './request.ts';
import { paths } from './run.ts';
import type { Run } from './run.ts';
import type { RehearsalWorld } from './rehearsal/world.ts';
import { whyNoMoment, whyNoTarget, whyNotMade } from './why-not.ts';
import type { World } from './world.ts';

export interface Execution {
  /** ARN. */
  readonly arn: string;
  readonly startedAt: string;
}

export type BeginWorld = World & Partial<Pick<RehearsalWorld, 'rehearsals'>>;

/** What the state machine does first. */
export type Beginning =
  | { readonly status: 'run'; readonly run: Run }
  /** Nothing was changed. The report, if there is to be one, says why. */
  | { readonly status: 'refused'; readonly because: string };

/** Which run a token belongs to. */
export interface Begun {
  readonly execution: string;
  readonly startedAt: string;
  readonly request: Request;
}

/**
 * Begins the run of a token, once: of two executions of one token, the second is refused. Sees to it that there is a bucket to write to.
 *
 * @throws {TypeError} if the input of the execution is not understood.
 */
export async function begin(
  world: BeginWorld,
  { execution, input }: { readonly execution: Execution; readonly input: unknown },
): Promise<Beginning> {
  const request = readRequest(input);
  const mine: Begun = { execution: execution.arn, startedAt: execution.startedAt, request };
  await world.files.write(paths.begun(request), JSON.stringify(mine), 'absent');
  const begun = await readBegun(world, request.token);
  if (begun?.execution !== execution.arn)
    return refused(
      `The token "${request.token}" was used before, by ${begun?.execution}, ${begun !== undefined && isSameRequest(begun.request, request) ? 'for the same' : 'for another request'}`,
    );
  if (request.at !== undefined && Date.parse(request.at) > Date.parse(execution.startedAt))
    return refused(`${request.at} lies in the future`);
  const unknowable = await whyNoMoment(request, world.targets(request.from));
  if (unknowable !== undefined) return refused(unknowable);
  const target = await targetOf(world, request);
  if (typeof target === 'string') return refused(target);
  const run: Run = { token: request.token, execution: execution.arn, startedAt: begun.startedAt, request, target };
  world.log.info('run', { run });
  return { status: 'run', run };
}

export async function readBegun({ files }: Pick<World, 'files'>, token: string): Promise<Begun | undefined> {
  const file = await files.read(paths.begun({ token }));
  return file === undefined ? undefined : JSON.parse(file.text);
}

function refused(because: string): Beginning {
  return { status: 'refused', because };
}

/** @returns why there is none, as a text. */
async function targetOf(
  { targets: targetsOf, settings, rehearsals }: BeginWorld,
  request: Request,
): Promise<Place | string> {
  const { bucket, create = false, region } = request.to;
  const targets = targetsOf(request.from);
  const { account } = settings;
  const nameless = create ? whyNotMade(bucket) : undefined;
  const found = await targets.find(bucket);
  const place = found ?? { bucket, region: region ?? settings.region, account };
  const unfit = await whyNoTarget(
    place,
    { ...request, isThere: found !== undefined && !create },
    { ...targets, settings: { ...settings, rehearsals } },
  );
  if (unfit !== undefined) return unfit;
  if (nameless !== undefined) return nameless;
  if (!create) return found ?? `There is no bucket "${bucket}"; to have it made, write --new-bucket ${bucket}`;
  if (request.from.account !== account)
    return `Out of another account no bucket can be made: make "${bucket}" yourself, and restore into it with --to ${bucket}`;
  if (request.dryRun) return found === undefined ? place : taken(bucket);
  // By its tags, which it is made with, a second attempt knows it again. Who may write files of runs cannot pretend them.
  const tags = { [TARGET_TAG]: settings.source, [MADE_BY_TAG]: request.token };
  if (found !== undefined && !hasTags(await targets.tagsOf(found), tags)) return taken(bucket);
  await targets.make(place, tags);
  return place;
}

function hasTags(found: Readonly<Record<string, string>>, tags: Readonly<Record<string, string>>): boolean {
  return Object.entries(tags).every(([key, value]) => found[key] === value);
}

function taken(bucket: string): string {
  return `There is a bucket "${bucket}" already; choose another name, or restore into it with --to ${bucket}`;
}
