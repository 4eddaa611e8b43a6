import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BucketAccess } from '../../../local/listing.ts';
import { oddObjects } from '../../../local/odd-objects.ts';
import { subscriberName } from '../../../shared/names.ts';
import { emulator } from '../emulator.ts';
import { setEnvironment } from '../function-environment.ts';
import { type PartAwareProxy, startPartAwareProxy } from '../part-aware-proxy.ts';
import { putInParts } from '../put-in-parts.ts';
import { access, source } from '../system.ts';
import * as config from './two-destinations.config.ts';

const MIB = 1024 ** 2;
/** To the first destination the sizes of parts are told as S3 tells them; to the second as the emulator does: not at all. */
const [withPartSizes, without] = config.destinations;
const lambda = new LambdaClient({ region: withPartSizes.region, endpoint: emulator.endpoint });
let proxy: PartAwareProxy;
let before: Awaited<ReturnType<typeof setEnvironment>>;

beforeAll(async () => {
  const { endpoint, environment } = emulator;
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  proxy = await startPartAwareProxy(endpoint);
  const name = subscriberName(withPartSizes.bucket);
  before = await setEnvironment(lambda, name, { AWS_ENDPOINT_URL_S3: proxy.endpoint });
  await Promise.all([
    ...[...ONE_PIECE, { key: REDIRECT, body: Buffer.from('x'), about: REDIRECTED }].map(putWhole),
    ...[...IN_PARTS, { key: REDIRECT_IN_PARTS, parts: [Buffer.from('x')], about: REDIRECTED }].map((object) =>
      putInParts(about(object), object.parts),
    ),
  ]);
});
afterAll(async () => {
  await setEnvironment(lambda, subscriberName(withPartSizes.bucket), before);
  proxy.close();
  vi.unstubAllEnvs();
});

type About = Omit<PutObjectCommandInput, 'Bucket' | 'Key' | 'Body'>;

/** All that S3 keeps of what a writer says, but for the website redirect. */
const EVERYTHING = {
  ContentType: 'text/html; charset=utf-8',
  ContentEncoding: 'identity',
  ContentLanguage: 'de-CH, fr',
  ContentDisposition: 'attachment; filename="a b+c.html"; filename*=UTF-8\'\'%C3%A4.html',
  CacheControl: 'private, max-age=60',
  Expires: new Date('2033-12-01T16:00:00Z'),
  // As a browser or the AWS CLI sends them: UTF-8 in the header.
  Metadata: { camera: 'x100', empty: '', note: 'a b  c; d="e"', place: inHeader('Zürich 日本 😀') },
  Tagging: 'kind=odd&price=1%2B1&stra%C3%9Fe=%F0%9F%98%80&empty=',
} satisfies About;

const ONE_PIECE: readonly { readonly key: string; readonly body: Buffer; readonly about?: About }[] = [
  { key: 'exact/0 bytes', body: Buffer.alloc(0) },
  { key: 'exact/0 bytes with everything', body: Buffer.alloc(0), about: EVERYTHING },
  { key: 'exact/1 byte', body: Buffer.from('x') },
  { key: 'exact/6 MiB', body: pattern(6 * MIB), about: EVERYTHING },
  { key: 'exact/everything', body: Buffer.from('hello'), about: EVERYTHING },
  { key: 'exact/ten tags', body: Buffer.from('tags'), about: { Tagging: tenTags() } },
  { key: 'exact/SHA256', body: Buffer.from('sum'), about: { ChecksumAlgorithm: 'SHA256' } },
  { key: 'exact/CRC32', body: Buffer.from('sum'), about: { ChecksumAlgorithm: 'CRC32' } },
  ...['exact//', 'exact/a//b', '/exact/leading', 'exact/trailing/', 'exact/CR\r\nLF', 'exact/a+b %2B%'].map((key) => ({
    key,
    body: Buffer.from(key),
    about: EVERYTHING,
  })),
  ...oddObjects()
    .filter(({ size, key }) => size > 0 && Buffer.byteLength(key) < 1000)
    .map(({ key }) => ({ key: `exact/${key}`, body: Buffer.from(key) })),
];

const { Tagging: _, ...EVERYTHING_BUT_TAGS } = EVERYTHING;
const THREE_PARTS = 'exact/parts/3';
const REDIRECT = 'exact/redirect';
const REDIRECT_IN_PARTS = 'exact/parts/redirect';
const REDIRECTED = { WebsiteRedirectLocation: '/elsewhere' } satisfies About;
/** Without tags: see the last test. */
const IN_PARTS: readonly { readonly key: string; readonly parts: readonly Buffer[]; readonly about?: About }[] = [
  { key: THREE_PARTS, parts: [pattern(6 * MIB), pattern(6 * MIB, 1), pattern(MIB, 2)], about: EVERYTHING_BUT_TAGS },
  { key: 'exact/parts/3 uneven', parts: [pattern(5 * MIB), pattern(7 * MIB, 1), pattern(6 * MIB, 2)] },
  { key: 'exact/parts/1', parts: [Buffer.from('x')], about: EVERYTHING_BUT_TAGS },
];

