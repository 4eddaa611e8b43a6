import type { ObjectState } from '../objects/bucket.ts';
import { forEachConcurrently } from '../for-each.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import type { CopyWorld } from './copy-world.ts';

/** Asks for the size of each part; `undefined` if the source changed meanwhile. */
export async function everyPart(
  key: ObjectKey,
  { source: { etag }, count }: { readonly source: Pick<ObjectState, 'etag'>; readonly count: number },
  { source }: CopyWorld,
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
