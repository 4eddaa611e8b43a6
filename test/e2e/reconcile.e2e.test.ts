import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, it } from 'vitest';
import type { Report } from '../../functions/reconcile/report/report.ts';
import { cleanEnvironment } from '../../local/clean-environment.ts';
import { deployReconciles, deployReplication, prepare } from '../../local/deploy.ts';
import { type BucketAccess, listBucket } from '../../local/listing.ts';
import { projectFolder } from '../../local/project-folder.ts';
import { runsOf } from '../../local/runs.ts';
import { compare } from '../../local/compare.ts';
import { forEachConcurrently } from '../../shared/for-each.ts';
import { deploymentOf, emulator } from './emulator.ts';
import * as config from './night.config.ts';
import { access } from './system.ts';

const OBJECTS = 10_000;
const MISSING = 300;
const STALE = 200;
const EXTRA = 50;

const KEYS = Array.from({ length: OBJECTS }, (_, n) => `${n % 7}/${n % 50}/${String(n).padStart(6, '0')}`);

const source = access(config.source);
const destinations = config.destinations.map(access);
const runs = runsOf(emulator, config.source);

beforeAll(async () => {
  const deployment = await deploymentOf('test/e2e/night.config.ts');
  await prepare(deployment);
  await putAll(source, KEYS, contentOf);
  // The source is put before anybody listens, and the rest while the stacks are made.
  await Promise.all([deployReplication(deployment), fillDestinations()]);
  await deployReconciles(deployment);
});

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
  const { report, code } = await command('--json');
  expect({ code, status: report.status }).toEqual({ code: 0, status: 'equal' });
  for (const destination of report.destinations)
    expect(destination).toMatchObject({
      equal: OBJECTS,
      found: { missed: 0, stale: 0, rewritten: 0 },
      repaired: { missed: 0, stale: 0, rewritten: 0 },
      extra: EXTRA,
    });
});

it('tells by hand what differs, repairs nothing if it is only to verify, and one destination if it is only to be that', async () => {
  const [first, second] = destinations;
  for (const { s3, bucket } of [first, second].filter((one) => one !== undefined))
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: '0/0/000000' }));
  const verified = await command('--json', '--verify-only', '--prefix', '0/');
  expect(verified.code).toBe(3);
  expect(verified.report.destinations.map(({ found, repaired }) => [found.missed, repaired.missed])).toEqual([
    [1, 0],
    [1, 0],
    [0, 0],
  ]);
  const one = await command('--json', '--destination', config.destinations[0].bucket);
  expect(one.code).toBe(0);
  expect(one.report.destinations).toMatchObject([{ repaired: { missed: 1 } }]);
  const again = await command('--json');
  expect(again.report.destinations.map(({ repaired }) => repaired.missed)).toEqual([0, 1, 0]);
});

/** As `npm run reconcile -- …` does, on the emulator. */
async function command(...options: readonly string[]): Promise<{ readonly code: number; readonly report: Report }> {
  const args = ['cli/main.ts', 'reconcile', '--config', 'test/e2e/night.config.ts', ...options];
  const env = cleanEnvironment(emulator.environment);
  const { code, stdout } = await promisify(execFile)('node', args, {
    cwd: projectFolder,
    env,
    maxBuffer: 10_000_000,
  }).then(
    (done) => ({ ...done, code: 0 }),
    // An exit code other than 0 comes as an error, with what was printed.
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => {
      if (error.stdout === '') throw new Error(error.stderr);
      return error;
    },
  );
  return { code, report: JSON.parse(stdout) };
}

/** In each destination what a broken replication would have left. The replicas are put after the sources, as replicas are. */
async function fillDestinations(): Promise<void> {
  for (const [at, destination] of destinations.entries()) {
    // Another part of the keys in each.
    const turned = [...KEYS.slice(at * 1000), ...KEYS.slice(0, at * 1000)];
    const stale = new Set(turned.slice(MISSING, MISSING + STALE));
    await putAll(destination, turned.slice(MISSING), (key) => {
      if (!stale.has(key)) return contentOf(key);
      // Half of them of the same size.
      return key.endsWith('0') ? contentOf(key).toUpperCase() : `older ${contentOf(key)}`;
    });
    await putAll(
      destination,
      Array.from({ length: EXTRA }, (_, n) => `extra/${n}`),
      (key) => key,
    );
  }
}

function contentOf(key: string): string {
  return `content of ${key}`;
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
