import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { BucketError } from '../../shared/objects/bucket.ts';
import type {
  Checksum,
  CopiedPart,
  CopyAnswer,
  DestinationBucket,
  ObjectState,
  Upload,
} from '../../shared/objects/bucket.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { Clauses, Ground } from './ground.ts';
import { ANOTHER, etagOf, FULL, ODD_METADATA, ODD_NAMES } from './objects.ts';

/** The clauses of copying in parts. Each ends the uploads that it begins. */
export const UPLOAD_CLAUSES = {
  'an upload shows nothing before it is completed': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    const { upload, parts } = await uploaded(ground, key);
    expect(await ground.destination.head(key)).toBeUndefined();
    expect(await complete(ground, { upload, parts, size: 1 })).toMatchObject({ answer: 'copied' });
    expect(await ground.destination.head(key)).toMatchObject({ size: 1, etag: expect.stringMatching(/^\w{32}-1$/) });
  },
  'an upload of two ranges makes one object of two parts': async (ground, key) => {
    const { upload, parts } = await twoParts(ground, key);
    const answer = await complete(ground, { upload, parts, size: SIZE });
    const replica = await ground.destination.head(key);
    expect(replica).toMatchObject({ size: SIZE, etag: expect.stringMatching(/^\w{32}-2$/) });
    expect(answer).toEqual({ answer: 'copied', etag: replica?.etag, versionId: replica?.versionId });
  },
  'copyPart() takes a version that others lie on': async ({ source, destination, pinned, put }, key) => {
    await put('source', key, { content: 'one' });
    const { versionId = '', etag = '' } = (await source.head(key)) ?? {};
    await put('source', key, { content: 'three' });
    const upload = await destination.beginUpload({ key, description: { metadata: {}, tagCount: 0 }, tags: [] });
    const answer = await pinned(versionId).destination.copyPart(upload, { number: 1, sourceETag: etag });
    await destination.abortUpload(upload);
    expect(answer).toMatchObject({ answer: 'copied', part: { etag } });
  },
  'an empty object can be uploaded, as one part': async (ground, key) => {
    await ground.put('source', key, { content: '' });
    const { upload, parts } = await uploaded(ground, key);
    expect(await complete(ground, { upload, parts, size: 0 })).toMatchObject({ answer: 'copied' });
    expect((await ground.destination.head(key))?.size).toBe(0);
  },
  'headPart() tells the size of a part, and how many there are': async (ground, key) => {
    const { upload, parts } = await twoParts(ground, key);
    await complete(ground, { upload, parts, size: SIZE });
    const etag = await etagOf(ground.destination, key);
    const part = (number: number) => ground.destination.headPart(key, { etag, number });
    expect([await part(1), await part(2)]).toEqual([
      { size: 5 * MIB, count: 2 },
      { size: MIB, count: 2 },
    ]);
  },
  'headPart() knows no part of another object': async ({ source, put }, key) => {
    await put('source', key, { content: 'x' });
    expect(await source.headPart(key, { etag: ANOTHER, number: 1 })).toBeUndefined();
  },
  'beginUpload() says all that belongs to the object': async (ground, key) => {
    await ground.put('source', key, { ...FULL, websiteRedirect: '/elsewhere' });
    const { upload, parts } = await uploaded(ground, key);
    await complete(ground, { upload, parts, size: 5 });
    const [source, replica] = [await ground.source.head(key), await ground.destination.head(key)];
    expect(replica?.description).toEqual(source?.description);
    expect(replica?.description).toMatchObject({ contentLanguage: 'de', websiteRedirect: '/elsewhere' });
  },
  'beginUpload() keeps an Expires that is no date': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    for (const expires of ['never', '0', '-1', '2033-12-01T16:00:00Z', 'Thursday, 01-Dec-33 16:00:00 GMT']) {
      const description = { expires, metadata: {}, tagCount: 0 };
      const { upload, parts } = await uploaded(ground, key, { description });
      await complete(ground, { upload, parts, size: 1 });
      expect((await ground.destination.head(key))?.description.expires).toBe(expires);
      await ground.remove('destination', key);
    }
  },
  'beginUpload() keeps metadata of any name and value': async (ground, key) => {
    await ground.put('source', key, { content: 'x', metadata: ODD_METADATA });
    const { upload, parts } = await uploaded(ground, key);
    await complete(ground, { upload, parts, size: 1 });
    const [source, replica] = [await ground.source.head(key), await ground.destination.head(key)];
    expect(metadataOf(replica)).toEqual(metadataOf(source));
    expect(new Map(metadataOf(source))).toEqual(new Map(Object.entries(ODD_METADATA)));
  },
  'without KMS the ETag of an upload is the MD5 of those of its parts': async (ground, key) => {
    const { upload, parts } = await twoParts(ground, key);
    const answer = await complete(ground, { upload, parts, size: SIZE });
    const md5 = createHash('md5');
    for (const { etag } of parts) md5.update(etag, 'hex');
    expect(upload).toMatchObject({ kms: false });
    expect(answer).toMatchObject({ etag: `${md5.digest('hex')}-2` });
  },
  'beginUpload() sets tags': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    const tags = [
      { key: 'a b', value: '1+1=2&c' },
      { key: 'straße', value: '' },
    ];
    const { upload, parts } = await uploaded(ground, key, { tags });
    await complete(ground, { upload, parts, size: 1 });
    expect(sorted(await ground.destination.tags(key, undefined))).toEqual(tags);
  },
  'beginUpload() chooses the checksum: one of the whole object': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    const checksum = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' } as const;
    const { upload, parts } = await uploaded(ground, key, { checksum });
    expect(await complete(ground, { upload, parts, size: 1 })).toMatchObject({ answer: 'copied' });
    expect((await ground.destination.head(key, { checksum: true }))?.checksum).toMatchObject(checksum);
  },
  'beginUpload() chooses the checksum: one of those of the parts': async (ground, key) => {
    await composite(ground, key, { algorithm: 'SHA256', value: digest('sha256') });
  },
  'beginUpload() chooses the checksum: SHA512': async (ground, key) => {
    await composite(ground, key, { algorithm: 'SHA512', value: digest('sha512') });
  },
  'beginUpload() refuses a bucket that is not there': async ({ missing }, key) => {
    await expect(begin(missing.destination, key)).rejects.toThrow(BucketError);
  },
  'beginUpload() refuses a bucket of somebody else': async ({ strange }, key) => {
    await expect(begin(strange.destination, key)).rejects.toThrow(BucketError);
  },
  'copyPart() may be asked for again: the part counts once': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    const { upload, parts } = await uploaded(ground, key);
    expect(await copyWhole(ground.destination, upload, await etagOf(ground.source, key))).toMatchObject({
      answer: 'copied',
      part: { number: 1, etag: parts[0]?.etag },
    });
    expect(await complete(ground, { upload, parts, size: 1 })).toMatchObject({ answer: 'copied' });
  },
  'copyPart() says "moved" when the source is another one': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    await withUpload(ground, key, async (upload) => {
      expect(await copyWhole(ground.destination, upload, ANOTHER)).toMatchObject({ answer: 'moved' });
      expect(await ground.destination.doneParts(upload)).toEqual([]);
    });
  },
  'copyPart() says "moved" when the source is gone': async (ground, key) => {
    await withUpload(ground, key, async (upload) => {
      expect(await copyWhole(ground.destination, upload, ANOTHER)).toMatchObject({ answer: 'moved' });
    });
  },
  'copyPart() is refused for an upload that was ended': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    const { upload } = await uploaded(ground, key);
    await ground.destination.abortUpload(upload);
    const answer = await copyWhole(ground.destination, upload, await etagOf(ground.source, key));
    expect(answer).toMatchObject({ answer: 'refused' });
  },
  'copyPart() is refused by a source of somebody else': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    const etag = await etagOf(ground.source, key);
    await withUpload(ground, key, async (upload) => {
      const answer = await copyWhole(ground.strange.copyOfStrangers, upload, etag);
      expect(answer).toMatchObject({ answer: 'refused' });
    });
  },
  'doneParts() tells the parts by number, in whatever order they came': async (ground, key) => {
    await ground.put('source', key, { content: CONTENT });
    await withUpload(ground, key, async (upload) => {
      expect(await ground.destination.doneParts(upload)).toEqual([]);
      const sourceETag = await etagOf(ground.source, key);
      const [first, last] = RANGES;
      const two = await ground.destination.copyPart(upload, { number: 2, sourceETag, range: last });
      const one = await ground.destination.copyPart(upload, { number: 1, sourceETag, range: first });
      expect(await ground.destination.doneParts(upload)).toEqual([partOf(one), partOf(two)]);
    });
  },
  'doneParts() knows no upload that was completed': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    const { upload, parts } = await uploaded(ground, key);
    await complete(ground, { upload, parts, size: 1 });
    expect(await ground.destination.doneParts(upload)).toBeUndefined();
  },
  'abortUpload() ends an upload, and may be asked for again': async (ground, key) => {
    const upload = await begin(ground.destination, key);
    await ground.destination.abortUpload(upload);
    expect(await ground.destination.doneParts(upload)).toBeUndefined();
    await expect(ground.destination.abortUpload(upload)).resolves.toBeUndefined();
  },
  'abortUpload() leaves another upload of the same key': async (ground, key) => {
    await withUpload(ground, key, async (other) => {
      const upload = await begin(ground.destination, key);
      await ground.destination.abortUpload(upload);
      expect(await ground.destination.doneParts(other)).toEqual([]);
    });
  },
  'abortUpload() after the completion leaves the object': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    const { upload, parts } = await uploaded(ground, key);
    await complete(ground, { upload, parts, size: 1 });
    await ground.destination.abortUpload(upload);
    expect((await ground.destination.head(key))?.size).toBe(1);
  },
  'completeUpload() says "moved" when there is a replica already': async (ground, key) => {
    await ground.put('destination', key, { content: 'there' });
    expect(await completed(ground, key, { replicaETag: undefined })).toMatchObject({ answer: 'moved' });
    expect((await ground.destination.head(key))?.size).toBe(5);
  },
  'completeUpload() overwrites the replica that was seen': async (ground, key) => {
    await ground.put('destination', key, { content: 'there' });
    const replicaETag = await etagOf(ground.destination, key);
    expect(await completed(ground, key, { replicaETag })).toMatchObject({ answer: 'copied' });
    expect((await ground.destination.head(key))?.size).toBe(1);
  },
  'completeUpload() says "moved" when the replica is another one': async (ground, key) => {
    await ground.put('destination', key, { content: 'there' });
    expect(await completed(ground, key, { replicaETag: ANOTHER })).toMatchObject({ answer: 'moved' });
    expect((await ground.destination.head(key))?.size).toBe(5);
  },
  'completeUpload() says "moved" when the replica is gone': async (ground, key) => {
    expect(await completed(ground, key, { replicaETag: ANOTHER })).toMatchObject({ answer: 'moved' });
    expect(await ground.destination.head(key)).toBeUndefined();
  },
  'completeUpload() takes a delete marker for no replica': async (ground, key) => {
    await ground.put('destination', key, { content: 'there' });
    await ground.remove('destination', key);
    expect(await completed(ground, key, { replicaETag: undefined })).toMatchObject({ answer: 'copied' });
  },
  'completeUpload() is refused when the parts do not add up to the size': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    const { upload, parts } = await uploaded(ground, key);
    expect(await complete(ground, { upload, parts, size: 2 })).toMatchObject({ answer: 'refused' });
    expect(await ground.destination.head(key)).toBeUndefined();
    await ground.destination.abortUpload(upload);
  },
  'completeUpload() is refused when a part is another one': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    const { upload } = await uploaded(ground, key);
    const parts = [{ number: 1, etag: ANOTHER }];
    expect(await complete(ground, { upload, parts, size: 1 })).toMatchObject({ answer: 'refused' });
    await ground.destination.abortUpload(upload);
  },
  'completeUpload() is refused for an upload that was ended': async (ground, key) => {
    await ground.put('source', key, { content: 'x' });
    const { upload, parts } = await uploaded(ground, key);
    await ground.destination.abortUpload(upload);
    expect(await complete(ground, { upload, parts, size: 1 })).toMatchObject({ answer: 'refused' });
    expect(await ground.destination.head(key)).toBeUndefined();
  },
  'setTags() puts others in place of the tags of that version': async (ground, key) => {
    await ground.put('destination', key, { content: 'one', tags: { a: '1', b: '2' } });
    const versionId = (await ground.destination.head(key))?.versionId;
    await ground.put('destination', key, { content: 'two', tags: { c: '3' } });
    const tags = [{ key: 'straße', value: 'a b+c' }];
    expect(await ground.destination.setTags(key, { versionId, tags })).toEqual({ answer: 'set' });
    expect(await ground.destination.tags(key, versionId)).toEqual(tags);
    expect(await ground.destination.tags(key, undefined)).toEqual([{ key: 'c', value: '3' }]);
  },
  'setTags() says "moved" when the object is gone': async ({ destination }, key) => {
    const tags = [{ key: 'a', value: '1' }];
    expect(await destination.setTags(key, { versionId: undefined, tags })).toMatchObject({ answer: 'moved' });
  },
  'every key arrives under its own name, in parts, too': async (ground, prefix) => {
    for (const odd of ODD_NAMES) {
      const key = objectKey(`${prefix}/parts/${odd}`);
      await ground.put('source', key, { content: odd });
      const { upload, parts } = await uploaded(ground, key);
      const size = Buffer.byteLength(odd);
      expect(await complete(ground, { upload, parts, size }), odd).toMatchObject({ answer: 'copied' });
      expect((await ground.destination.head(key))?.size, odd).toBe(size);
    }
  },
} as const satisfies Clauses;

