import type { CopyAnswer } from '../objects/bucket.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import type { CopyWorld } from './copy-world.ts';
import { copyInParts, type HandedOver } from './copy-in-parts.ts';
import { everyPart } from './every-part.ts';
import { chosenParts, copiedByOneRequest, evenParts, partsIn } from './plan-copy.ts';
import type { Sides } from './sides.ts';

/**
 * Makes `replica` what `source` is, on condition that both still are what was seen: by one request, or on the source's own
 * part boundaries, so that the replica gets the source's ETag and anybody can prove from two listings that they are equal.
 */
export async function copyObject(key: ObjectKey, sides: Sides, world: CopyWorld): Promise<CopyAnswer | HandedOver> {
  const { source, replica } = sides;
  if (copiedByOneRequest(source)) {
    const { websiteRedirect } = source.description;
    return world.destination.copy({
      key,
      sourceETag: source.etag,
      replicaETag: replica?.etag,
      ...(websiteRedirect !== undefined && { websiteRedirect }),
    });
  }
  if (partsIn(source.etag) === undefined) return copyInParts(key, { ...sides, sizes: chosenParts(source.size) }, world);

  const first = await world.source.headPart(key, { etag: source.etag, number: 1 });
  if (first === undefined) return MOVED;
  const even = evenParts(source.size, first);
  const sizes = even ?? (await everyPart(key, { source, count: first.count }, world));
  return sizes === undefined ? MOVED : copyInParts(key, { ...sides, sizes }, world);
}

const MOVED: CopyAnswer = { answer: 'moved', reason: 'the source is another one' };
