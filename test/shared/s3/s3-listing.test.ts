import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { BucketError } from '../../../shared/objects/bucket.ts';
import type { KeyRange, ListedBucket } from '../../../shared/listing/listing.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { startWorld } from '../../support/s3-simulator/test-world.ts';
import type { WorldOptions } from '../../support/s3-simulator/test-world.ts';
import { stringsOf } from '../../../shared/listing/texts.ts';
import { stringsOfPage } from '../../support/strings-of-page.ts';
import { listedAt, startScript } from '../../support/scripted-listing.ts';
import type { Script } from '../../support/scripted-listing.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const KEYS = ['a', 'a b/+%\r\n\u0001ü&<\'"', 'a/', 'a//', 'a/1', 'b', 'b/2', 'c', '～', '😀'];
const match = { operation: 'ListObjectsV2' } as const;

describe.each(['scanner', 'sdk'] as const)('a listing read by %s', (reader) => {
  describe('of the simulator', () => {
    async function filled(options: WorldOptions = {}, keys: readonly string[] = KEYS) {
      const world = await startWorld(options);
      for (const key of keys) putObject(world.store, { bucket: 'source', key, content: key });
      return { ...world, ...listedAt(world.simulator.endpoint, { reader, attempts: 3 }) };
    }

    test.each<[string, Readonly<Record<keyof KeyRange, string>> | object, readonly string[]]>([
      ['everything', {}, KEYS],
      ['what begins with a prefix', { prefix: 'a/' }, ['a/', 'a//', 'a/1']],
      ['what begins with a prefix that no key has', { prefix: 'x' }, []],
      ['what is behind a key', { after: 'a/1' }, KEYS.slice(5)],
      ['what is behind a key that is not there', { after: 'a/0' }, KEYS.slice(4)],
      ['up to a key, with it', { through: 'b/2' }, KEYS.slice(0, 7)],
      ['up to a key that is not there', { through: 'b/' }, KEYS.slice(0, 6)],
      ['a range', { after: 'a/', through: 'c' }, KEYS.slice(3, 8)],
      ['a range, by UTF-8', { after: 'c', through: '～' }, ['～']],
      ['a range with a prefix', { after: 'a/', through: 'c', prefix: 'a' }, ['a//', 'a/1']],
      ['a range that is empty', { after: 'c', through: 'b' }, []],
    ])('%s, in pages of every size', async (_, range, keys) => {
      for (const pageSize of [1, 2, 3, 1000]) {
        const { bucket } = await filled({ store: { pageSize } });
        expect((await all(bucket, range)).keys).toEqual(keys);
      }
    });

    it('shows objects in columns', async () => {
      const { bucket } = await filled({}, ['k']);
      expect(await all(bucket, {})).toEqual({
        keys: ['k'],
        etags: ['8ce4b16b22b58894aa86c421e8759df3'],
        sizes: [1],
        modified: ['2026-11-21T10:00:00.000Z'],
        storageClasses: ['STANDARD'],
      });
    });

    it('asks for no page behind the end of the range', async () => {
      const { bucket, simulator } = await filled({ store: { pageSize: 2 } });
      await all(bucket, { through: 'a/1' });
      expect(simulator.requests.count(match)).toBe(3);
      simulator.requests.clear();
      await all(bucket, { through: 'a/' });
      expect(simulator.requests.count(match)).toBe(2);
    });

    it('shows what is directly below a prefix', async () => {
      const { bucket } = await filled();
      expect(await bucket.level('')).toEqual({
        prefixes: ['a b/', 'a/', 'b/'],
        keys: ['a', 'b', 'c', '～', '😀'],
        truncated: false,
      });
      expect(await bucket.level('a/')).toEqual({ prefixes: ['a//'], keys: ['a/', 'a/1'], truncated: false });
      const few = await filled({ store: { pageSize: 2 } });
      expect(await few.bucket.level('')).toEqual({ prefixes: ['a b/'], keys: ['a'], truncated: true });
    });

    it('is one page ahead of who reads it, and no more', async () => {
      const { bucket, simulator } = await filled({ store: { pageSize: 1 } });
      const pages = bucket.pages({})[Symbol.asyncIterator]();
      const answered = () => simulator.requests.all.filter(({ status }) => status === 200).length;
      expect(simulator.requests.count()).toBe(0);
      for (const taken of [1, 2, 3]) {
        await pages.next();
        await expect.poll(() => answered()).toBe(taken + 1);
      }
      await bucket.level('');
      expect(simulator.requests.count({ ...match })).toBe(5);
      await pages.return?.();
    });

    it('that its reader leaves lets nothing behind', async () => {
      const { bucket, simulator } = await filled({ store: { pageSize: 1 } });
      simulator.faults.add({ match: ({ query }) => query.has('continuation-token'), fault: 'hang', times: 'always' });
      for await (const page of bucket.pages({})) {
        expect(page.keys).toHaveLength(1);
        await expect.poll(() => simulator.requests.count()).toBe(2);
        break;
      }
    });

    it('goes on after a 503', async () => {
      const { bucket, simulator } = await filled({ store: { pageSize: 4 } });
      simulator.faults.add({ match, fault: '503 SlowDown' });
      simulator.faults.add({ match: ({ query }) => query.has('continuation-token'), fault: 'reset' });
      simulator.faults.add({ match: ({ query }) => query.has('continuation-token'), fault: '200 InternalError' });
      expect((await all(bucket, {})).keys).toEqual(KEYS);
    });

    test.each([
      ['500 InternalError', /status 500/],
      ['200 InternalError', /status 503/],
      ['403 AccessDenied', /status 403: access denied/],
      ['404 NoSuchBucket', /status 404: there is no such bucket/],
      ['reset', /ECONNRESET/],
    ] as const)('that fails by %s, on a later page, throws', async (fault, message) => {
      const { simulator } = await filled({ store: { pageSize: 4 } });
      const { bucket } = listedAt(simulator.endpoint, { reader, attempts: 2 });
      simulator.faults.add({ match: ({ query }) => query.has('continuation-token'), fault, times: 'always' });
      const seen: string[] = [];
      const listing = (async () => {
        for await (const page of bucket.pages({})) seen.push(...stringsOf(page.keys));
      })();
      await expect(listing).rejects.toThrow(message);
      await expect(listing).rejects.toThrow(/^Cannot list "source": /);
      await expect(listing).rejects.toBeInstanceOf(BucketError);
      expect(seen).toEqual(KEYS.slice(0, 4));
    });

    it('of a bucket that is not ours throws', async () => {
      const { simulator } = await filled();
      const { bucket } = listedAt(simulator.endpoint, { reader, owner: '999999999999' });
      await expect(all(bucket, {})).rejects.toThrow(/status 403/);
      await expect(bucket.level('')).rejects.toThrow(/status 403/);
    });
  });

  describe('of a server with odd answers', () => {
    let script: Script;
    beforeEach(async () => {
      script = await startScript();
    });
    afterEach(() => script.close());

    it('goes on behind pages that are empty, or have few keys', async () => {
      script.play(page([], 'one'), page(['a'], 'two'), page([], 'three'), page(['b', 'c']));
      const { bucket } = listedAt(script.endpoint, { reader });
      const pages: (readonly string[])[] = [];
      for await (const { keys } of bucket.pages({ after: objectKey('0') })) pages.push(stringsOf(keys));
      expect(pages).toEqual([[], ['a'], [], ['b', 'c']]);
      expect(script.queries.map((query) => [query.get('start-after'), query.get('continuation-token')])).toEqual([
        ['0', null],
        [null, 'one'],
        [null, 'two'],
        [null, 'three'],
      ]);
      for (const query of script.queries) expect(query.get('encoding-type')).toBe('url');
    });

    test.each<[string, KeyRange | object, readonly string[], RegExp]>([
      ['not the last one, but has no token', {}, [page(['a'], '')], /more behind "a"/],
      ['goes round in a circle', {}, [page([], 'one'), page([], 'one')], /same NextContinuationToken/],
      ['is out of order', {}, [page(['b', 'a'])], /"a" comes after "b"/],
      ['has a key twice', {}, [page(['a', 'a'])], /"a" comes after "a"/],
      ['is in the order of UTF-16', {}, [page(['😀', '～'])], /"～" comes after "😀"/],
      ['begins before the one before it ended', {}, [page(['a', 'b'], 'one'), page(['b', 'c'])], /"b" comes after "b"/],
      [
        'begins before it, with an empty one between',
        {},
        [page(['b'], '1'), page([], '2'), page(['a'])],
        /"a" comes after "b"/,
      ],
      ['begins before the range', { after: 'b' }, [page(['b', 'c'])], /"b" comes after "b"/],
      ['has keys without the prefix', { prefix: 'p' }, [page(['p', 'q'])], /"q" does not begin with "p"/],
      ['is not encoded', {}, [page(['a']).replace(/<EncodingType>.*<.EncodingType>/, '')], /did not encode/],
      [
        'does not say whether it is the last one',
        {},
        [page(['a']).replace(/<IsTruncated>.*<.IsTruncated>/, '')],
        /IsTruncated/,
      ],
      ['has keys that S3 allows nobody', {}, [page(['x'.repeat(1025)])], /longer/],
      [
        'sums up',
        {},
        [page([]).replace('<Name', '<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes><Name')],
        /summed up/,
      ],
      [
        'is an error, and a new line',
        {},
        ['<Error><Code>InternalError</Code><Message>Sorry</Message></Error>\n'],
        /status 503: Sorry|IsTruncated is missing/,
      ],
      ['is cut off', {}, [page(['a', 'b']).slice(0, -40)], /./],
      ['is something else', {}, ['<html></html>'], /./],
      ['is nothing', {}, [''], /./],
    ])('does not take a page that %s', async (_, range, answers, message) => {
      script.play(...answers);
      const { bucket } = listedAt(script.endpoint, { reader });
      const listing = all(bucket, range);
      await expect(listing).rejects.toThrow(message);
      await expect(listing).rejects.toThrow(/^Cannot list "source": /);
      await expect(listing).rejects.toBeInstanceOf(BucketError);
      expect(script.queries).toHaveLength(answers.length);
    });

    it('asks again for a page that broke off', async () => {
      const whole = page(Array.from({ length: 1000 }, (_, index) => `k${1000 + index}`));
      script.play({ body: whole, only: 70_000 }, whole);
      const { bucket } = listedAt(script.endpoint, { reader, attempts: 2 });
      expect((await all(bucket, {})).keys).toHaveLength(1000);
      expect(script.queries).toHaveLength(2);
    });

    it('throws if every page breaks off', async () => {
      const whole = page(Array.from({ length: 1000 }, (_, index) => `k${1000 + index}`));
      script.play({ body: whole, only: 70_000 }, { body: whole, only: 70_000 });
      const { bucket } = listedAt(script.endpoint, { reader, attempts: 2 });
      await expect(all(bucket, {})).rejects.toThrow(/^Cannot list "source": .*(aborted|ECONNRESET)/);
    });

    it('does not take a level that is out of order, or elsewhere', async () => {
      const { bucket } = listedAt(script.endpoint, { reader });
      const folders = (...prefixes: string[]) =>
        page([]).replace(
          '<Name',
          `${prefixes.map((p) => `<CommonPrefixes><Prefix>${p}</Prefix></CommonPrefixes>`).join('')}<Name`,
        );
      script.play(folders('b/', 'a/'));
      await expect(bucket.level('')).rejects.toThrow(/"a\/" comes after "b\/"/);
      script.play(folders('a/b/', 'b/'));
      await expect(bucket.level('a/')).rejects.toThrow(/"b\/" does not begin with "a\/"/);
    });
  });
});