const MIB = 1024 ** 2;
const SIZE = 6 * MIB;
const CONTENT = '0123456789abcdef'.repeat(SIZE / 16);
const RANGES = [
  { first: 0, last: 5 * MIB - 1 },
  { first: 5 * MIB, last: SIZE - 1 },
] as const;
const digest = (algorithm: string) => createHash(algorithm).update('x').digest('base64');

interface Begun {
  readonly upload: Upload;
  readonly parts: readonly CopiedPart[];
}

/** An upload of the source as it is, in one part, that can be completed. */
async function uploaded(ground: Ground, key: ObjectKey, options: Parameters<typeof begin>[2] = {}): Promise<Begun> {
  const source = await ground.source.head(key);
  const upload = await begin(ground.destination, key, { ...source, ...options });
  const answer = await copyWhole(ground.destination, upload, await etagOf(ground.source, key));
  return { upload, parts: [partOf(answer)] };
}

async function twoParts(ground: Ground, key: ObjectKey): Promise<Begun> {
  await ground.put('source', key, { content: CONTENT });
  const upload = await begin(ground.destination, key);
  const sourceETag = await etagOf(ground.source, key);
  const parts: CopiedPart[] = [];
  for (const [index, range] of RANGES.entries()) {
    parts.push(partOf(await ground.destination.copyPart(upload, { number: index + 1, sourceETag, range })));
  }
  return { upload, parts };
}

