import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, expect, it } from 'vitest';
import type { KeyLine } from '../../functions/restore/key-line.ts';
import type { Report } from '../../functions/restore/report/report.ts';
import { cleanEnvironment } from '../../local/clean-environment.ts';
import { deployReplication, deployRestores, prepare } from '../../local/deploy.ts';
import { type BucketAccess, listBucket } from '../../local/listing.ts';
import { projectFolder } from '../../local/project-folder.ts';
import { subscriberName } from '../../shared/names.ts';
import { messagesIn } from './queues.ts';
import { deploymentOf, emulator } from './emulator.ts';
import * as config from './restore.config.ts';
import { access } from './system.ts';

const FOLDER = 'restored-folder/';
const from = config.destination;
const source = access(config.source);
const destination = access(from);
const inbox = { name: subscriberName(from.bucket), region: from.region };

/** Files of this project, which are changed over several rounds as people change files. */
const FILES = [
  'package.json',
  'cdk.json',
  'tsconfig.json',
  'LICENSE',
  'README.md',
  'docs/RUNBOOK.md',
  'shared/objects/bucket.ts',
  'shared/decide.ts',
  'shared/names.ts',
  'shared/copy/pace.ts',
  'infra/app.ts',
  'cli/main.ts',
];

/** What was kept aside of a state: content and all that belongs to it, by key. */
type Kept = ReadonlyMap<string, KeptObject>;
interface KeptObject {
  readonly content: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

const states: { readonly at: string; readonly kept: Kept }[] = [];

beforeAll(async () => {
  const deployment = await deploymentOf('test/e2e/restore.config.ts');
  await prepare(deployment);
  await deployReplication(deployment);
  await deployRestores(deployment);
});

it('keeps aside what a folder was like, over three rounds of changes', async () => {
  const now = new Map<string, KeptObject>();
  const put = async (key: string, content: string, round: number) => {
    const object = {
      content,
      contentType: 'text/x-round',
      metadata: { round: String(round) },
      tags: { round: String(round), of: 'restore' },
    };
    await source.s3.send(
      new PutObjectCommand({
        Bucket: source.bucket,
        Key: key,
        Body: content,
        ContentType: object.contentType,
        Metadata: object.metadata,
        Tagging: new URLSearchParams(object.tags).toString(),
      }),
    );
    now.set(key, object);
  };
  const remove = async (key: string) => {
    await source.s3.send(new DeleteObjectCommand({ Bucket: source.bucket, Key: key }));
    now.delete(key);
  };
  const key = (file: string) => `${FOLDER}${file}`;
  const contents = new Map(
    await Promise.all(FILES.map(async (file) => [file, await readFile(`${projectFolder}/${file}`, 'utf8')] as const)),
  );

  for (const [file, content] of contents) await put(key(file), content, 1);
  await settled(now);
  states.push({ at: await moment(), kept: new Map(now) });

  await put(key('package.json'), 'edited', 2);
  await put(key('shared/copy/pace.ts'), `// edited\n${contents.get('shared/copy/pace.ts')}`, 2);
  await remove(key('LICENSE'));
  await remove(key('infra/app.ts'));
  await put(key('cli/renamed ä+b.ts'), contents.get('cli/main.ts') ?? '', 2);
  await remove(key('cli/main.ts'));
  await settled(now);
  states.push({ at: await moment(), kept: new Map(now) });

  await put(key('package.json'), contents.get('package.json') ?? '', 3);
  await put(key('LICENSE'), contents.get('LICENSE') ?? '', 3);
  await remove(key('README.md'));
  await settled(now);
  states.push({ at: await moment(), kept: new Map(now) });
  expect(states.map(({ kept }) => kept.size)).toEqual([12, 10, 10]);
});

it('brings each earlier state of a folder back into a new bucket, as it was', async () => {
  for (const [index, { at, kept }] of states.entries()) {
    const bucket = `restored-state-${index}`;
    const { code, report } = await restore('--new-bucket', bucket, '--at', at, '--prefix', FOLDER);
    expect({ code, status: report.status }).toEqual({ code: 0, status: 'COMPLETED' });
    expect(report.counts).toMatchObject({ restored: { keys: kept.size }, failed: 0 });
    expect(report.counts.knownBy['replica'] ?? 0).toBe(0);
    expect(await contentsOf({ bucket, s3: source.s3 })).toEqual(kept);
  }
});

it('lists in a dry run exactly what the run then does', async () => {
  const bucket = 'restored-state-0';
  const [, { at } = { at: '' }] = states;
  const asked = ['--to', bucket, '--at', at, '--prefix', FOLDER, '--undelete', '--existing', 'replace'];
  const before = await contentsOf({ bucket, s3: source.s3 });
  const dry = await restore(...asked, '--dry-run');
  expect(await contentsOf({ bucket, s3: source.s3 })).toEqual(before);
  const wet = await restore(...asked);
  const bare = ({ key, outcome, version }: KeyLine) => ({ key, outcome, version });
  const listed = (await keysOf(dry.report)).map(bare);
  expect(listed).toEqual((await keysOf(wet.report)).map(bare));
  expect(new Set(listed.map(({ outcome }) => outcome))).toEqual(new Set(['restored', 'same']));
});

it('goes into the source without an echo: what is the same stays, and an older state that returns is a new version once', async () => {
  const [{ at, kept } = { at: '', kept: new Map<string, KeptObject>() }] = states;
  const versions = async () => versionsOf(destination);
  const before = await versions();
  const { report } = await restore('--to-source', '--at', at, '--prefix', FOLDER, '--existing', 'replace');
  expect(report.status).toBe('COMPLETED');
  await settled(kept);
  const after = await versions();
  const written = (await keysOf(report)).filter(({ outcome }) => outcome === 'restored').map(({ key }) => key);
  expect(written.length).toBeGreaterThan(0);
  for (const key of kept.keys()) {
    const grown = (after.get(key) ?? 0) - (before.get(key) ?? 0);
    expect({ key, grown: grown <= (written.includes(key) ? 1 : 0) }).toEqual({ key, grown: true });
  }
  // A second time there is nothing to do, here or there.
  const again = await restore('--to-source', '--at', at, '--prefix', FOLDER, '--existing', 'replace');
  expect(again.report.counts).toMatchObject({ restored: { keys: 0 }, same: kept.size });
  await settled(kept);
  expect(await versions()).toEqual(after);
});

it('is one run for one token, and refuses it for another request', async () => {
  const asked = ['--to', 'restored-state-1', '--prefix', `${FOLDER}shared/`, '--token', 'e2e-twice'];
  const [one, other] = await Promise.all([restore(...asked), restore(...asked)]);
  expect(other.report).toEqual(one.report);
  const shown = await command('--token', 'e2e-twice', '--json');
  expect(JSON.parse(shown.stdout)).toEqual(one.report);
  const refused = await command('--from', from.bucket, ...asked, '--undelete', '--json');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('was used for another request') });
});

