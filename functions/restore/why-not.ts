import type { Place, Request } from './request.ts';
import type { RehearsalSettings } from './rehearsal/world.ts';
import type { RestoreSettings, Targets } from './world.ts';
import { isNeverTarget, MADE_PREFIX, markCommands, TARGET_TAG } from '../../shared/runs/restore-target.ts';

/**
 * Why the state of a moment cannot be told, if one is asked for. Where S3 keeps no versions, a key that was overwritten since looks as if it had not been written
 * yet: it would be left out, and nobody would know.
 *
 * @throws {BucketError}
 */
export async function whyNoMoment(
  { at, from }: Pick<Request, 'at' | 'from'>,
  { keepsVersions }: Pick<Targets, 'keepsVersions'>,
): Promise<string | undefined> {
  if (at === undefined || (await keepsVersions(from))) return undefined;
  return `The destination "${from.bucket}" keeps no versions, so that what was overwritten since ${at} is lost there, and nobody can tell which keys those are; without --at all that it holds now can be restored`;
}

/**
 * Why a bucket is not written to, if it is none to restore into: a destination; or, where objects are to be replaced, one that keeps nothing of what it held.
 *
 * @param isThere and is not of this run's own making.
 * @throws if nobody tells.
 */
export async function whyNoTarget(
  target: Place,
  { existing, isThere, ...asked }: Pick<Request, 'existing' | 'rehearsal'> & { readonly isThere: boolean },
  { settings, ...targets }: Omit<Targets, 'find' | 'make'> & { readonly settings: Own },
): Promise<string | undefined> {
  const { bucket } = target;
  const { isDestination, keepsVersions } = targets;
  if (await isDestination(target)) return whyNoDestination(bucket);
  const unmarked = isThere ? await whyUnmarked(target, asked, { settings, ...targets }) : undefined;
  if (unmarked !== undefined) return unmarked;
  if (!isThere || existing === 'skip' || (await keepsVersions(target))) return undefined;
  return `"${bucket}" keeps no versions, so that what is replaced there would be lost for good: enable its versioning, restore into a new bucket with --new-bucket <name>, or leave what is there with --existing skip`;
}

interface Own extends Pick<RestoreSettings, 'source'> {
  readonly rehearsals?: Pick<RehearsalSettings, 'scratchBucket'> | undefined;
}

/**
 * Why restores do not write to a bucket that is there. Whoever may start one, and put an object into the source, decides what is written, and where: so that only buckets are
 * targets into which their owners let it be written. The role of restores says the same to IAM.
 */
async function whyUnmarked(
  target: Place,
  { rehearsal = false }: Pick<Request, 'rehearsal'>,
  {
    settings: { source, rehearsals },
    tagsOf,
    tellsIamOfTags,
  }: Pick<Targets, 'tagsOf' | 'tellsIamOfTags'> & { readonly settings: Own },
): Promise<string | undefined> {
  const { bucket } = target;
  if (bucket === source || (rehearsal && bucket === rehearsals?.scratchBucket)) return undefined;
  if (isNeverTarget(bucket))
    return `"${bucket}" is by its name a bucket that others deploy or report from: no restore writes to it. ${ELSEWHERE}`;
  const isMarked = (await tagsOf(target))[TARGET_TAG] === source;
  if (isMarked && (bucket.startsWith(MADE_PREFIX) || (await tellsIamOfTags(target)))) return undefined;
  const [tag, abac] = markCommands(target, { source });
  const commands = isMarked ? [abac] : bucket.startsWith(MADE_PREFIX) ? [tag] : [tag, abac];
  return `"${bucket}" is not marked as a target of restores of ${source}. Its owner marks it with: ${commands.join(' && ')} – or: ${ELSEWHERE}`;
}

const ELSEWHERE = `Restore into a new bucket with --new-bucket ${MADE_PREFIX}<name>, or into the source with --to-source`;

/** Why no bucket of that name is made. */
export function whyNotMade(bucket: string): string | undefined {
  if (bucket.startsWith(MADE_PREFIX)) return undefined;
  return `Buckets that restores make are called "${MADE_PREFIX}…", so that the settings of no others can be changed: write --new-bucket ${MADE_PREFIX}${bucket}`;
}

/** Only its own Lambda writes to a destination; the next sweep would make it like the source again. */
export function whyNoDestination(bucket: string): string {
  return `"${bucket}" is a destination, which is kept like its source: what is restored into it would be undone. Restore into the source with --to-source, which all destinations follow, or into a bucket that is none`;
}
