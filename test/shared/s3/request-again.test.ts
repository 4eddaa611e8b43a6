import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { s3ListedBucket, s3ListingClient } from '../../../shared/s3/s3-listing.ts';
import { stringsOf } from '../../../shared/listing/texts.ts';
import { startScript } from '../../support/scripted-listing.ts';
import type { Script, Scripted } from '../../support/scripted-listing.ts';
import { signatureOf } from '../../support/signature.ts';
import type { Received } from '../../support/signature.ts';

let script: Script;
beforeAll(async () => {
  script = await startScript();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await script.close();
});

const SLOW_DOWN = { status: 503, body: '<Error><Code>SlowDown</Code></Error>' };
/** Every header but what each request has for itself. */
const OWN = new Set(['authorization', 'x-amz-date', 'amz-sdk-invocation-id', 'x-amz-security-token']);

describe('pages behind the first', () => {
  it('are asked for as the first was, each with a signature of its own', async () => {
    script.play(page('a b', 'one/+='), page('c', 'two'), page('d'));
    expect(await listed(bucketOf(), '0')).toEqual(['a b', 'c', 'd']);
    const [first, ...others] = script.requests;
    expect(script.queries.map(pairs)).toEqual([
      { 'encoding-type': 'url', 'list-type': '2', 'start-after': '0' },
      { 'encoding-type': 'url', 'list-type': '2', 'continuation-token': 'one/+=' },
      { 'encoding-type': 'url', 'list-type': '2', 'continuation-token': 'two' },
    ]);
    for (const other of others) {
      expect(commonHeaders(other)).toEqual(commonHeaders(first));
      expect(other.headers['x-amz-expected-bucket-owner']).toBe('111111111111');
    }
    for (const one of script.requests) expectSigned(one, 'secret');
    expect(new Set(script.requests.map(({ headers }) => headers['amz-sdk-invocation-id'])).size).toBe(3);
  });

  it('of another bucket are not asked for as those of the first', async () => {
    const client = clientOf();
    for (const name of ['source', 'other']) {
      script.play(page('a', 'one'), page('b'));
      expect(await listed(bucketOf({ client, name }))).toEqual(['a', 'b']);
      for (const { url } of script.requests) expect(url).toMatch(new RegExp(`^/${name}/\\?`));
    }
  });

  it('are asked for without what another request had', async () => {
    const bucket = bucketOf();
    script.play(page('p/a'), page('p/a', 'one'), page('p/b'));
    await bucket.level('p/');
    expect(await listed(bucket)).toEqual(['p/a', 'p/b']);
    expect(script.queries.map(pairs)).toEqual([
      { 'encoding-type': 'url', 'list-type': '2', prefix: 'p/', delimiter: '/' },
      { 'encoding-type': 'url', 'list-type': '2' },
      { 'encoding-type': 'url', 'list-type': '2', 'continuation-token': 'one' },
    ]);
  });

  it('are signed with the credentials of the moment', async () => {
    const all = [{ sessionToken: 'one' }, { sessionToken: 'two' }, {}];
    let asked = 0;
    // Credentials that are about to expire are had anew for every request.
    const credentials = async () => {
      const number = asked++;
      return {
        accessKeyId: `key${number}`,
        secretAccessKey: `secret${number}`,
        ...all[number % 3],
        expiration: new Date(Date.now() + 1000),
      };
    };
    script.play(page('a', 'one'), page('b', 'two'), page('c'));
    expect(await listed(bucketOf({ client: clientOf({ credentials }) }))).toEqual(['a', 'b', 'c']);
    const used = script.requests.map((request) => {
      const [, number = ''] = /Credential=key(\d+)\//.exec(request.headers['authorization'] ?? '') ?? [];
      expectSigned(request, `secret${number}`);
      expect(request.headers['x-amz-security-token']).toBe(all[Number(number) % 3]?.sessionToken);
      return number;
    });
    expect(new Set(used).size).toBe(3);
  });

  it('are dated by the clock of S3', async () => {
    const ahead = Date.now() + 3_600_000;
    script.play({ body: page('a', 'one'), headers: { date: new Date(ahead).toUTCString() } }, page('b'));
    await listed(bucketOf());
    const [first = '', second = ''] = script.requests.map(({ headers }) => headers['x-amz-date']);
    expect(timeOf(second) - timeOf(first)).toBeGreaterThan(3_500_000);
  });
});

