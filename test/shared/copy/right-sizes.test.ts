import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { World } from '../../../functions/replicate/attempt.ts';
import { rightSizes } from '../../../shared/copy/right-sizes.ts';
import type { ObjectState } from '../../../shared/objects/bucket.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { inProcessBucket, inProcessDestination } from '../../support/s3-simulator/in-process.ts';
import { createBucket, createStore } from '../../support/s3-simulator/store.ts';

const KEY = objectKey('k');
const PLACE = { name: 'photos', owner: '111122223333' };
const parts = [1, 2].map((number) => ({ number, etag: createHash('md5').update(String(number)).digest('hex') }));
const RIGHT_ETAG = `${createHash('md5')
  .update(Buffer.from(`${parts[0]?.etag}${parts[1]?.etag}`, 'hex'))
  .digest('hex')}-2`;
const SIZES = [6, 4];

/** A world whose source tells of its parts what is given, and counts how often it was asked. */
function worldTelling(told: readonly number[] | undefined): { readonly world: World; readonly asked: number[] } {
  const store = createStore({ now: () => 0 });
  createBucket(store, PLACE);
  const asked: number[] = [];
  const source = {
    ...inProcessBucket({ store, ...PLACE }),
    async headPart(_: unknown, { number }: { readonly number: number }) {
      asked.push(number);
      const size = told?.[number - 1];
      return size === undefined ? undefined : { size, count: 2 };
    },
  };
  const destination = inProcessDestination({ store, ...PLACE, source: PLACE });
  const world = { source, destination, sleep: async () => undefined, now: () => 0, random: () => 0 };
  return { world, asked };
}

function sourceOf(etag: string, more: Partial<ObjectState> = {}): ObjectState {
  const description = { metadata: {}, tagCount: 0 };
  return { etag, size: 10, lastModified: new Date(0), kms: false, archived: false, description, ...more };
}

const ANOTHER = `${'a'.repeat(32)}-2`;

describe('rightSizes()', () => {
  it.each<[string, ObjectState, boolean]>([
    ['the parts make the ETag of the source', sourceOf(RIGHT_ETAG), false],
    ['the source was put in one piece', sourceOf('a'.repeat(32)), false],
    ['KMS encrypts the source', sourceOf(ANOTHER, { kms: true }), false],
    ['KMS encrypts the replica', sourceOf(ANOTHER), true],
  ])('asks nothing if %s', async (_, source, kms) => {
    const { world, asked } = worldTelling([7, 3]);
    expect(await rightSizes(KEY, { source, sizes: SIZES, parts, kms }, world)).toBe(SIZES);
    expect(asked).toEqual([]);
  });

  it.each<[string, readonly number[] | undefined, readonly number[] | undefined]>([
    ['those of the source, where they are others', [7, 3], [7, 3]],
    ['the same, where they are not', [6, 4], SIZES],
    ['the same, where the store tells the size of the whole object for each part', [10, 10], SIZES],
    ['none, where the source is another one', undefined, undefined],
  ])('finds %s', async (_, told, right) => {
    const { world, asked } = worldTelling(told);
    const found = await rightSizes(KEY, { source: sourceOf(ANOTHER), sizes: SIZES, parts, kms: false }, world);
    expect(found).toEqual(right);
    expect(found === SIZES).toBe(right === SIZES);
    expect(new Set(asked)).toEqual(new Set([1, 2]));
  });
});