/** An upload of "x" whose checksum is made of those of its parts: of one, whose checksum must be this. */
async function composite(ground: Ground, key: ObjectKey, part: Pick<Checksum, 'algorithm' | 'value'>): Promise<void> {
  await ground.put('source', key, { content: 'x' });
  const checksum = { algorithm: part.algorithm, type: 'COMPOSITE' } as const;
  const { upload, parts } = await uploaded(ground, key, { checksum });
  expect(parts[0]?.checksum).toEqual(part);
  // As they are listed, which is how another invocation knows them.
  const listed = (await ground.destination.doneParts(upload)) ?? [];
  expect(listed).toEqual(parts);
  expect(await complete(ground, { upload, parts: listed, size: 1 })).toMatchObject({ answer: 'copied' });
  const replica = await ground.destination.head(key, { checksum: true });
  expect(replica?.checksum).toEqual({ ...checksum, value: expect.stringMatching(/=-1$/) });
}

/** Completes an upload of "x" on that condition, and ends it if it cannot be. */
async function completed(
  ground: Ground,
  key: ObjectKey,
  { replicaETag }: { readonly replicaETag: string | undefined },
): Promise<CopyAnswer> {
  await ground.put('source', key, { content: 'x' });
  const { upload, parts } = await uploaded(ground, key);
  try {
    return await ground.destination.completeUpload(upload, { parts, replicaETag, size: 1 });
  } finally {
    await ground.destination.abortUpload(upload);
  }
}