/** Waits until the destination holds all of this, and nothing is on its way. */
async function settled(now: ReadonlyMap<string, KeptObject>): Promise<void> {
  const etags = async (bucket: BucketAccess) =>
    [...(await listBucket(bucket)).values()]
      .filter(({ key }) => now.has(key))
      .map(({ key, etag }) => `${key} ${etag}`)
      .toSorted((one, other) => (one < other ? -1 : 1));
  await expect.poll(async () => etags(destination)).toEqual(await etags(source));
  // Events travel in the order of what they tell of, so behind this one nothing is on its way to the inbox.
  const last = `last-event/${Date.now()}`;
  await source.s3.send(new PutObjectCommand({ Bucket: source.bucket, Key: last, Body: last }));
  await expect.poll(async () => (await listBucket(destination)).has(last)).toBe(true);
  await expect.poll(async () => (await messagesIn(inbox)).all).toBe(0);
}

/** One that lies between what was done and what comes. S3 tells whole seconds. */
async function moment(): Promise<string> {
  await setTimeout(1100);
  const at = new Date().toISOString();
  await setTimeout(1100);
  return at;
}

async function contentsOf({ bucket, s3 }: BucketAccess): Promise<Kept> {
  const found = new Map<string, KeptObject>();
  for (const Key of (await listBucket({ bucket, s3 })).keys()) {
    const { Body, ContentType = '', Metadata = {} } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key }));
    found.set(Key, {
      content: (await Body?.transformToString()) ?? '',
      contentType: ContentType,
      metadata: Metadata,
      tags: Object.fromEntries(TagSet.map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
    });
  }
  return found;
}

async function versionsOf({ s3, bucket }: BucketAccess): Promise<ReadonlyMap<string, number>> {
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: FOLDER }));
  const counts = new Map<string, number>();
  for (const { Key = '' } of Versions) counts.set(Key, (counts.get(Key) ?? 0) + 1);
  return counts;
}

let reports = '';

/** As `npm run restore -- …` does, on the emulator. */
async function restore(...options: readonly string[]): Promise<{ readonly code: number; readonly report: Report }> {
  const { code, stdout, stderr } = await command('--from', from.bucket, ...options, '--yes', '--json');
  if (stdout === '') throw new Error(stderr);
  return { code, report: JSON.parse(stdout) };
}

async function keysOf({ keys }: Report): Promise<readonly KeyLine[]> {
  reports ||= await reportsBucket();
  const files = await Promise.all(
    keys.map(async (Key) => {
      const { Body } = await source.s3.send(new GetObjectCommand({ Bucket: reports, Key }));
      return (await Body?.transformToString()) ?? '';
    }),
  );
  return files
    .flatMap((text) => text.split('\n').filter((line) => line !== ''))
    .map((line): KeyLine => JSON.parse(line))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

/** As a person reads it from the report. */
async function reportsBucket(): Promise<string> {
  const { stdout } = await command('--from', from.bucket, '--to', 'restored-state-0', '--key', `${FOLDER}cdk.json`);
  return /s3:\/\/([^/]+)\//.exec(stdout)?.[1] ?? '';
}

async function command(
  ...options: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const args = ['cli/main.ts', 'restore', '--config', 'test/e2e/restore.config.ts', ...options];
  const env = cleanEnvironment(emulator.environment);
  return promisify(execFile)('node', args, { cwd: projectFolder, env, maxBuffer: 10_000_000 }).then(
    (done) => ({ ...done, code: 0 }),
    // An exit code other than 0 comes as an error, with what was printed.
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
  );
}
