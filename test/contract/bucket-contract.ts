import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BucketError } from '../../shared/objects/bucket.ts';
import type { CopyAnswer, DestinationBucket } from '../../shared/objects/bucket.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { ANOTHER, anyKey, etagOf, FULL, ODD_NAMES } from './objects.ts';
import { UPLOAD_CLAUSES } from './upload-clauses.ts';
import type { Ground, Clauses } from './ground.ts';

/** What an S3 may be unable to do: the names of clauses below. Each is then expected to fail, so that the list stays true. */
export type Clause = keyof typeof CLAUSES;

/** The contract of `shared/objects/bucket.ts`, for every S3 that it is to work with. */
export function bucketContract(
  name: string,
  makeGround: () => Promise<Ground>,
  { cannot = [] }: { readonly cannot?: readonly Clause[] } = {},
): void {
  describe(`the bucket port on ${name}`, () => {
    let made: Ground | undefined;
    const ground = () => {
      if (made === undefined) throw new Error(`The buckets of ${name} were not made`);
      return made;
    };
    beforeAll(async () => {
      made = await makeGround();
    });
    afterAll(() => made?.cleanUp());

    for (const [clause, check] of Object.entries(CLAUSES)) {
      const known = cannot.some((other) => other === clause);
      (known ? it.fails : it)(known ? `cannot: ${clause}` : clause, () => check(ground(), anyKey()));
    }
  });
}

