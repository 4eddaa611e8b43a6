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
 * Why a bucket is not written to, if it is none to restore into.
 *
 * @throws if nobody tells.
 */
export async function whyNoTarget(
  target: Place,
  { isDestination }: Pick<Targets, 'isDestination'>,
): Promise<string | undefined> {
  return (await isDestination(target)) ? whyNoDestination(target.bucket) : undefined;
}

/** Only its own Lambda writes to a destination; the next sweep would make it like the source again. */
export function whyNoDestination(bucket: string): string {
  return `"${bucket}" is a destination, which is kept like its source: what is restored into it would be undone. Restore into the source with --to-source, which all destinations follow, or into a bucket that is none`;
}
