import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutsAtFolders, rangesBetween, thinnedOut } from '../../../shared/listing/ranges.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { stringsOf } from '../../../shared/listing/texts.ts';
import { inOrder, modelBucket } from '../../support/model-bucket.ts';
import type { ModelBucket } from '../../support/model-bucket.ts';

const unit = fc.constantFrom('a', 'b', 'c', '/', '\uFF5E', '\u{1F600}');
const key = fc.string({ unit, minLength: 1, maxLength: 6 });
const keySet = fc.uniqueArray(key, { maxLength: 40 });

describe('rangesBetween', () => {
  it('holds every key once, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        keySet,
        fc.array(key, { maxLength: 8 }),
        fc.option(key, { nil: undefined }),
        async (all, cuts, prefix) => {
          const bucket = bucketOf(all);
          const listed: string[] = [];
          for (const range of rangesBetween(cuts.map(objectKey), prefix))
            for await (const page of bucket.pages(range)) listed.push(...stringsOf(page.keys));
          expect(listed).toEqual(inOrder(all).filter((one) => one.startsWith(prefix ?? '')));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('cutsAtFolders', () => {
  it('cuts at folders, of which there are as many as wanted, or all', async () => {
    const bucket = bucketOf(['2025/11/a', '2025/12/a', '2026/01/a', '2026/02/a', 'readme']);
    await expect(cutsAtFolders(bucket, { wanted: 2 })).resolves.toEqual(['2025/', '2026/']);
    await expect(cutsAtFolders(bucket, { wanted: 6 })).resolves.toEqual([
      '2025/',
      '2025/11/',
      '2025/12/',
      '2026/',
      '2026/01/',
      '2026/02/',
    ]);
    await expect(cutsAtFolders(bucket, { wanted: 1 })).resolves.toHaveLength(1);
  });

  it('asks for no more than 64 levels, however many folders there are', async () => {
    let asked = 0;
    const bucket = modelBucket('b', { onPage: () => asked++ });
    for (let a = 0; a < 50; a++) for (let b = 0; b < 50; b++) bucket.objects.set(`${a}/${b}/x`, OBJECT);
    await cutsAtFolders(bucket, { wanted: 1000 });
    expect(asked).toBeLessThanOrEqual(64);
  });

  it('leaves a bucket without folders in one piece', async () => {
    await expect(cutsAtFolders(bucketOf(['a', 'b', 'c']), { wanted: 100 })).resolves.toEqual([]);
  });
});

describe('thinnedOut', () => {
  it.each([
    { items: [1, 2, 3], most: 5, thin: [1, 2, 3] },
    { items: [1, 2, 3, 4, 5, 6, 7], most: 3, thin: [2, 4, 6] },
    { items: [1, 2, 3, 4], most: 1, thin: [3] },
    { items: [], most: 3, thin: [] },
  ])('takes $most of $items', ({ items, most, thin }) => {
    expect(thinnedOut(items, most)).toEqual(thin);
  });
});

const OBJECT = { etag: 'e', size: 1, modified: '2026-11-01T00:00:00.000Z' };

function bucketOf(keys: readonly string[]): ModelBucket {
  const bucket = modelBucket('b');
  for (const one of keys) bucket.objects.set(one, OBJECT);
  return bucket;
}
