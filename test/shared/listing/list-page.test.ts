import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { listPage as rawListPage } from '../../../shared/listing/list-page.ts';
import { isErrorBody } from '../../../shared/listing/listing-xml.ts';
import { stringsOfAnswer } from '../../support/strings-of-page.ts';
import { ofStories } from '../../support/stories.ts';

const listPage = (body: Uint8Array) => stringsOfAnswer(rawListPage(body));

const EMPTY = {
  keys: [],
  etags: [],
  sizes: [],
  modified: [],
  storageClasses: [],
  commonPrefixes: [],
  isTruncated: false,
  nextContinuationToken: undefined,
  encodingType: 'url',
};

describe('reads what the documentation of S3 shows', () => {
  test('a page with one object', () => {
    expect(recorded('documented')).toEqual({
      ...EMPTY,
      keys: ['my-image.jpg'],
      etags: ['fba9dede5f27731c9771645a39863328'],
      sizes: [434_234],
      modified: ['2009-10-12T17:50:30.000Z'],
      storageClasses: ['STANDARD'],
    });
  });

  test('a page with owners, checksums and restores', () => {
    expect(recorded('with-everything')).toEqual({
      ...EMPTY,
      keys: ['ExampleObject.txt', 'Example Objects/2026+.txt'],
      etags: ['599bab3ed2c697f1d26842727561fd94', 'd41d8cd98f00b204e9800998ecf8427e-38'],
      sizes: [857, 53_687_091_200],
      modified: ['2013-09-17T18:07:53.000Z', '2026-09-17T18:07:53.000Z'],
      storageClasses: ['REDUCED_REDUNDANCY', 'GLACIER'],
      isTruncated: true,
      nextContinuationToken: '1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=',
    });
  });

  test('a page with folders', () => {
    expect(recorded('folders')).toMatchObject({ keys: ['sample.jpg'], commonPrefixes: ['photos/', 'red flowers/'] });
  });
});

const KEY = '<Key>k</Key>';
const REST = '<LastModified>2026-11-21T10:00:00.000Z</LastModified><ETag>"e"</ETag><Size>1</Size>';
const END = '<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>';

describe('a key', () => {
  test.each([
    ['is decoded as a form', 'a+b%2Bc%25%0D%0A%F0%9F%98%80', 'a b+c%\r\n😀'],
    ['may be a folder', 'a//b/', 'a//b/'],
    ['may have entities', '&lt;&amp;&gt;&apos;&quot;&#65;&#x42;&#x1F600;', '<&>\'"AB😀'],
    ['may come as it is', 'ü😀', 'ü😀'],
    ['keeps white space', ' k\n', ' k\n'],
    ['may be of entities and encoded', '%26&amp;', '&&'],
  ])('%s: %s', (_, written, key) => {
    expect(read(entry(`<Key>${written}</Key>${REST}`)).keys).toEqual([key]);
  });

  it('is not decoded where S3 does not say that it is encoded', () => {
    const { keys, encodingType } = listPage(
      document(`<IsTruncated>false</IsTruncated>${entry(`<Key>a+b%20</Key>${REST}`)}`),
    );
    expect([keys, encodingType]).toEqual([['a+b%20'], undefined]);
  });
});

test.each([
  ['2026-11-21T10:00:00.000Z', '2026-11-21T10:00:00.000Z'],
  ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.000Z'],
  ['2026-11-21T10:00:00.5Z', '2026-11-21T10:00:00.500Z'],
  ['2026-11-21T10:00:00.123456Z', '2026-11-21T10:00:00.123Z'],
  ['2026-11-21T10:00:00.000+02:00', '2026-11-21T08:00:00.000Z'],
  [' 2026-11-21T10:00:00.000Z\n', '2026-11-21T10:00:00.000Z'],
])('the time %j is %s', (written, modified) => {
  expect(read(entry(`${KEY}<LastModified>${written}</LastModified><ETag>"e"</ETag><Size>1</Size>`)).modified).toEqual([
    modified,
  ]);
});

test.each([
  ['"abc"', 'abc'],
  ['&quot;abc&quot;', 'abc'],
  ['&#34;abc&#x22;', 'abc'],
  ['abc-2', 'abc-2'],
  ['&quot;&quot;', ''],
  ['&quot;a&amp;b&quot;', 'a&b'],
])('the ETag %s is %s', (written, etag) => {
  expect(
    read(entry(`${KEY}<ETag>${written}</ETag><LastModified>2026-11-21T10:00:00.000Z</LastModified><Size>1</Size>`))
      .etags,
  ).toEqual([etag]);
});

