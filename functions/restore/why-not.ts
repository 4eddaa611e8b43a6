import type { Request } from './request.ts';
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
