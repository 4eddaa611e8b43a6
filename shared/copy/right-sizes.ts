import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CopiedPart, ObjectState } from '../objects/bucket.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import { everyPart } from './every-part.ts';
import { partsIn } from './plan-copy.ts';
import type { CopyWorld } from './copy-world.ts';

/**
 * Before an upload is completed: the sizes (bytes) that its parts must have for the replica to get the source's ETag. Those of a source whose
 * parts only look as large as its first one differ, and only then is each part of the source asked for.
 *
 * @returns `sizes` itself if they are right, as far as can be told; `undefined` if the source changed meanwhile.
 */
export async function rightSizes(
  key: ObjectKey,
  copy: {
    readonly source: ObjectState;
    readonly sizes: readonly number[];
    readonly parts: readonly CopiedPart[];
    /** The ETags of the parts tell nothing. */
    readonly kms: boolean;
  },
  world: CopyWorld,
): Promise<readonly number[] | undefined> {
  const { source, sizes } = copy;
  const count = partsIn(source.etag);
  if (count === undefined || source.kms || copy.kms || etagOf(copy.parts) === source.etag) return sizes;
  const real = await everyPart(key, { source, count }, world);
  if (real === undefined) return undefined;
  // A store that does not tell the sizes of parts tells that of the whole object for each: then there is nothing better.
  const toldNothing = real.reduce((sum, part) => sum + part, 0) !== source.size;
  return toldNothing || isDeepStrictEqual(real, sizes) ? sizes : real;
}

/** The ETag of an object put together from these parts, where KMS encrypts nothing. */
function etagOf(parts: readonly CopiedPart[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(etag, 'hex');
  return `${md5.digest('hex')}-${parts.length}`;
}
