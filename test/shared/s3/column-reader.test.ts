import { DeleteObjectCommand, HeadBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { columnsOf } from '../../../shared/s3/column-reader.ts';
import { compareKeys } from '../../../shared/objects/key-order.ts';
import { pageOfRows } from '../../../shared/s3/page-of-rows.ts';
import { listedAt, startScript } from '../../support/scripted-listing.ts';
import type { Script } from '../../support/scripted-listing.ts';
import { stringsOfAnswer } from '../../support/strings-of-page.ts';

let script: Script;
beforeAll(async () => {
  script = await startScript();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await script.close();
});

function columns(output: object) {
  const page = columnsOf(output);
  return page && stringsOfAnswer(page);
}

const command = () => new ListObjectsV2Command({ Bucket: 'source', EncodingType: 'url' });

describe('reads what the SDK reads', () => {
  it.each([
    ['of few entries', 300, {}],
    ['of up to a thousand entries', 15, { size: 'max' } as const],
  ])('in listings %s, with odd keys, elements in any order', async (_, numRuns, size) => {
    const readers = {
      ours: listedAt(script.endpoint, { reader: 'scanner' }),
      sdk: listedAt(script.endpoint, { reader: 'sdk' }),
    };
    await fc.assert(
      fc.asyncProperty(listings(size), async ({ body, keys, prefixes }) => {
        script.play(body, body);
        const sdk = stringsOfAnswer(pageOfRows(await readers.sdk.client.send(command())));
        const ours = columns(await readers.ours.client.send(command()));
        expect(ours).toEqual(sdk);
        expect([sdk.keys, sdk.commonPrefixes]).toEqual([keys, prefixes]);
      }),
      { numRuns },
    );
  });
});

describe('leaves to the SDK', () => {
  const page = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
  const error =
    '<?xml version="1.0"?>\n<Error><Code>Odd</Code><Message>Why not</Message><RequestId>r</RequestId></Error>';

  test.each([
    ['an error', { status: 403, body: error }],
    ['an error that came as a success', { body: error }],
    ['an error that came as a success, and ends in a new line', { body: `${error}\n` }],
  ])('%s', async (_, answer) => {
    const { client } = listedAt(script.endpoint, { reader: 'scanner' });
    script.play(answer);
    await expect(client.send(command())).rejects.toMatchObject({ name: 'Odd', message: 'Why not' });
  });

  test('everything else that an answer tells', async () => {
    const [ours, sdk] = [
      listedAt(script.endpoint, { reader: 'scanner' }),
      listedAt(script.endpoint, { reader: 'sdk' }),
    ];
    script.play(page, page);
    const { $metadata } = await ours.client.send(command());
    expect($metadata).toEqual((await sdk.client.send(command())).$metadata);
  });

  test('other operations', async () => {
    const { client } = listedAt(script.endpoint, { reader: 'scanner' });
    script.play('', { status: 204, body: '' });
    await client.send(new HeadBucketCommand({ Bucket: 'source' }));
    const output = await client.send(new DeleteObjectCommand({ Bucket: 'source', Key: 'k' }));
    expect(columnsOf(output)).toBeUndefined();
  });

  test('the retries', async () => {
    const { client } = listedAt(script.endpoint, { reader: 'scanner', attempts: 2 });
    script.play({ status: 500, body: error }, page);
    expect(columns(await client.send(command()))).toMatchObject({ keys: [], isTruncated: false });
    expect(script.queries).toHaveLength(2);
  });
});

test('to read rows or the end from the output is an error, as it has none', async () => {
  const { client } = listedAt(script.endpoint, { reader: 'scanner' });
  script.play('<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>');
  const output = await client.send(command());
  for (const name of ['Contents', 'CommonPrefixes', 'IsTruncated', 'KeyCount'] as const) {
    expect(() => output[name]).toThrow(/columnsOf/);
  }
});

test('many pages at the same time do not mix, however large they are', async () => {
  const { client } = listedAt(script.endpoint, { reader: 'scanner' });
  // Up to more than a megabyte.
  const pages = Array.from({ length: 20 }, (_, page) => {
    const end = 'x'.repeat((page % 4) * 320);
    const entries = Array.from({ length: 1000 }, (_, index) =>
      entryOf({ ...ENTRY, key: `${page}/${1000 + index}/${end}` }),
    );
    return `<ListBucketResult>${entries.join('')}<IsTruncated>false</IsTruncated></ListBucketResult>`;
  });
  script.play(...pages);
  const outputs = await Promise.all(pages.map(() => client.send(command())));
  const firsts = outputs.map((output) => {
    const keys = columns(output)?.keys ?? [];
    const [first = ''] = keys;
    expect(keys).toEqual(Array.from({ length: 1000 }, (_, index) => first.replace('/1000/', `/${1000 + index}/`)));
    return Number.parseInt(first, 10);
  });
  expect(firsts.toSorted((a, b) => a - b)).toEqual(pages.map((_, page) => page));
});

interface Entry {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly modified: string;
  readonly storageClass: string;
  readonly extras: readonly string[];
  /** Where the elements come, and how quotes are written. */
  readonly order: number;
  readonly quote: string;
}

const ENTRY: Entry = {
  key: 'k',
  etag: 'e',
  size: 1,
  modified: '2026-11-21T10:00:00.000Z',
  storageClass: 'STANDARD',
  extras: [],
  order: 0,
  quote: '"',
};

function listings(size: fc.SizeForArbitrary extends infer S ? { readonly size?: S } : never) {
  const piece = fc.oneof(
    fc.constantFrom(
      ' ',
      '+',
      '%',
      '%20',
      '😀',
      '～',
      '\r\n',
      '\u0001',
      '\u0085',
      'e\u0301',
      '&',
      '<',
      '>',
      '"',
      "'",
      '/',
      '//',
    ),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const key = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('').toWellFormed());
  const entry = fc.record({
    key,
    etag: fc.oneof(fc.stringMatching(/^[\da-f]{32}$/), fc.stringMatching(/^[\da-f]{32}-\d{1,5}$/)),
    size: fc.oneof(fc.nat(), fc.constantFrom(0, 53_687_091_200_000)),
    modified: fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .chain((date) => fc.constantFrom(date.toISOString(), `${date.toISOString().slice(0, 19)}Z`)),
    storageClass: fc.constantFrom('STANDARD', 'GLACIER', 'INTELLIGENT_TIERING'),
    extras: fc.subarray([
      '<ChecksumAlgorithm>CRC32</ChecksumAlgorithm>',
      '<ChecksumAlgorithm>SHA256</ChecksumAlgorithm>',
      '<ChecksumType>FULL_OBJECT</ChecksumType>',
      '<Owner><DisplayName>Key &amp; Size</DisplayName><ID>1</ID></Owner>',
      '<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus>',
      '<Unheard/>',
    ]),
    order: fc.nat(),
    quote: fc.constantFrom('"', '&quot;', '&#34;'),
  });
  const sorted = <T>(items: readonly T[], keyOf: (item: T) => string) =>
    items.toSorted((one, other) => compareKeys(keyOf(one), keyOf(other)));
  return fc
    .record({
      entries: fc.uniqueArray(entry, { maxLength: 1000, selector: ({ key }) => key, ...size }),
      folders: fc.uniqueArray(key, { maxLength: 5 }),
      truncated: fc.boolean(),
      order: fc.nat(),
      space: fc.constantFrom('', '\n', '  '),
    })
    .map(({ entries, folders, truncated, order, space }) => {
      const objects = sorted(entries, (entry) => entry.key);
      const prefixes = sorted(
        folders.map((folder) => `${folder}/`),
        (prefix) => prefix,
      );
      const groups = [
        objects.map(entryOf).join(space),
        prefixes.map((prefix) => `<CommonPrefixes><Prefix>${encoded(prefix)}</Prefix></CommonPrefixes>`).join(space),
        `<IsTruncated>${truncated}</IsTruncated>`,
        '<EncodingType>url</EncodingType>',
        '<Name>source</Name><Prefix/><MaxKeys>1000</MaxKeys>',
        truncated ? '<NextContinuationToken>1a/+=&amp;</NextContinuationToken>' : '',
      ];
      const root = `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rotated(groups, order).join(space)}</ListBucketResult>`;
      return { body: `<?xml version="1.0" encoding="UTF-8"?>\n${root}`, keys: objects.map(({ key }) => key), prefixes };
    });
}

function entryOf({ key, etag, size, modified, storageClass, extras, order, quote }: Entry): string {
  const elements = [
    `<Key>${encoded(key)}</Key>`,
    `<LastModified>${modified}</LastModified>`,
    `<ETag>${quote}${etag}${quote}</ETag>`,
    `<Size>${size}</Size>`,
    `<StorageClass>${storageClass}</StorageClass>`,
    ...extras,
  ];
  return `<Contents>${rotated(elements, order).join('')}</Contents>`;
}

/** Forwards from some place, or backwards. */
function rotated<T>(items: readonly T[], order: number): T[] {
  const at = order % items.length;
  const turned = [...items.slice(at), ...items.slice(0, at)];
  return order % 3 === 0 ? turned.toReversed() : turned;
}

/** As S3 does. */
function encoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/').replaceAll("'", '%27');
}