test.each([
  ['elements in another order', `${entry(`<Size>1</Size>${KEY}${REST.replace('<Size>1</Size>', '')}`)}${END}`],
  ['unknown elements', `<X>${entry(KEY)}</X>${END}${entry(`<Y><Key>no</Key></Y>${KEY}<Key2>no</Key2>${REST}<Keys/>`)}`],
  ['attributes', `${END}<Contents a="1 > 0" b='/'><Key xml:space="preserve">k</Key >${REST}</Contents>`],
  ['comments, and white space', `\n<!-- <Contents> -->${END}\t${entry(`\r\n${KEY}<!-- - -->${REST}\n`)} <?pi ?>`],
  ['an unknown element that has a text and elements', `${END}<X>a<Y/>b<!-- </X> --></X>${entry(`${KEY}${REST}`)}`],
])('reads %s', (_, inner) => {
  const { keys, sizes } = listPage(document(inner));
  expect([keys, sizes]).toEqual([['k'], [1]]);
});

test.each([
  ['an empty bucket', END],
  ['empty elements', `${END}<Prefix/><CommonPrefixes/><X></X><Y a="b"/>`],
])('reads %s', (_, inner) => {
  expect(listPage(document(inner))).toEqual(EMPTY);
});

test('reads a page without a storage class as S3 HEADs it', () => {
  expect(read(entry(`${KEY}${REST}`)).storageClasses).toEqual(['STANDARD']);
});

describe('never takes for a listing', () => {
  const whole = document(
    `${END}<X y="z">t</X>${entry(`${KEY}${REST}`)}<CommonPrefixes><Prefix>p</Prefix></CommonPrefixes>`,
  );

  it('one that is cut off, wherever', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => listPage(whole.subarray(0, length)), whole.toString('utf8', 0, length)).toThrow(SyntaxError);
    }
    expect(listPage(whole).keys).toEqual(['k']);
  });

  test.each([
    ['an entry without a key', entry(REST)],
    ['an entry without anything', '<Contents/>'],
    ['an entry without a size', entry(`${KEY}${REST.replace('<Size>1</Size>', '')}`)],
    ['an entry with two keys', entry(`${KEY}${KEY}${REST}`)],
    ['a size that is none', entry(`${KEY}${REST.replace('1</Size>', '1x</Size>')}`)],
    ['a size that is empty', entry(`${KEY}${REST.replace('1</Size>', '</Size>')}`)],
    ['a size that is not exact', entry(`${KEY}${REST.replace('1</Size>', '12345678901234567890</Size>')}`)],
    ['a time that is none', entry(`${KEY}${REST.replace('11-21T', '13-45T')}`).replace('.000Z', '.0Z')],
    ['a key of bytes that are no text', entry(`<Key>%FF</Key>${REST}`)],
    ['a key with half an escape', entry(`<Key>100%</Key>${REST}`)],
    ['an entity that is none', entry(`<Key>&nbsp;</Key>${REST}`)],
    ['half of a surrogate pair', entry(`<Key>&#xD83D;</Key>${REST}`)],
    ['an ampersand alone', entry(`<Key>a&b</Key>${REST}`)],
    ['CDATA', entry(`<Key><![CDATA[k]]></Key>${REST}`)],
    ['an element in a key', entry(`<Key>k<x/></Key>${REST}`)],
    ['text between entries', `${entry(`${KEY}${REST}`)}text`],
    ['tags that cross', `<X><Y></X></Y>`],
    ['a second IsTruncated', '<IsTruncated>false</IsTruncated>'],
    ['a tag without a name', '< a></ a>'],
  ])('%s', (_, inner) => {
    expect(() => read(inner)).toThrow(SyntaxError);
  });

  test.each([
    ['nothing', ''],
    ['an error', '<Error><Code>SlowDown</Code></Error>'],
    ['another document', '<ListVersionsResult></ListVersionsResult>'],
    ['two of them', `${document(END).toString()}<ListBucketResult/>`],
    ['text behind it', `${document(END).toString()}x`],
    ['one that does not say whether it is the end', '<ListBucketResult></ListBucketResult>'],
    ['one whose end is unclear', '<ListBucketResult><IsTruncated>no</IsTruncated></ListBucketResult>'],
    ['a page of HTML', '<!DOCTYPE html><html></html>'],
  ])('%s', (_, body) => {
    expect(() => listPage(Buffer.from(body))).toThrow(/^Cannot read the answer as a listing: /);
  });
});