const CLAUSES = {
  'head() tells of no object': async ({ source }, key) => {
    expect(await source.head(key)).toBeUndefined();
  },
  'head() tells what belongs to an object': async ({ source, put }, key) => {
    const began = Date.now();
    await put('source', key, FULL);
    const state = await source.head(key);
    expect(state).toMatchObject({ etag: expect.stringMatching(/^[0-9a-f]{32}$/), size: 5, archived: false });
    expect(state?.description).toEqual({
      contentType: 'text/html; charset=utf-8',
      contentEncoding: 'identity',
      contentLanguage: 'de',
      contentDisposition: 'attachment; filename="a.html"',
      cacheControl: 'max-age=60',
      expires: expect.stringContaining('2033'),
      metadata: { camera: 'x100', note: 'a b' },
      tagCount: 0,
    });
    // The clock of S3 is another one.
    expect(state?.lastModified.getTime()).toBeGreaterThan(began - 120_000);
    expect(state?.lastModified.getTime()).toBeLessThan(Date.now() + 120_000);
  },
  'head() tells the number of tags': async ({ source, put }, key) => {
    await put('source', key, { content: 'x', tags: { a: '1', b: '2' } });
    expect((await source.head(key))?.description.tagCount).toBe(2);
  },
  'head() tells the website redirect': async ({ source, put }, key) => {
    await put('source', key, { content: 'x', websiteRedirect: '/elsewhere' });
    expect((await source.head(key))?.description.websiteRedirect).toBe('/elsewhere');
  },
  'head() tells the version': async ({ source, put }, key) => {
    await put('source', key, { content: 'one' });
    const first = await source.head(key);
    await put('source', key, { content: 'two' });
    expect((await source.head(key))?.versionId).not.toBe(first?.versionId);
    expect(first?.versionId).toMatch(/./);
  },
  'head() takes a delete marker for no object': async ({ source, put, remove }, key) => {
    await put('source', key, { content: 'x' });
    await remove('source', key);
    expect(await source.head(key)).toBeUndefined();
  },
  'head() refuses a bucket of somebody else': async ({ strange, put }, key) => {
    await put('source', key, { content: 'x' });
    await expect(strange.source.head(key)).rejects.toThrow(BucketError);
  },
  'a version is seen as it was': async ({ source, pinned, put, remove }, key) => {
    await put('source', key, { content: 'one', metadata: { n: '1' }, tags: { a: '1' } });
    const first = await source.head(key);
    await put('source', key, { content: 'three', metadata: { n: '2' } });
    await remove('source', key);
    const version = pinned(first?.versionId ?? '').source;
    expect(await version.head(key)).toEqual(first);
    expect(await version.tags(key, undefined)).toEqual([{ key: 'a', value: '1' }]);
    expect(await version.digest(key, { etag: first?.etag ?? '', algorithm: 'md5' })).toBe(first?.etag);
  },
  'a version that is gone is no object': async ({ pinned, source, put }, key) => {
    await put('source', key, { content: 'one' });
    const versionId = (await source.head(key))?.versionId ?? '';
    const another = versionId.slice(0, -1) + (versionId.endsWith('1') ? '2' : '1');
    expect(await pinned(another).source.head(key)).toBeUndefined();
  },
  'copy() takes a version that others lie on': async ({ source, pinned, put, remove }, key) => {
    await put('source', key, { content: 'one', metadata: { n: '1' }, tags: { a: '1' } });
    const { versionId = '', etag = '' } = (await source.head(key)) ?? {};
    await put('source', key, { content: 'three' });
    await remove('source', key);
    const { destination } = pinned(versionId);
    const answer = await destination.copy({ key, sourceETag: etag, replicaETag: undefined });
    expect(answer).toMatchObject({ answer: 'copied', etag });
    expect((await destination.head(key))?.description).toMatchObject({ metadata: { n: '1' }, tagCount: 1 });
  },
  'copy() of a version that is gone writes nothing': async ({ source, pinned, put }, key) => {
    await put('source', key, { content: 'one' });
    const { versionId = '', etag = '' } = (await source.head(key)) ?? {};
    const another = versionId.slice(0, -1) + (versionId.endsWith('1') ? '2' : '1');
    const { destination } = pinned(another);
    const answer = await destination.copy({ key, sourceETag: etag, replicaETag: undefined });
    expect(answer.answer).toMatch(/moved|refused/);
    expect(await destination.head(key)).toBeUndefined();
  },
  'look() finds the bucket': async ({ source }) => {
    await expect(source.look()).resolves.toBeUndefined();
  },
  'look() misses a bucket that is not there': async ({ missing }) => {
    await expect(missing.source.look()).rejects.toThrow(/Cannot look at the bucket|HeadBucket/);
  },
  'look() refuses a bucket of somebody else': async ({ strange }) => {
    await expect(strange.source.look()).rejects.toThrow(BucketError);
  },
  'copy() copies what is not there yet': async (ground, key) => {
    await ground.put('source', key, FULL);
    const answer = await copy(ground, key, undefined);
    const [source, replica] = [await ground.source.head(key), await ground.destination.head(key)];
    expect(answer).toMatchObject({ answer: 'copied', etag: source?.etag });
    expect(replica).toMatchObject({ etag: source?.etag, size: 5, description: source?.description });
  },
  'copy() carries tags': async (ground, key) => {
    await ground.put('source', key, { content: 'x', tags: { a: '1' } });
    await copy(ground, key, undefined);
    expect((await ground.destination.head(key))?.description.tagCount).toBe(1);
  },
  'copy() carries an empty object': async (ground, key) => {
    await ground.put('source', key, { content: '' });
    expect(await copy(ground, key, undefined)).toMatchObject({ answer: 'copied' });
    expect((await ground.destination.head(key))?.size).toBe(0);
  },
  'copy() carries no website redirect by itself': async (ground, key) => {
    await ground.put('source', key, { content: 'x', websiteRedirect: '/elsewhere' });
    await copy(ground, key, undefined);
    expect((await ground.destination.head(key))?.description.websiteRedirect).toBeUndefined();
  },
  'copy() sets a website redirect': async (ground, key) => {
    await ground.put('source', key, { content: 'x', websiteRedirect: '/elsewhere' });
    const sourceETag = await etagOf(ground.source, key);
    await ground.destination.copy({ key, sourceETag, replicaETag: undefined, websiteRedirect: '/elsewhere' });
    expect((await ground.destination.head(key))?.description.websiteRedirect).toBe('/elsewhere');
  },
  'copy() says "moved" when there is a replica already': async (ground, key) => {
    await ground.put('source', key, { content: 'new' });
    await ground.put('destination', key, { content: 'there' });
    expect(await copy(ground, key, undefined)).toMatchObject({ answer: 'moved' });
    expect((await ground.destination.head(key))?.size).toBe(5);
  },
  'copy() overwrites the replica that was seen': async (ground, key) => {
    await ground.put('source', key, { content: 'new' });
    await ground.put('destination', key, { content: 'there' });
    expect(await copy(ground, key, await etagOf(ground.destination, key))).toMatchObject({ answer: 'copied' });
    expect((await ground.destination.head(key))?.size).toBe(3);
  },
  'copy() says "moved" when the replica is another one': async (ground, key) => {
    await ground.put('source', key, { content: 'new' });
    await ground.put('destination', key, { content: 'there' });
    expect(await copy(ground, key, ANOTHER)).toMatchObject({ answer: 'moved' });
    expect((await ground.destination.head(key))?.size).toBe(5);
  },
  'copy() says "moved" when the replica is gone': async (ground, key) => {
    await ground.put('source', key, { content: 'new' });
    expect(await copy(ground, key, ANOTHER)).toMatchObject({ answer: 'moved' });
    expect(await ground.destination.head(key)).toBeUndefined();
  },
  'copy() says "moved" when the source is another one': async (ground, key) => {
    await ground.put('source', key, { content: 'new' });
    const answer = await ground.destination.copy({ key, sourceETag: ANOTHER, replicaETag: undefined });
    expect(answer).toMatchObject({ answer: 'moved' });
    expect(await ground.destination.head(key)).toBeUndefined();
  },
  'copy() says "moved" when the source is gone': async (ground, key) => {
    const answer = await ground.destination.copy({ key, sourceETag: ANOTHER, replicaETag: undefined });
    expect(answer).toMatchObject({ answer: 'moved' });
  },
  'copy() takes a delete marker for no replica': async (ground, key) => {
    await ground.put('source', key, { content: 'new' });
    await ground.put('destination', key, { content: 'there' });
    await ground.remove('destination', key);
    expect(await copy(ground, key, undefined)).toMatchObject({ answer: 'copied' });
    expect((await ground.destination.head(key))?.size).toBe(3);
  },
  'copy() is refused by a bucket that is not there': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    expect(await copyTo(ground.missing.destination, ground, key)).toMatchObject({ answer: 'refused' });
  },
  'copy() is refused by a destination of somebody else': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    expect(await copyTo(ground.strange.destination, ground, key)).toMatchObject({ answer: 'refused' });
    expect(await ground.destination.head(key)).toBeUndefined();
  },
  'copy() is refused by a source of somebody else': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    expect(await copyTo(ground.strange.copyOfStrangers, ground, key)).toMatchObject({ answer: 'refused' });
    expect(await ground.destination.head(key)).toBeUndefined();
  },
  'every key arrives under its own name': async (ground, prefix) => {
    for (const odd of ODD_NAMES) {
      const key = objectKey(`${prefix}/${odd}`);
      await ground.put('source', key, { content: odd });
      expect(await copy(ground, key, undefined), odd).toMatchObject({ answer: 'copied' });
      expect((await ground.destination.head(key))?.etag, odd).toBe(await etagOf(ground.source, key));
    }
  },
  ...UPLOAD_CLAUSES,
} as const satisfies Clauses;

async function copy(ground: Ground, key: ObjectKey, replicaETag: string | undefined): Promise<CopyAnswer> {
  return ground.destination.copy({ key, sourceETag: await etagOf(ground.source, key), replicaETag });
}

async function copyTo(destination: DestinationBucket, ground: Ground, key: ObjectKey): Promise<CopyAnswer> {
  return destination.copy({ key, sourceETag: await etagOf(ground.source, key), replicaETag: undefined });
}
