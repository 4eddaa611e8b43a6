import { fileURLToPath } from 'node:url';
import { DynamoDBClient, GetItemCommand, QueryCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { history } from '../../../cli/history/history.ts';
import type { HistoryOptions } from '../../../cli/history/history.ts';
import { factItem } from '../../../shared/ledger/fact-item.ts';
import type { Fact } from '../../../shared/ledger/history.ts';

const [sts, dynamo, s3] = [mockClient(STSClient), mockClient(DynamoDBClient), mockClient(S3Client)];
const config = fileURLToPath(new URL('../two-sources.config.ts', import.meta.url));
const KEY = 'ä b/c+d.txt';
const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const id = (letter: string) => letter.repeat(32);
const source = { etag: id('1'), versionId: id('s'), lastModified: at('10:00:00'), size: 2048 };

beforeEach(() => {
  for (const mock of [sts, dynamo, s3]) mock.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333' });
  dynamo.on(GetItemCommand).resolves({});
  dynamo.on(QueryCommand).resolves({ Items: [] });
  s3.on(ListObjectVersionsCommand).resolves({});
});

function items(...facts: readonly Fact[]) {
  return facts.map((fact) => {
    const { at: sort, attributes } = factItem(fact);
    const values = Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]);
    return { ...Object.fromEntries(values), key: { S: KEY }, at: { S: sort }, expires: { N: '99999999999' } };
  });
}

