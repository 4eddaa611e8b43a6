import type { Place, Request } from './request.ts';
import type { Targets } from './world.ts';

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
  { existing, isThere }: Pick<Request, 'existing'> & { readonly isThere: boolean },
  { isDestination, keepsVersions }: Pick<Targets, 'isDestination' | 'keepsVersions'>,
): Promise<string | undefined> {
  const { bucket } = target;
  if (await isDestination(target)) return whyNoDestination(bucket);
  if (!isThere || existing === 'skip' || (await keepsVersions(target))) return undefined;
  return `"${bucket}" keeps no versions, so that what is replaced there would be lost for good: enable its versioning, restore into a new bucket with --new-bucket <name>, or leave what is there with --existing skip`;
}

/** Only its own Lambda writes to a destination; the next sweep would make it like the source again. */
export function whyNoDestination(bucket: string): string {
  return `"${bucket}" is a destination, which is kept like its source: what is restored into it would be undone. Restore into the source with --to-source, which all destinations follow, or into a bucket that is none`;
}