async function withUpload(ground: Ground, key: ObjectKey, check: (upload: Upload) => Promise<void>): Promise<void> {
  const upload = await begin(ground.destination, key);
  try {
    await check(upload);
  } finally {
    await ground.destination.abortUpload(upload);
  }
}

async function begin(
  destination: DestinationBucket,
  key: ObjectKey,
  said: Partial<Omit<Parameters<DestinationBucket['beginUpload']>[0], 'key' | 'checksum'>> & {
    readonly checksum?: Pick<Checksum, 'algorithm' | 'type'>;
  } = {},
): Promise<Upload> {
  const { description = { metadata: {}, tagCount: 0 }, tags = [], checksum } = said;
  return destination.beginUpload({ key, description, tags, ...(checksum && { checksum }) });
}

async function copyWhole(destination: DestinationBucket, upload: Upload, sourceETag: string) {
  return destination.copyPart(upload, { number: 1, sourceETag });
}

async function complete(
  { destination }: Ground,
  { upload, parts, size }: Begun & { readonly size: number },
): Promise<CopyAnswer> {
  return destination.completeUpload(upload, { parts, replicaETag: undefined, size });
}

function partOf(answer: Awaited<ReturnType<typeof copyWhole>>): CopiedPart {
  if (answer.answer !== 'copied') throw new Error(`The part was not copied: ${answer.reason}`);
  return answer.part;
}

function sorted(tags: readonly { readonly key: string; readonly value: string }[]) {
  return tags.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

/** S3 tells metadata in any order. */
function metadataOf(state: ObjectState | undefined): readonly (readonly [string, string])[] {
  return Object.entries(state?.description.metadata ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1));
}
