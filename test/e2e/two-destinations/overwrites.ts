import { GetObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { comparison, destinations, put, text } from '../system.ts';

/** Contents in the order in which they are put: the last one must win, also if it was there before. */
const HISTORIES = {
  'always new': ['one', 'two', 'three', 'four', 'five'],
  'back to the first': ['A', 'B', 'A'],
  'to and fro': ['A', 'B', 'A', 'B', 'A', 'B'],
  'empty at last': ['something', ''],
  unchanged: ['same', 'same', 'same'],
} as const;

describe('overwrites in quick succession', () => {
  const keys = Array.from({ length: 20 }, (_, n) => n);
  const longest = Math.max(...Object.values(HISTORIES).map(({ length }) => length));
  beforeAll(async () => {
    for (let round = 0; round < longest; round += 1) {
      const objects = Object.entries(HISTORIES).flatMap(([name, contents]) => {
        const content = contents[round];
        return content === undefined ? [] : keys.map((n) => text(`overwrites/${name}/${n}`, content));
      });
      await put(objects);
    }
  });
  const finals = Object.entries(HISTORIES).flatMap(([name, contents]) =>
    keys.map((n) => ({ key: `overwrites/${name}/${n}`, content: contents.at(-1) })),
  );

  it.each(destinations)('leave the newest content in $bucket', async (destination) => {
    await expect
      .poll(async () => comparison(destination, (key) => key.startsWith('overwrites/')))
      .toMatchObject({ missing: [], different: [], extra: [] });
    for (const { key, content } of finals.filter((_, n) => n % 20 === 0)) {
      const { Body } = await destination.s3.send(new GetObjectCommand({ Bucket: destination.bucket, Key: key }));
      expect(await Body?.transformToString()).toBe(content);
    }
  });
});
