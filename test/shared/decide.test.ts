import { describe, expect, it } from 'vitest';
import type { ObjectState } from '../../shared/objects/bucket.ts';
import { decide, mayBeTheSame } from '../../shared/decide.ts';
import type { Note } from '../../shared/objects/note.ts';

const object: ObjectState = {
  etag: 'd41d8cd98f00b204e9800998ecf8427e',
  size: 10,
  lastModified: new Date('2026-01-01T00:00:00Z'),
  kms: false,
  archived: false,
  description: { contentType: 'text/plain', metadata: { camera: 'x100' }, tagCount: 1 },
};
const described = (change: Partial<ObjectState['description']>): ObjectState => ({
  ...object,
  description: { ...object.description, ...change },
});
const copy = (reason: string) => ({ do: 'copy', reason });
const skip = (reason: string) => ({ do: 'skip', reason });
const cannot = (reason: string) => ({ do: 'cannot', reason });
const terabyte = 1024 ** 4;
const differs = copy('description differs');

/** The same bytes under another ETag, with what S3 may know of them. */
const crc = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'AAAAAAAAAAA=' } as const;
const inParts = (checksum?: ObjectState['checksum']): ObjectState => ({
  ...object,
  etag: '0123456789abcdef0123456789abcdef-2',
  ...(checksum && { checksum }),
});
const summed = (checksum: ObjectState['checksum']): ObjectState => ({ ...object, ...(checksum && { checksum }) });

const rows: [name: string, source: ObjectState | undefined, replica: ObjectState | undefined, action: object][] = [
  ['gone, no replica', undefined, undefined, skip('source is gone')],
  ['gone, a replica stays', undefined, object, skip('source is gone')],
  ['the same on both sides', object, object, skip('same')],
  ['same, replica younger', object, { ...object, lastModified: new Date('2026-02-02T00:00:00Z') }, skip('same')],
  ['same, another version id', { ...object, versionId: 'a' }, { ...object, versionId: 'b' }, skip('same')],
  ['same, replica moved to an archive', object, { ...object, archived: true }, skip('same')],
  ['same, source archived since', { ...object, archived: true }, object, skip('same')],
  ['archived, no replica', { ...object, archived: true }, undefined, cannot('archived')],
  ['archived, another replica', { ...object, archived: true }, { ...object, etag: 'other' }, cannot('archived')],
  ['as large as S3 allows', { ...object, size: 10_000 * 5 * 1024 ** 3 }, undefined, copy('absent')],
  ['too large', { ...object, size: 49 * terabyte }, undefined, cannot('too large')],
  ['no replica, or a delete marker', object, undefined, copy('absent')],
  ['an empty object, no replica', { ...object, size: 0 }, undefined, copy('absent')],
  ['another size', object, { ...object, size: 11 }, copy('content differs')],
  ['another ETag, same size', object, { ...object, etag: '0cc175b9c0f1b6a831c399e269772661' }, copy('content differs')],
  ['another size and description', { ...object, size: 11 }, described({ tagCount: 2 }), copy('content differs')],
  ['other parts, equal full checksums', inParts(crc), summed(crc), skip('same')],
  [
    'other parts, other full checksums',
    inParts(crc),
    summed({ ...crc, value: 'BBBBBBBBBBB=' }),
    copy('content differs'),
  ],
  [
    'other parts, checksums of two kinds',
    inParts(crc),
    summed({ ...crc, algorithm: 'CRC32' }),
    copy('content differs'),
  ],
  [
    'other parts, equal composite checksums',
    inParts({ ...crc, type: 'COMPOSITE' }),
    summed({ ...crc, type: 'COMPOSITE' }),
    copy('content differs'),
  ],
  ['other parts, a checksum on one side', inParts(crc), object, copy('content differs')],
  ['equal full checksums, another size', inParts(crc), { ...summed(crc), size: 11 }, copy('content differs')],
  [
    'equal full checksums, another description',
    inParts(crc),
    { ...summed(crc), description: { ...object.description, tagCount: 2 } },
    differs,
  ],
  ['another content type', object, described({ contentType: 'text/html' }), differs],
  ['content encoding on one side', object, described({ contentEncoding: 'gzip' }), differs],
  ['content language on one side', described({ contentLanguage: 'de' }), object, differs],
  ['content disposition on one side', described({ contentDisposition: 'inline' }), object, differs],
  ['cache control on one side', described({ cacheControl: 'no-store' }), object, differs],
  ['expires on one side', described({ expires: 'Thu, 01 Dec 2033 16:00:00 GMT' }), object, differs],
  ['website redirect on one side', described({ websiteRedirect: '/b' }), object, differs],
  ['user metadata of another value', object, described({ metadata: { camera: 'x200' } }), differs],
  ['user metadata more', object, described({ metadata: { camera: 'x100', lens: '23' } }), differs],
  [
    'user metadata in another order',
    described({ metadata: { a: '1', b: '2' } }),
    described({ metadata: { b: '2', a: '1' } }),
    skip('same'),
  ],
  ['another number of tags', object, described({ tagCount: 0 }), differs],
];