describe.each(config.destinations)('with all that belongs to it, in $bucket', (destination) => {
  it.each(ONE_PIECE.map((object) => ({ ...object, name: JSON.stringify(object.key) })))('is $name', async (object) => {
    const original = await read(source, object.key);
    expect(original).toMatchObject(expected(object));
    await expect.poll(() => read(access(destination), object.key)).toEqual(original);
  });
});

describe.each(IN_PARTS)('an object in parts, $key', (object) => {
  it('is the same in all, its ETag included', async () => {
    const original = await read(source, object.key);
    expect(original).toMatchObject({ ...expected(object), ETag: expect.stringMatching(ends(object.parts.length)) });
    await expect.poll(() => read(access(withPartSizes), object.key)).toEqual(original);
  });

  it('is the same in all but its ETag where the sizes of its parts are not told', async () => {
    const { ETag: _, ...original } = await read(source, object.key);
    await expect.poll(() => read(access(without), object.key)).toMatchObject(original);
  });
});

it('the website redirect arrives, though the emulator copies it by itself, as S3 does not: who sets it is proved on the simulator', async () => {
  for (const key of [REDIRECT, REDIRECT_IN_PARTS]) {
    const original = await read(source, key);
    expect(original).toMatchObject({ WebsiteRedirectLocation: '/elsewhere' });
    for (const destination of config.destinations) {
      await expect
        .poll(() => read(access(destination), key))
        .toMatchObject({ ContentLength: 1, WebsiteRedirectLocation: '/elsewhere' });
    }
  }
});

it.fails('cannot: where the emulator does not tell the sizes of parts on a HEAD, the ETag of 3 parts', async () => {
  const original = await read(source, THREE_PARTS);
  expect((await read(access(without), THREE_PARTS)).ETag).toBe(original.ETag);
});

it.fails('cannot: the emulator forgets the tags of an object in parts, those of the source already', async () => {
  const key = 'exact/parts/tags';
  await putInParts({ Key: key, Tagging: 'a=1' }, [Buffer.from('x')]);
  expect(await read(source, key)).toMatchObject({ tags: [['a', '1']] });
});

function about<Key extends string>({ key, about: said = {} }: { readonly key: Key; readonly about?: About }) {
  return { ...said, Key: key };
}

async function putWhole(object: (typeof ONE_PIECE)[number]): Promise<void> {
  await source.s3.send(new PutObjectCommand({ ...about(object), Bucket: source.bucket, Body: object.body }));
}

/** What was put: two sides that both forgot something are equal, too. */
function expected({
  about: { Tagging, Expires, ChecksumAlgorithm, ...said } = {},
  ...object
}: {
  readonly about?: About;
  readonly body?: Buffer;
  readonly parts?: readonly Buffer[];
}): object {
  const body = object.body ?? Buffer.concat(object.parts ?? []);
  return {
    ...said,
    ...(Expires && { ExpiresString: Expires.toUTCString() }),
    ...(ChecksumAlgorithm === 'SHA256' && { ChecksumSHA256: createHash('sha256').update(body).digest('base64') }),
    ...(ChecksumAlgorithm === 'CRC32' && { ChecksumCRC32: crc32Of(body) }),
    ContentLength: body.length,
    sha256: sha256(body),
    tags: [...new URLSearchParams(Tagging)].toSorted(byText),
  };
}

/** Everything that S3 tells of an object, but for what is a destination's own: version, date, class and encryption. */
async function read({ s3, bucket }: BucketAccess, key: string) {
  const which = { Bucket: bucket, Key: key };
  const head = await s3.send(new HeadObjectCommand({ ...which, ChecksumMode: 'ENABLED' }));
  const { Body } = await s3.send(new GetObjectCommand(which));
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand(which));
  return {
    ...Object.fromEntries(OF_BOTH.map((name) => [name, head[name]])),
    ETag: head.ETag,
    sha256: sha256((await Body?.transformToByteArray()) ?? new Uint8Array()),
    tags: TagSet.map(({ Key = '', Value = '' }) => [Key, Value] as const).toSorted(byText),
  };
}

const OF_BOTH = [
  'ContentLength',
  'ContentType',
  'ContentEncoding',
  'ContentLanguage',
  'ContentDisposition',
  'CacheControl',
  'ExpiresString',
  'Metadata',
  'MissingMeta',
  'WebsiteRedirectLocation',
  'ChecksumType',
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumCRC64NVME',
  'ChecksumSHA1',
  'ChecksumSHA256',
] as const;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function crc32Of(bytes: Uint8Array): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
}

function byText(one: readonly [string, string], other: readonly [string, string]): number {
  return one[0] < other[0] ? -1 : 1;
}

function ends(parts: number): RegExp {
  return new RegExp(`^"[0-9a-f]{32}-${parts}"$`);
}

function pattern(size: number, first = 0): Buffer {
  return Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, n) => (n * 7 + first) % 256)));
}

function tenTags(): string {
  return Array.from({ length: 10 }, (_, n) => `${n}${'k'.repeat(126)}=${'v'.repeat(256)}`).join('&');
}

/** Node writes the characters of a header as bytes. */
function inHeader(text: string): string {
  return Buffer.from(text).toString('latin1');
}