describe('leaves to the SDK', () => {
  it.each([
    ['a 503', SLOW_DOWN],
    ['an error that came as a success', { body: SLOW_DOWN.body }],
    ['a page that breaks off', { body: page('b', 'two'), only: 100 }],
    ['what is no page', { body: '<html/>' }],
  ])('%s', async (_, answer) => {
    script.play(page('a', 'one'), answer, page('b', 'two'), page('c'));
    expect(await listed(bucketOf())).toEqual(['a', 'b', 'c']);
    expect(tokens()).toEqual([null, 'one', 'one', 'two']);
  });

  it('its connections', async () => {
    const bucket = bucketOf({ client: clientOf({ sockets: 1 }) });
    script.play(page('a'));
    await listed(bucket);
    script.play({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }, page('a'));
    expect(await listed(bucket)).toEqual(['a']);
  });

  it('one page for all copies that fail at the same time, and waits before', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.2);
    const client = clientOf({ sockets: 10 });
    const list = () => listed(bucketOf({ client }));
    const ten = <T>(what: () => T) => Array.from({ length: 10 }, what);
    script.play(page('a'));
    await list();
    script.play(...ten(() => SLOW_DOWN), ...ten(() => page('a')));
    const began = performance.now();
    await Promise.all(ten(list));
    // A fifth of what the SDK's strategy waits at most.
    expect(performance.now() - began).toBeGreaterThan(100);
    expect(script.queries).toHaveLength(20);
    // The SDK has been heard ten times: it is copied again. A client that may ask but once would fail.
    script.play(SLOW_DOWN, page('a'));
    expect(await list()).toEqual(['a']);
    vi.restoreAllMocks();
  });

  it('more and more pages, the more copies have failed in a row', async () => {
    /** With one attempt only, a request of the SDK that is answered 503 fails the listing; a copy does not. */
    async function isCopiedAfter(pages: number, failures: number): Promise<boolean> {
      const client = clientOf({ attempts: 1 });
      const list = async (...answers: readonly (Scripted | string)[]) => {
        script.play(...answers);
        return listed(bucketOf({ client })).then(
          () => true,
          () => false,
        );
      };
      const calm = async (pages: number) => {
        for (let times = 0; times < pages; times++) expect(await list(page('a'))).toBe(true);
      };
      await calm(1);
      for (let failure = 1; failure <= failures; failure++) {
        expect(await list(SLOW_DOWN, page('a'))).toBe(true);
        if (failure < failures) await calm(2 ** failure);
      }
      await calm(pages);
      return list(SLOW_DOWN, page('a'));
    }
    const copied = async (failures: number, most: number) => {
      const answers: boolean[] = [];
      for (let pages = 0; pages <= most; pages++) answers.push(await isCopiedAfter(pages, failures));
      return answers;
    };
    expect(await copied(0, 1)).toEqual([true, true]);
    expect(await copied(1, 3)).toEqual([false, false, true, true]);
    expect(await copied(2, 5)).toEqual([false, false, false, false, true, true]);
  });

  it('everything, where it reads the answers itself', async () => {
    script.play(page('a', 'one'), SLOW_DOWN);
    const client = clientOf({ reader: 'sdk', attempts: 1 });
    await expect(listed(bucketOf({ client }))).rejects.toThrow(/status 503/);
    expect(tokens()).toEqual([null, 'one']);
  });
});

it('a listing that was given up does not count as a failure', async () => {
  const bucket = bucketOf({ client: clientOf({ attempts: 1 }) });
  script.play(page('a', 'one'), { body: '', hangs: true });
  for await (const { keys } of bucket.pages({})) {
    expect(stringsOf(keys)).toEqual(['a']);
    await expect.poll(() => script.queries.length).toBe(2);
    break;
  }
  // The first is answered to a copy: it is not the SDK that would have failed.
  script.play(SLOW_DOWN, page('a'));
  expect(await listed(bucket)).toEqual(['a']);
});

function bucketOf({ client = clientOf(), name = 'source' } = {}) {
  return s3ListedBucket({ name, owner: '111111111111', client, signal: new AbortController().signal });
}

function clientOf(options: Partial<Parameters<typeof s3ListingClient>[1]> = {}) {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', script.endpoint);
  return s3ListingClient('us-east-1', {
    reader: 'scanner',
    attempts: 2,
    sockets: 4,
    endpoint: script.endpoint,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    ...options,
  });
}

async function listed(bucket: ReturnType<typeof bucketOf>, after?: string): Promise<string[]> {
  const all: string[] = [];
  const range = after === undefined ? {} : { after: objectKey(after) };
  for await (const { keys } of bucket.pages(range)) all.push(...stringsOf(keys));
  return all;
}

function expectSigned(request: Received, secret: string): void {
  expect(request.headers['authorization']).toContain(`Signature=${signatureOf(request, secret)}`);
}

function commonHeaders(request: Received | undefined) {
  return Object.fromEntries(Object.entries(request?.headers ?? {}).filter(([name]) => !OWN.has(name)));
}

function tokens() {
  return script.queries.map((query) => query.get('continuation-token'));
}

function pairs(query: URLSearchParams) {
  return Object.fromEntries(query);
}

/** `20261121T100000Z`. */
function timeOf(date: string): number {
  return Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
}

function page(key: string, next?: string): string {
  const entry = `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>2026-11-21T10:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size></Contents>`;
  const token = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${next !== undefined}</IsTruncated>${token}${entry}</ListBucketResult>`;
}
