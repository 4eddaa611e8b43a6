import { expect, it } from 'vitest';
import { measure, resultTable } from '../../local/result.ts';

const listed = (key: string, lastModified: number) => [key, { key, etag: 'e', size: 1_000, lastModified }] as const;

it('a result holds the lags, never below zero, and the rate from the first put to the last replica', () => {
  const source = new Map([listed('a', 900), listed('b', 1_900), listed('c', 2_900)]);
  const destination = new Map([listed('a', 1_500), listed('b', 1_999), listed('x', 0)]);
  const puts = new Map(['a', 'b', 'c'].map((key, n) => [key, { etag: 'e', at: 1_000 * (n + 1) }]));
  const result = measure('photos-eu', { source, destination, puts });
  expect(result).toMatchObject({
    objects: 3,
    bytes: 3_000,
    missing: ['c'],
    different: [],
    extra: ['x'],
    lags: [500, 0],
  });
  expect(result.objectsPerSecond).toBeCloseTo(2.002);

  const [, , , row] = resultTable([result]).split('\n');
  const cells = row?.split('│').map((cell) => cell.trim());
  expect(resultTable([result])).toContain('\nphotos-eu: 3,000 bytes, 2 objects/s\n');
  expect(cells).toEqual(['', 'photos-eu', '3', '1', '0', '1', '0.00 s', '0.50 s', '']);
});

it('a destination without a replica has no lag and no rate', () => {
  const puts = new Map([['a', { etag: 'e', at: 1 }]]);
  const result = measure('photos-eu', { source: new Map([listed('a', 1)]), destination: new Map(), puts });
  expect(result).toMatchObject({ objects: 0, missing: ['a'], lags: [], objectsPerSecond: 0 });
  expect(resultTable([result])).toContain('–');
});