test.each([
  ['<Error><Code>SlowDown</Code></Error>', true],
  ['<?xml version="1.0" encoding="UTF-8"?>\n<Error xmlns="x">', true],
  ['<?xml version="1.0"?><ListBucketResult><Error/></ListBucketResult>', false],
  ['<Errors/>', false],
  ['', false],
])('%s is an error: %s', (body, expected) => {
  expect(isErrorBody(Buffer.from(body))).toBe(expected);
});

test('tells where it stopped, and why', () => {
  expect(() => read(entry(`${KEY}${REST.replace('1</Size>', 'many</Size>')}`))).toThrow(
    /at byte \d+ of \d+, "many" is not a size: ".*<Size>many/,
  );
});

describe('entries that are like the one before', () => {
  const like = (index: number, { key = `k%2B${index}`, etag = `e${index}-${index}`, more = '' } = {}) =>
    entry(
      `<Key>${key}</Key><LastModified>2026-11-21T10:00:${10 + index}.000Z</LastModified>` +
        `<ETag>&quot;${etag}&quot;</ETag>${more}<Size>${10 ** index}</Size><StorageClass>STANDARD</StorageClass>`,
    );

  test('are read, each with its own values', () => {
    const page = read(
      [like(0), like(1), like(2, { more: '<ChecksumType>FULL_OBJECT</ChecksumType>' }), like(3)].join(''),
    );
    expect(page).toMatchObject({
      keys: ['k+0', 'k+1', 'k+2', 'k+3'],
      etags: ['e0-0', 'e1-1', 'e2-2', 'e3-3'],
      sizes: [1, 10, 100, 1000],
      modified: [10, 11, 12, 13].map((second) => `2026-11-21T10:00:${second}.000Z`),
    });
  });

  test.each(['', '1'.repeat(16), '1e3'])('are not read if "%s" is the size', (size) => {
    expect(() => read(like(0) + like(0).replace('<Size>1<', `<Size>${size}<`))).toThrow(/is not a size/);
  });

  // What is behind a comment is never taken for like what is before it.
  const outcome = (between: string, entries: readonly string[]) => {
    try {
      return read(entries.join(between));
    } catch (error) {
      return error instanceof SyntaxError;
    }
  };

  test('are read as they are where a comment is between them, whatever is changed in them', () => {
    const by = fc.constantFrom('', '<', '>', '/', '&', '"', '0', '%', '+', ' ', 'ü', '<Key>', '</Key>', '&amp;');
    const changes = fc.array(fc.record({ at: fc.nat(240), instead: fc.nat(3), by }), { maxLength: 2 });
    const inner = fc.constantFrom(
      ...[like(0, { key: 'k' }), like(0), like(15), like(3, { etag: '' }), entry(KEY + REST)].map(innerOf),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(inner, changes), { minLength: 2, maxLength: 5 }), (all) => {
        const entries = all.map(([inner, changes]) => entry(changes.reduce(changed, inner)));
        expect(outcome('', entries)).toEqual(outcome('<!---->', entries));
      }),
      { numRuns: ofStories(20_000) },
    );
  });
});

function innerOf(entry: string): string {
  return entry.replace('<Contents>', '').replace('</Contents>', '');
}

function changed(
  text: string,
  { at, instead, by }: { readonly at: number; readonly instead: number; readonly by: string },
) {
  return text.slice(0, at) + by + text.slice(at + instead);
}

test('what it returns is not in the bytes that it was given', () => {
  const body = document(`${END}${entry(`${KEY}${REST}`)}`);
  const page = rawListPage(body);
  body.fill(0);
  expect(stringsOfAnswer(page)).toMatchObject({ keys: ['k'], etags: ['e'] });
});

function recorded(name: string) {
  return listPage(readFileSync(new URL(`../../events/listings/${name}.xml`, import.meta.url)));
}

function read(inner: string) {
  return listPage(document(`${END}${inner}`));
}

function entry(inner: string): string {
  return `<Contents>${inner}</Contents>`;
}

function document(inner: string): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</ListBucketResult>`,
  );
}