it.each(rows)('%s', (_, source, replica, action) => {
  expect(decide(source, replica)).toEqual(action);
});

describe('with a note of what the replica was made from', () => {
  const replica: ObjectState = { ...object, etag: 'ffffffffffffffffffffffffffffffff', kms: true };
  const note: Note = { sourceETag: object.etag, replicaETag: replica.etag };
  const content = copy('content differs');

  it.each<[name: string, replica: ObjectState | undefined, note: Note | undefined, action: object]>([
    ['of these two ETags', replica, note, skip('same')],
    ['none', replica, undefined, content],
    ['of another source', replica, { ...note, sourceETag: 'another' }, content],
    ['of another replica', replica, { ...note, replicaETag: 'another' }, content],
    ['the wrong way round', replica, { sourceETag: replica.etag, replicaETag: object.etag }, content],
    ['but another size', { ...replica, size: 11 }, note, content],
    ['but another description', { ...replica, description: { ...replica.description, tagCount: 2 } }, note, differs],
    ['but no replica', undefined, note, copy('absent')],
    ['of something else, where the ETags are equal', object, { sourceETag: 'a', replicaETag: 'b' }, skip('same')],
  ])('%s', (_name, replica, note, action) => {
    expect(decide(object, replica, { note })).toEqual(action);
  });
});

describe('where replicas expire', () => {
  const { lastModified } = object;
  const expired = skip('expired by retention');
  const note: Note = {
    sourceETag: object.etag,
    replicaETag: object.etag,
    sourceLastModified: lastModified,
    replicaFrom: new Date('2026-01-02T00:00:00Z'),
  };
  const later = new Date('2026-03-01T00:00:00Z');

  it.each<[name: string, source: ObjectState | undefined, replica: ObjectState | undefined, note?: Note, upTo?: Date]>([
    ['it has', object, undefined, note, later],
    ['it has, whatever the source has become', { ...object, archived: true }, undefined, note, later],
  ])('%s', (_name, source, replica, note, upTo) => {
    expect(decide(source, replica, { note, expiredUpTo: upTo })).toEqual(expired);
  });

  it.each<[name: string, replica: ObjectState | undefined, note: Note | undefined, upTo: Date | undefined, is: object]>(
    [
      ['not yet', undefined, note, new Date('2026-01-01T00:00:00Z'), copy('absent')],
      ['none does', undefined, note, undefined, copy('absent')],
      ['it was never copied, however old the source is', undefined, undefined, later, copy('absent')],
      ['another state was copied', undefined, { ...note, sourceETag: 'another' }, later, copy('absent')],
      ['it is there still', object, note, later, skip('same')],
      ['it is there still, and another one', { ...object, size: 11 }, note, later, copy('content differs')],
      ['it is there, moved to an archive', { ...object, archived: true }, note, later, skip('same')],
    ],
  )('%s', (_name, replica, note, upTo, is) => {
    expect(decide(object, replica, { note, expiredUpTo: upTo })).toEqual(is);
  });
});

it.each<[string, ObjectState, ObjectState | undefined, boolean]>([
  ['no replica', inParts(), undefined, false],
  ['equal ETags', inParts(), inParts(), false],
  ['another size', inParts(), { ...object, size: 11 }, false],
  ['both in one piece: the ETags are checksums', object, { ...object, etag: 'other' }, false],
  ['the source in parts', inParts(), object, true],
  ['the replica in parts', object, inParts(), true],
  ['the source under KMS', { ...object, kms: true }, { ...object, etag: 'other' }, true],
  ['the replica under KMS', object, { ...object, etag: 'other', kms: true }, true],
])('checksums are asked for only where they can matter: %s', (_, source, replica, asked) => {
  expect(mayBeTheSame(source, replica)).toBe(asked);
});
