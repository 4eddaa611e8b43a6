import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { awsClients } from '../../../local/aws-clients.ts';
import { cleanEnvironment } from '../../../local/clean-environment.ts';
import type { BucketAccess } from '../../../local/listing.ts';
import { projectFolder } from '../../../local/project-folder.ts';
import { LEDGER_TROUBLE_INDEX, ledgerTableName } from '../../../shared/names.ts';
import { emulator } from '../emulator.ts';
import { access, put, source, text } from '../system.ts';
import * as config from './two-destinations.config.ts';

it.each(config.destinations)('the ledger of $bucket says what became of a key', async (destination) => {
  const key = `ledger/${destination.bucket}/ä b+c.txt`;
  await put([text(key, 'one')]);
  await expect.poll(() => item(destination, key)).toMatchObject({ outcome: 'copied', size: '3' });
  const first = await item(destination, key);
  expect(first).toMatchObject({ reason: 'absent', ...(await versions(destination, key)) });

  await put([text(key, 'two, longer')]);
  await expect.poll(() => item(destination, key)).toMatchObject({ size: '11' });
  const second = await item(destination, key);
  expect(second).toMatchObject({ outcome: 'copied', ...(await versions(destination, key)) });
  expect(Number(second['attempts'])).toBeGreaterThan(Number(first['attempts']));
  expect(String(second['rank']) > String(first['rank'])).toBe(true);
  expect(second).not.toHaveProperty('removedAt');

  await source.s3.send(new DeleteObjectCommand({ Bucket: source.bucket, Key: key }));
  await expect.poll(() => item(destination, key)).toMatchObject({ reason: 'source is gone' });
  const { replicaETag, replicaVersion } = second;
  expect(await item(destination, key)).toMatchObject({
    outcome: 'skipped',
    removedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    replicaETag,
    replicaVersion,
  });
});

it.each(config.destinations)('and which keys cannot be copied to $bucket, until they can', async (destination) => {
  const key = `ledger/${destination.bucket}/archived`;
  const { client, table } = ledgerOf(destination);
  const { s3, bucket } = source;
  const troubles = async () => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: LEDGER_TROUBLE_INDEX,
        KeyConditionExpression: 'trouble = :cannot',
        ExpressionAttributeValues: { ':cannot': { S: 'cannot' } },
      }),
    );
    return Items.map((found) => [found['key']?.S, found['reason']?.S]);
  };
  // In parts, so that it is looked at first: unlike S3, the emulator copies what is in an archive.
  await putInParts({ s3, bucket }, key);
  await expect.poll(troubles).toContainEqual([key, 'archived']);
  await put([text(key, 'warm again')]);
  await expect.poll(troubles).not.toContainEqual([key, 'archived']);
  expect(await item(destination, key)).toMatchObject({ outcome: 'copied' });
});

it('npm run history tells of three overwrites, a removal and a return, at each destination', async () => {
  const key = 'ledger/history/ä b+c.txt';
  const settled = async (attributes: object) => {
    for (const destination of config.destinations)
      await expect.poll(() => item(destination, key)).toMatchObject(attributes);
  };
  const contents = ['1', '22', '333', '4444'];
  const began = Date.now();
  for (const content of contents) {
    await put([text(key, content)]);
    await settled({ size: String(content.length), outcome: 'copied' });
  }
  const { DeleteMarker, VersionId } = await source.s3.send(
    new DeleteObjectCommand({ Bucket: source.bucket, Key: key }),
  );
  await settled({ reason: 'source is gone' });
  await put([text(key, '55555')]);
  await settled({ size: '5', outcome: 'copied' });

  const told: Told = JSON.parse(await history('--key', key, '--json'));
  expect(told).toMatchObject({ key, source: source.bucket });
  expect(told.destinations.map(({ destination }) => destination)).toEqual(
    config.destinations.map(({ bucket }) => bucket),
  );
  for (const { moments, deleteMarkers } of told.destinations) {
    expect(moments.map(({ what, source: held }) => held?.size ?? what)).toEqual([5, 'removed', 4, 3, 2, 1]);
    expect(moments.map(({ knownBy }) => knownBy)).toEqual(moments.map(() => 'event'));
    for (const { since, what, ...held } of moments) {
      expect(Date.parse(since)).toBeGreaterThan(began - 1000);
      if (what === 'removed') continue;
      expect(held).toMatchObject({
        source: { versionId: expect.any(String), etag: expect.any(String) },
        copiedAt: expect.any(String),
        listed: { versionId: held.replica?.versionId, size: held.source?.size, isLatest: held.source?.size === 5 },
      });
    }
    expect(deleteMarkers).toEqual([]);
  }
  expect({ DeleteMarker, hasId: VersionId !== undefined }).toEqual({ DeleteMarker: true, hasId: true });

  const page = await history('--key', key, '--destination', config.destinations[0].bucket);
  expect(page.match(/written|REMOVED/g)).toEqual(['written', 'REMOVED', 'written', 'written', 'written', 'written']);
  await expect(history('--key', 'ledger/never there')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Nothing is known of/),
  });
});

/** As `npm run history` prints it. */
interface Told {
  readonly destinations: readonly {
    readonly destination: string;
    readonly moments: readonly {
      readonly since: string;
      readonly knownBy: string;
      readonly what: string;
      readonly source?: { readonly size: number };
      readonly replica?: { readonly versionId: string };
    }[];
    readonly deleteMarkers: readonly object[];
  }[];
}

async function history(...options: readonly string[]): Promise<string> {
  const args = [
    'cli/main.ts',
    'history',
    '--config',
    'test/e2e/two-destinations/two-destinations.config.ts',
    ...options,
  ];
  const env = cleanEnvironment(emulator.environment);
  return (await promisify(execFile)('node', args, { cwd: projectFolder, env })).stdout;
}

async function putInParts({ s3, bucket }: BucketAccess, key: string): Promise<void> {
  const object = { Bucket: bucket, Key: key };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...object, StorageClass: 'GLACIER' }));
  const part = { ...object, UploadId, PartNumber: 1 };
  const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: 'cold' }));
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }));
}

type Place = (typeof config.destinations)[number];

function ledgerOf({ bucket, region }: Place) {
  return { client: awsClients(emulator, region).dynamoDB, table: ledgerTableName(bucket) };
}

/** An item as plain values. */
async function item(destination: Place, key: string): Promise<Record<string, string | undefined>> {
  const { client, table } = ledgerOf(destination);
  const { Item = {} } = await client.send(new GetItemCommand({ TableName: table, Key: { key: { S: key } } }));
  return Object.fromEntries(Object.entries(Item).map(([name, { S, N }]) => [name, S ?? N]));
}

/** What both sides hold, in the ledger's words. */
async function versions(destination: Place, key: string) {
  const [of, to] = await Promise.all(
    [source, access(destination)].map(({ s3, bucket }) => s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))),
  );
  const etag = of?.ETag?.replaceAll('"', '');
  return {
    sourceETag: etag,
    sourceVersion: of?.VersionId,
    replicaETag: to?.ETag?.replaceAll('"', ''),
    replicaVersion: to?.VersionId,
    replicaMadeFrom: etag,
  };
}
