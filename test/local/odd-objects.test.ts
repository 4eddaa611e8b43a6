import { expect, it } from 'vitest';
import { oddObjects } from '../../local/odd-objects.ts';
import { objectKey } from '../../shared/objects/object-key.ts';

it('odd objects are legal, and no two have one key', () => {
  const keys = oddObjects().map(({ key }) => objectKey(key));
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.map((key) => Buffer.byteLength(key))).toContain(1_024);
});