async function all(
  bucket: ListedBucket,
  range: { readonly after?: string; readonly through?: string; readonly prefix?: string },
) {
  const { after, through, prefix } = range;
  const pages: ReturnType<typeof stringsOfPage>[] = [];
  const keys = { ...(after && { after: objectKey(after) }), ...(through && { through: objectKey(through) }) };
  for await (const page of bucket.pages({ ...keys, ...(prefix && { prefix }) })) pages.push(stringsOfPage(page));
  return {
    keys: pages.flatMap((page) => page.keys),
    etags: pages.flatMap((page) => page.etags),
    sizes: pages.flatMap((page) => page.sizes),
    modified: pages.flatMap((page) => page.modified),
    storageClasses: pages.flatMap((page) => page.storageClasses),
  };
}

/** Truncated if a token is given; an empty one is left out. */
function page(keys: readonly string[], next?: string): string {
  const entries = keys.map(
    (key) =>
      `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>2026-11-21T10:00:00.000Z</LastModified><ETag>"e"</ETag><Size>1</Size></Contents>`,
  );
  return `<ListBucketResult><Name>source</Name><EncodingType>url</EncodingType><IsTruncated>${next !== undefined}</IsTruncated>${next ? token(next) : ''}${entries.join('')}</ListBucketResult>`;
}

function token(text: string): string {
  return `<NextContinuationToken>${text}</NextContinuationToken>`;
}
