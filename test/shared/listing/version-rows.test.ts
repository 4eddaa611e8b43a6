import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { compareKeys } from '../../../shared/objects/key-order.ts';
import { rowsOfOutput } from '../../../shared/s3/rows-of-output.ts';
import { versionRows } from '../../../shared/listing/version-rows.ts';
import { listedAt, startScript } from '../../support/scripted-listing.ts';
import type { Script } from '../../support/scripted-listing.ts';

let script: Script;
beforeAll(async () => {
  script = await startScript();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await script.close();
});

const BEGINNING = Date.parse('2026-01-01T10:00:00Z');
const piece = fc.oneof(
  fc.constantFrom(' ', '+', '%', '%20', '😀', '～', '&amp;', '<', '\n', '\u0001', '/'),
  fc.string({ maxLength: 5 }),
);
const key = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => `k${pieces.join('').toWellFormed()}`);
const row = fc.record({
  isMarker: fc.boolean(),
  id: fc.oneof(fc.constant('null'), fc.base64String({ minLength: 32, maxLength: 32 })),
  size: fc.oneof(fc.nat(), fc.constant(53_687_091_200_000)),
  etag: fc.stringMatching(/^[\da-f]{32}(-\d{1,4})?$/),
  storageClass: fc.constantFrom('', 'STANDARD', 'GLACIER'),
  extras: fc.subarray([
    '<Owner><ID>o</ID><DisplayName>IsLatest</DisplayName></Owner>',
    '<ChecksumAlgorithm>CRC32</ChecksumAlgorithm>',
    '<New><Key>x</Key></New>',
    '<!-- <Key>x</Key> -->',
  ]),
  order: fc.nat(9),
  quote: fc.constantFrom('"', '&quot;', '&#34;'),
});
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

const pages = fc
  .record({
    keys: fc.uniqueArray(fc.record({ key, rows: fc.array(row, { minLength: 1, maxLength: 4 }) }), {
      selector: (one) => one.key,
      maxLength: 20,
    }),
    next: fc.option(fc.record({ key, id: fc.constantFrom('null', 'v+/=', '') }), { nil: undefined }),
    order: fc.nat(9),
    space: fc.constantFrom('', '\n', '  '),
  })
  .map(({ keys, next, order, space }) => {
    const sorted = keys.toSorted((one, other) => compareKeys(one.key, other.key));
    const entries = sorted.flatMap(({ key: of, rows }) => rows.map((one, place) => entryOf(of, one, place)));
    const rest = [
      '<EncodingType>url</EncodingType>',
      `<IsTruncated>${next !== undefined}</IsTruncated>`,
      '<KeyMarker/><VersionIdMarker></VersionIdMarker>',
      ...(next
        ? [`<NextKeyMarker>${encoded(next.key)}</NextKeyMarker><NextVersionIdMarker>${next.id}</NextVersionIdMarker>`]
        : []),
    ];
    return `<?xml version="1.0"?>\n<ListVersionsResult>${rotated([...rest, entries.join(space)], order).join(space)}</ListVersionsResult>`;
  });

it('has the rows that the SDK reads, with odd keys and elements in any order', async () => {
  const { client } = listedAt(script.endpoint, { reader: 'sdk' });
  await fc.assert(
    fc.asyncProperty(pages, async (body) => {
      script.play(body);
      const output = await client.send(new ListObjectVersionsCommand({ Bucket: 'source' }));
      expect(versionRows(Buffer.from(body))).toEqual(rowsOfOutput(output));
    }),
    { numRuns: 200 },
  );
});

const ROW: Row = { isMarker: false, id: 'v', size: 1, etag: 'e', storageClass: '', extras: [], order: 0, quote: '"' };
const body = (content: string) => `<ListVersionsResult><IsTruncated>false</IsTruncated>${content}</ListVersionsResult>`;

describe('never leaves out what it cannot read', () => {
  const entry = entryOf('k', ROW, 0);
  test.each([
    ['another document', '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>', /does not begin/],
    ['no end', body(entry).slice(0, -10), /missing/],
    ['an entry that is cut off', body(entry).slice(0, 120), /missing|cut off|no end/],
    ['something behind the end', `${body(entry)}<Version/>`, /behind its end/],
    ['an empty entry', body('<Version/>'), /lacks its Key/],
    ['a size that is none', body(entry.replace('<Size>1<', '<Size>1.5<')), /not a size/],
    ['a time that is none', body(entry.replace(/<LastModified>[^<]*</, '<LastModified>today<')), /not a time/],
    ['a second key', body(entry.replace('<Size>', '<Key>x</Key><Size>')), /second Key/],
    ['a truth that is none', body(entry.replace('<IsLatest>true', '<IsLatest>yes')), /"yes" is neither true nor false/],
    ['a second end', body('<IsTruncated>false</IsTruncated>'), /second IsTruncated/],
    [
      'a key that is not encoded',
      body(`<EncodingType>url</EncodingType>${entry.replace('<Key>k<', '<Key>%zz<')}`),
      /decode/,
    ],
  ])('%s', (_name, text, message) => {
    expect(() => versionRows(Buffer.from(text))).toThrow(message);
  });
});

function entryOf(
  name: string,
  { isMarker, id, size, etag, storageClass, extras, order, quote }: Row,
  place: number,
): string {
  const elements = [
    `<Key>${encoded(name)}</Key>`,
    `<VersionId>${id}</VersionId>`,
    `<IsLatest>${place === 0}</IsLatest>`,
    `<LastModified>${new Date(BEGINNING - place * 1000).toISOString()}</LastModified>`,
    ...(isMarker ? [] : [`<ETag>${quote}${etag}${quote}</ETag>`, `<Size>${size}</Size>`]),
    ...(isMarker || storageClass === '' ? [] : [`<StorageClass>${storageClass}</StorageClass>`]),
    ...extras,
  ];
  const element = isMarker ? 'DeleteMarker' : 'Version';
  return `<${element}>${rotated(elements, order).join('')}</${element}>`;
}

function rotated<T>(items: readonly T[], order: number): readonly T[] {
  const at = order % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll('%20', '+');
}
