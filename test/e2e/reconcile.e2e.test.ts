import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, inject, it } from 'vitest';
import { readConfiguration } from '../../local/configuration.ts';
import { deploy, prepare } from '../../local/deploy.ts';
import { type BucketAccess, listBucket } from '../../local/listing.ts';
import { runsOf } from '../../local/runs.ts';
import { compare } from '../../local/compare.ts';
import { forEachConcurrently } from '../../shared/for-each.ts';
import * as config from './night.config.ts';
import { access } from './system.ts';

const OBJECTS = 10_000;
const MISSING = 300;
const STALE = 200;
const EXTRA = 50;

const source = access(config.source);
const destinations = config.destinations.map(access);
const runs = runsOf(inject('emulator'), config.source);

beforeAll(async () => {
  const emulator = inject('emulator');
  const file = 'test/e2e/night.config.ts';
  const { replicators } = await readConfiguration(file);
  const deployment = { emulator, replicators, config: file };
  await prepare(deployment);
  await fill();
  await deploy(deployment);
}, 300_000);

it('fills and repairs what is there already when it is deployed, tells exactly what it found, and proves it', async () => {
  const [deployed] = await runs.executions();
  const { report } = await runs.finished(deployed?.arn ?? '');
  expect(report).toMatchObject({ trigger: 'deploy', status: 'equal', problems: [], source: { keys: OBJECTS } });
  expect(report.destinations).toHaveLength(3);
  for (const destination of report.destinations)
    expect(destination).toMatchObject({
      status: 'equal',
      compared: OBJECTS,
      equal: OBJECTS - MISSING - STALE,
      found: { missed: MISSING, stale: STALE, rewritten: 0 },
      repaired: { missed: MISSING, stale: STALE, rewritten: 0 },
      extra: EXTRA,
      cannot: {},
      failed: {},
      underWay: {},
      provedEqualAsOf: expect.any(String),
    });
  for (const destination of destinations) {
    const { missing, different, extra } = compare(await listBucket(source), await listBucket(destination));
    expect({ missing, different, extra: extra.length }).toEqual({ missing: [], different: [], extra: EXTRA });
  }
});

it('finds nothing more in a second run, and sends nothing', async () => {
  const { report } = await runs.finished(await runs.start());
  expect(report.status).toBe('equal');
  for (const destination of report.destinations)
    expect(destination).toMatchObject({
      equal: OBJECTS,
      found: { missed: 0, stale: 0, rewritten: 0 },
      repaired: { missed: 0, stale: 0, rewritten: 0 },
      extra: EXTRA,
    });
});

/** The source, and in each destination what a broken replication would have left. The replicas are put after the sources, as replicas are. */
async function fill(): Promise<void> {
  const keys = Array.from({ length: OBJECTS }, (_, n) => `${n % 7}/${n % 50}/${String(n).padStart(6, '0')}`);
  await putAll(source, keys, (key) => `content of ${key}`);
  for (const [at, destination] of destinations.entries()) {
    // Another part of the keys in each.
    const turned = [...keys.slice(at * 1000), ...keys.slice(0, at * 1000)];
    const stale = new Set(turned.slice(MISSING, MISSING + STALE));
    await putAll(destination, turned.slice(MISSING), (key) => {
      if (!stale.has(key)) return `content of ${key}`;
      // Half of them of the same size.
      return key.endsWith('0') ? `CONTENT of ${key}` : `older content of ${key}`;
    });
    await putAll(
      destination,
      Array.from({ length: EXTRA }, (_, n) => `extra/${n}`),
      (key) => key,
    );
  }
}

async function putAll(
  { s3, bucket }: BucketAccess,
  keys: readonly string[],
  body: (key: string) => string,
): Promise<void> {
  await forEachConcurrently(keys, {
    limit: 32,
    work: async (Key) => void (await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: body(Key) }))),
  });
}
