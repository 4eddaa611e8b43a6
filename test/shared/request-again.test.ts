import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { objectKey } from '../../shared/object-key.ts';
import { s3ListedBucket, s3ListingClient } from '../../shared/s3-listing.ts';
import { stringsOf } from '../../shared/texts.ts';
import { startScript } from '../support/scripted-listing.ts';
import type { Script } from '../support/scripted-listing.ts';
import { signatureOf } from '../support/signature.ts';
import type { Received } from '../support/signature.ts';

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

  it('more and more pages, the more often copies fail', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `k${10 + index}`);
    // Pages 2 and 6 fail as copies; 3 and 4 are asked for by the SDK, and then 7 to 10.
    const answers = names.flatMap((name, index) => [
      ...(index === 1 || index === 5 ? [SLOW_DOWN] : []),
      page(name, index + 1 < names.length ? `after ${name}` : undefined),
    ]);
    script.play(...answers);
    expect(await listed(bucketOf({ client: clientOf({ attempts: 1 }) }))).toEqual(names);
    expect(tokens()).toHaveLength(names.length + 2);
    // With one attempt only, a request of the SDK that failed would have failed the listing.
    script.play(page('a', 'one'), SLOW_DOWN, SLOW_DOWN);
    await expect(listed(bucketOf({ client: clientOf({ attempts: 1 }) }))).rejects.toThrow(/SlowDown|status 503/);
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
    await vi.waitUntil(() => script.queries.length === 2);
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