async function run(options: Partial<HistoryOptions> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const exitCode = await history(
    { config, key: KEY, source: 'photos', ...options },
    { out: (text) => out.push(text), err: (text) => err.push(text), signal: new AbortController().signal },
  );
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

/** A life: written, removed, written anew with a lost record, and the first replica gone by now. */
function aLife(): void {
  const first: Fact = {
    fact: 'version',
    source,
    replica: { etag: id('1'), versionId: id('a') },
    eventAt: at('10:00:00.400'),
    copiedAt: at('10:00:02.900'),
  };
  dynamo
    .on(QueryCommand)
    .resolvesOnce({
      Items: items({ fact: 'removed', at: at('11:00:00.123'), found: false }),
      LastEvaluatedKey: { key: { S: KEY }, at: { S: 'x' } },
    })
    .resolves({ Items: items(first) });
  const encoded = encodeURIComponent(KEY);
  s3.on(ListObjectVersionsCommand)
    .resolvesOnce({
      IsTruncated: true,
      EncodingType: 'url',
      NextKeyMarker: encoded,
      NextVersionIdMarker: 'm',
      DeleteMarkers: [{ Key: encoded, VersionId: 'm', LastModified: at('13:00:00'), IsLatest: false }],
    })
    .resolves({
      IsTruncated: true,
      EncodingType: 'url',
      NextKeyMarker: `${encoded}2`,
      NextVersionIdMarker: 'x',
      Versions: [
        {
          Key: encoded,
          VersionId: id('b'),
          LastModified: at('12:00:05'),
          ETag: `"${id('2')}"`,
          Size: 7,
          IsLatest: true,
          StorageClass: 'STANDARD',
        },
        { Key: `${encoded}2`, VersionId: 'x', LastModified: at('12:00:00'), ETag: '"x"', Size: 1, IsLatest: true },
      ],
    });
}

it('tells all that is known of a key, newest first, within 80 columns', async () => {
  aLife();
  const { exitCode, out, err } = await run({ destination: 'photos-eu' });
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(out).toMatchInlineSnapshot(`
    ""ä b/c+d.txt", newest first, in UTC

    photos-eu (eu-west-1)
    ┌───────────────────────────┬─────────┬─────────────┬────────────┬─────────────┐
    │ in the source             │         │ size        │ copied     │ lag         │
    ├───────────────────────────┼─────────┼─────────────┼────────────┼─────────────┤
    │ 2026-01-01 12:00:05.000 ? │ copied  │ 7 bytes     │ 12:00:05   │             │
    ├───────────────────────────┴─────────┴─────────────┴────────────┴─────────────┤
    │ replica  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  current, STANDARD                 │
    │ ETag     22222222222222222222222222222222                                    │
    ├───────────────────────────┬─────────┬─────────────┬────────────┬─────────────┤
    │ 2026-01-01 11:00:00.123   │ REMOVED │             │            │             │
    ├───────────────────────────┼─────────┼─────────────┼────────────┼─────────────┤
    │ 2026-01-01 10:00:00.400   │ written │ 2 KiB       │ 10:00:02   │ 2.5 s       │
    ├───────────────────────────┴─────────┴─────────────┴────────────┴─────────────┤
    │ source   ssssssssssssssssssssssssssssssss                                    │
    │ replica  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  GONE from the bucket              │
    │ ETag     11111111111111111111111111111111                                    │
    └──────────────────────────────────────────────────────────────────────────────┘
    Delete marker of the destination's own, 2026-01-01 13:00:00:
      it is covered by a newer version

    ?  no record of what it was made from: the time is that of the copy"
  `);
});

it('tells the same as JSON', async () => {
  aLife();
  const { out } = await run({ destination: 'photos-eu', json: true });
  expect(JSON.parse(out)).toMatchObject({
    key: KEY,
    source: 'photos',
    destinations: [
      {
        destination: 'photos-eu',
        moments: [
          {
            what: 'unrecorded',
            knownBy: 'replica',
            since: '2026-01-01T12:00:05.000Z',
            replica: { versionId: id('b') },
          },
          { what: 'removed', knownBy: 'event', since: '2026-01-01T11:00:00.123Z' },
          { what: 'written', knownBy: 'event', since: '2026-01-01T10:00:00.400Z', source: { versionId: id('s') } },
        ],
        deleteMarkers: [{ versionId: 'm', isLatest: false }],
      },
    ],
  });
});

it('asks for this key only, of buckets of their owner, and goes on by the key as it is', async () => {
  aLife();
  await run({ destination: 'photos-eu' });
  const asked = s3.commandCalls(ListObjectVersionsCommand).map(({ args }) => args[0].input);
  const common = { Bucket: 'photos-eu', ExpectedBucketOwner: '111122223333', Prefix: KEY, EncodingType: 'url' };
  expect(asked).toEqual([common, { ...common, KeyMarker: KEY, VersionIdMarker: 'm' }]);
  const queries = dynamo.commandCalls(QueryCommand).map(({ args }) => args[0].input);
  expect(queries).toMatchObject([
    { TableName: 'photos-eu-versions' },
    { TableName: 'photos-eu-versions', ExclusiveStartKey: { at: { S: 'x' } } },
  ]);
});

it('ends with 1 if nothing is known of the key', async () => {
  const { exitCode, out, err } = await run({ key: 'nothing' });
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
  expect(err).toMatch(/^Nothing is known of "nothing" at photos-eu/);
});

/** Of one destination, what is asked for by `parameters` fails. */
function gone(): void {
  const error = new ResourceNotFoundException({ message: 'no such table', $metadata: {} });
  dynamo.on(QueryCommand, { TableName: 'photos-eu-versions' }).rejects(error);
}

it('says which table is missing, and shows what can be read, of the others too', async () => {
  aLife();
  gone();
  const { exitCode, out, err } = await run();
  expect(err).toBe(
    'The table "photos-eu-versions" in eu-west-1 does not exist: run `npm run status`, which says what to do',
  );
  expect(out).toMatch(/photos-eu \(eu-west-1\), not all of which could be read\n┌/);
  expect(out).toMatch(/photos-near \([a-z0-9-]+\)\n┌[^]*written/);
  expect(out).toContain('?  no record of what it was made from was read');
  expect(exitCode).toBe(3);
});

it('tells as JSON, too, what could not be read', async () => {
  aLife();
  gone();
  const { exitCode, out } = await run({ json: true });
  expect(JSON.parse(out)).toMatchObject({
    destinations: [
      { destination: 'photos-eu', unread: [{ what: 'history', why: expect.stringContaining('does not exist') }] },
      {
        destination: 'photos-near',
        unread: [],
        moments: expect.arrayContaining([expect.objectContaining({ what: 'written' })]),
      },
    ],
  });
  expect(exitCode).toBe(3);
});

it('does not say that a replica is gone where the bucket cannot be read', async () => {
  aLife();
  s3.reset();
  s3.on(ListObjectVersionsCommand).rejects(
    Object.assign(new Error('The specified bucket does not exist'), { name: 'NoSuchBucket' }),
  );
  const { exitCode, out, err } = await run({ destination: 'photos-eu' });
  expect(err).toMatch(/^The bucket "photos-eu" in eu-west-1 does not exist: run `npm run status`/);
  expect(out).toContain('written');
  expect(out).not.toContain('GONE');
  expect(exitCode).toBe(3);
});

it('ends with 1 if nothing can be read, and says why of each', async () => {
  dynamo.on(QueryCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  dynamo.on(GetItemCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  s3.on(ListObjectVersionsCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  const { exitCode, out, err } = await run({ destination: 'photos-eu' });
  expect(err).toMatch(
    /Cannot read the table "photos-eu-versions" in eu-west-1: AccessDeniedException: no; the credentials in use need dynamodb:Query/,
  );
  expect(err.split('\n')).toHaveLength(3);
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
});

it('says once that there is no connection', async () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  dynamo.on(QueryCommand).rejects(refused);
  dynamo.on(GetItemCommand).rejects(refused);
  s3.on(ListObjectVersionsCommand).rejects(refused);
  await expect(run()).rejects.toThrow(/^Cannot read the .*: no connection to/);
});

it.each([
  [{ key: '' }, /a key has at least one character/],
  [{ destination: 'photos-mars' }, /There is no destination "photos-mars"/],
])('refuses %j as wrong usage', async (options, message) => {
  await expect(run(options)).rejects.toThrow(
    expect.objectContaining({ message: expect.stringMatching(message), exitCode: 2 }),
  );
});
