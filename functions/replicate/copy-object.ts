import { isDeepStrictEqual } from 'node:util';
import type { CopyAnswer, ObjectState } from '../../shared/bucket.ts';
import { forEachConcurrently } from '../../shared/for-each.ts';
import type { ObjectKey } from '../../shared/object-key.ts';
import type { World } from './converge.ts';
import { copyInParts, type HandedOver } from './copy-in-parts.ts';
import { chosenParts, copiedByOneRequest, evenParts, partsIn } from './plan-copy.ts';

/** The two sides of a key, as they were seen. */
export interface Sides {
  readonly source: ObjectState;
  readonly replica: ObjectState | undefined;
}

/**
 * Makes `replica` what `source` is, on condition that both still are what was seen: by one request, or on the source's own
 * part boundaries, so that the replica gets the source's ETag and anybody can prove from two listings that they are equal.
 */
export async function copyObject(key: ObjectKey, sides: Sides, world: World): Promise<CopyAnswer | HandedOver> {
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
  if (even === undefined) return copyPartByPart(key, { ...sides, count: first.count }, world);
  const answer = await copyInParts(key, { ...sides, sizes: even }, world);
  if (answer.answer !== 'copied' || answer.etag === source.etag || source.kms) return answer;

  // The ETag differs: either the parts are not what they looked like, or the destination encrypts with KMS.
  const sizes = await everyPart(key, { source, count: first.count }, world);
  if (sizes === undefined) return MOVED;
  if (isDeepStrictEqual(sizes, even)) return answer;
  return copyInParts(key, { source, replica: { ...source, etag: answer.etag }, sizes }, world);
}

const MOVED: CopyAnswer = { answer: 'moved', reason: 'the source is another one' };

async function copyPartByPart(
  key: ObjectKey,
  sides: Sides & { readonly count: number },
  world: World,
): Promise<CopyAnswer | HandedOver> {
  const sizes = await everyPart(key, sides, world);
  return sizes === undefined ? MOVED : copyInParts(key, { ...sides, sizes }, world);
}

/** Asks for the size of each part; `undefined` if the source changed meanwhile. */
export async function everyPart(
  key: ObjectKey,
  { source: { etag }, count }: { readonly source: Pick<ObjectState, 'etag'>; readonly count: number },
  { source }: World,
): Promise<readonly number[] | undefined> {
  const sizes: (number | undefined)[] = [];
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  await forEachConcurrently(numbers, {
    limit: 32,
    work: async (number) => {
      sizes[number - 1] = (await source.headPart(key, { etag, number }))?.size;
    },
  });
  const known = sizes.filter((size) => size !== undefined);
  return known.length === count ? known : undefined;
}
