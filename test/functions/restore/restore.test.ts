import { describe, expect, it } from 'vitest';
import { paths } from '../../../functions/restore/run.ts';
import { TIERS } from '../../../functions/restore/request.ts';
import type { World } from '../../../functions/restore/world.ts';
import type { History } from '../../../shared/ledger/dynamo-history.ts';
import { BucketError } from '../../../shared/objects/bucket.ts';
import type { Fact } from '../../../shared/ledger/history.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { MADE_BY_TAG, TARGET_TAG } from '../../../shared/runs/restore-target.ts';
import {
  contentsOf,
  FROM,
  MARKED,
  OWNER,
  requestFor,
  restoreRig,
  runRestore,
  SCRATCH,
  SOURCE,
  START,
  TO,
} from '../../support/restore-rig.ts';
import type { RestoreRig } from '../../support/restore-rig.ts';
import { putInParts } from '../../support/put-in-parts.ts';
import { changeObject } from '../../support/s3-simulator/change-object.ts';
import { deleteObject } from '../../support/s3-simulator/delete-object.ts';
import { LostAnswer } from '../../support/s3-simulator/wire.ts';
import type { Wire } from '../../support/s3-simulator/wire.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { S3Error } from '../../support/s3-simulator/s3-error.ts';
import { bucketNamed, createBucket } from '../../support/s3-simulator/store.ts';
import type { Attributes } from '../../support/s3-simulator/stored-object.ts';

const DAY = 86_400_000;

/** Puts it so many days before the run. */
function put(rig: RestoreRig, key: string, content: string, { bucket = FROM, days = 1, attributes = {} }: Past = {}) {
  const { now } = rig.clock;
  rig.clock.now = START - days * DAY;
  const made = putObject(rig.store, { bucket, key, content, attributes });
  rig.clock.now = now;
  return made;
}

function remove(rig: RestoreRig, key: string, { bucket = FROM, days = 1 }: Past = {}) {
  const { now } = rig.clock;
  rig.clock.now = START - days * DAY;
  const made = deleteObject(rig.store, { bucket, key });
  rig.clock.now = now;
  return made;
}

interface Past {
  readonly bucket?: string;
  readonly days?: number;
  readonly attributes?: Partial<Attributes>;
}

describe('a restore', () => {
  it('brings back all that the destination holds, with all that belongs to it', async () => {
    const rig = restoreRig();
    put(rig, 'a/1', 'one', {
      attributes: { metadata: { camera: 'x100' }, tags: [{ key: 'k', value: 'v' }], websiteRedirect: '/there' },
    });
    put(rig, 'a/2', 'two');
    put(rig, 'b', '');
    putInParts(rig.store, { bucket: FROM, key: 'parts', sizes: [6 * 1024 ** 2, 5 * 1024 ** 2, 7] });
    const { report, lines, status } = await runRestore(rig, requestFor());
    expect(status).toBe('COMPLETED');
    expect(contentsOf(rig, TO)).toEqual(contentsOf(rig, FROM));
    expect(report?.counts).toMatchObject({ restored: { keys: 4 }, failed: 0, knownBy: { replica: 4 } });
    expect(lines.map(({ key, outcome }) => [key, outcome])).toEqual([
      ['a/1', 'restored'],
      ['a/2', 'restored'],
      ['b', 'restored'],
      ['parts', 'restored'],
    ]);
    expect(rig.mails.map(({ subject }) => subject)).toEqual([
      'COMPLETED restore photos-eu: 4 objects (11 MiB) restored from photos-eu to photos-back',
    ]);
    expect(await rig.files.read(paths.page({ token: 'token' }))).toBeDefined();
  });

  it('brings back the state of a moment', async () => {
    const rig = restoreRig();
    put(rig, 'kept', 'old', { days: 9 });
    put(rig, 'kept', 'new', { days: 2 });
    put(rig, 'removed', 'gone by then', { days: 9 });
    remove(rig, 'removed', { days: 7 });
    put(rig, 'later', 'x', { days: 2 });
    const at = new Date(START - 5 * DAY).toISOString();
    const { report, lines } = await runRestore(rig, requestFor({ at }));
    expect(lines.map(({ key }) => key)).toEqual(['kept']);
    expect(contentsOf(rig, TO).get('kept')).toMatchObject({ size: 3 });
    expect(report?.counts).toMatchObject({ removed: 1, notWrittenYet: 1 });
    const undeleted = await runRestore(rig, requestFor({ at, undelete: true, token: 'again' }));
    expect(undeleted.lines.map(({ key, outcome }) => [key, outcome])).toEqual([
      ['kept', 'restored'],
      ['removed', 'restored'],
    ]);
  });

  it('brings back no other state instead, where the destination keeps no versions and is written to meanwhile', async () => {
    const history: History = {
      async factsOf() {
        put(rig, 'k', 'newer', { days: 0 });
        return [];
      },
      now: async () => ({}),
    };
    const rig = restoreRig({ history });
    const suspend = () => {
      Object.assign(bucketNamed(rig.store, FROM), { versioning: 'suspended' });
      put(rig, 'k', 'old', { days: 9 });
    };
    const at = new Date(START - 5 * DAY).toISOString();
    const { lines, status } = await runRestore(rig, requestFor({ at, select: { key: objectKey('k') } }), {
      before: (step) => void (step === 'Plan' && suspend()),
    });
    expect(lines).toMatchObject([{ key: 'k', outcome: 'expired', version: 'null' }]);
    expect(status).toBe('EXPIRED');
    expect(contentsOf(rig, TO).size).toBe(0);
  });

  it.each(['off', 'suspended'] as const)(
    'brings back no moment out of a destination whose versioning is %s, and says what it can',
    async (versioning) => {
      const rig = restoreRig();
      put(rig, 'k', 'old', { days: 9 });
      Object.assign(bucketNamed(rig.store, FROM), { versioning });
      const at = new Date(START - 5 * DAY).toISOString();
      const to = { bucket: 'restored-new', create: true };
      const { status, because, report } = await runRestore(rig, requestFor({ at, to }));
      expect(status).toBe('FAILED');
      expect(because).toMatch(/"photos-eu" keeps no versions.*without --at/);
      expect(report?.problems.join()).toContain('without --at');
      expect(rig.store.buckets.has('restored-new')).toBe(false);
      expect(await runRestore(rig, requestFor({ token: 'now' }))).toMatchObject({ status: 'COMPLETED' });
    },
  );

  it.each([false, true])('writes to no destination, created or not (%s)', async (create) => {
    const rig = restoreRig();
    if (!create) createBucket(rig.store, { name: 'photos-dr', owner: OWNER, versioning: 'enabled' });
    put(rig, 'k', 'x');
    const { status, because } = await runRestore(rig, requestFor({ to: { bucket: 'photos-dr', create } }));
    expect(status).toBe('FAILED');
    expect(because).toMatch(/"photos-dr" is a destination.*--to-source/);
    expect(contentsOf(rig, 'photos-dr').size).toBe(0);
    expect(rig.store.buckets.has('photos-dr')).toBe(!create);
  });

  it.each(['off', 'suspended'] as const)(
    'replaces nothing in a target whose versioning is %s, as it would be lost for good',
    async (versioning) => {
      const rig = restoreRig({ versioning });
      put(rig, 'k', 'good');
      put(rig, 'k', 'spoilt', { bucket: TO });
      const before = contentsOf(rig, TO);
      const { status, because } = await runRestore(rig, requestFor({ existing: 'replace' }));
      expect(status).toBe('FAILED');
      expect(because).toMatch(/"photos-back" keeps no versions.*enable.*--new-bucket.*--existing skip/);
      expect(contentsOf(rig, TO)).toEqual(before);
      const skipping = await runRestore(rig, requestFor({ token: 'skip' }));
      expect(skipping.lines).toMatchObject([{ key: 'k', outcome: 'skipped' }]);
    },
  );

  it('replaces in a bucket that it makes, also if an attempt before was cut off before that kept versions', async () => {
    const rig = restoreRig();
    put(rig, 'k', 'x');
    const to = { bucket: 'restored-new', create: true };
    const tags = { [TARGET_TAG]: SOURCE, [MADE_BY_TAG]: 'token' };
    createBucket(rig.store, { name: 'restored-new', owner: OWNER, versioning: 'off', tags });
    expect(await runRestore(rig, requestFor({ to, existing: 'replace' }))).toMatchObject({ status: 'COMPLETED' });
    expect(rig.store.buckets.get('restored-new')?.versioning).toBe('enabled');
  });

  it.each([
    ['without tags', {}],
    ['made by another restore', { tags: { [TARGET_TAG]: SOURCE, [MADE_BY_TAG]: 'other' } }],
    ['of another source', { tags: { [TARGET_TAG]: 'films', [MADE_BY_TAG]: 'token' } }],
    ['marked by its owner', MARKED],
  ])('changes no setting of a bucket that is there already, %s, whatever the files of the run say', async (_, is) => {
    const rig = restoreRig();
    put(rig, 'k', 'x');
    await rig.files.write('work/token/new-bucket.json', '{}');
    createBucket(rig.store, { name: 'restored-new', owner: OWNER, versioning: 'off', ...is });
    const { status, because } = await runRestore(rig, requestFor({ to: { bucket: 'restored-new', create: true } }));
    expect({ status, because }).toMatchObject({ status: 'FAILED', because: expect.stringContaining('already') });
    expect(rig.store.buckets.get('restored-new')?.versioning).toBe('off');
    expect(contentsOf(rig, 'restored-new').size).toBe(0);
  });

  it('makes no bucket of another name', async () => {
    const rig = restoreRig();
    put(rig, 'k', 'x');
    const { status, because } = await runRestore(rig, requestFor({ to: { bucket: 'rescue', create: true } }));
    expect({ status, because }).toMatchObject({
      status: 'FAILED',
      because: expect.stringContaining('--new-bucket restored-rescue'),
    });
    expect(rig.store.buckets.has('rescue')).toBe(false);
  });

  const COMMANDS =
    /tag-resource .*s3:::b-b --tags Key=fanout-restore-target,Value=photos && .*put-bucket-abac .*--bucket b-b/;
  it.each<[name: string, is: object, because: RegExp | undefined]>([
    [SOURCE, {}, undefined],
    ['restored-b', { tags: MARKED.tags }, undefined],
    ['b-b', MARKED, undefined],
    ['b-b', {}, COMMANDS],
    ['b-b', { tags: { [TARGET_TAG]: 'films' }, abac: true }, COMMANDS],
    // The tag is there, and IAM does not see it.
    ['b-b', { tags: MARKED.tags }, /with: aws s3api put-bucket-abac [^&]*Status=Enabled –/],
    // Its name alone says nothing.
    ['restored-b', {}, /with: aws s3control tag-resource [^&]*Value=photos –/],
    ['cdk-hnb659fds-assets-111122223333-us-east-1', MARKED, /deploy or report from/],
    ['fanout-reconcile-photos-reports65402a0a-x', MARKED, /deploy or report from/],
    ['fanout-restore-photos-reports65402a0a-x', MARKED, /deploy or report from/],
    ['aws-cloudtrail-logs-111122223333-x', MARKED, /deploy or report from/],
    ['cf-templates-x-us-east-1', MARKED, /deploy or report from/],
    // Only rehearsals go there.
    [SCRATCH, {}, /is not marked as a target/],
  ])('writes into %s, which is %j, or says why not: %s', async (name, is, because) => {
    const rig = restoreRig();
    put(rig, 'k', 'x');
    createBucket(rig.store, { name, owner: OWNER, versioning: 'enabled', ...is });
    const restored = await runRestore(rig, requestFor({ to: { bucket: name } }));
    expect(restored.because ?? '').toMatch(because ?? /^$/);
    expect(restored.status).toBe(because === undefined ? 'COMPLETED' : 'FAILED');
    expect(contentsOf(rig, name).size).toBe(because === undefined ? 1 : 0);
  });

  it('brings back one version of one key', async () => {
    const rig = restoreRig();
    const { versionId } = put(rig, 'k', 'one');
    put(rig, 'k', 'three');
    const select = { key: objectKey('k') };
    const { lines } = await runRestore(rig, requestFor({ select, version: versionId }));
    expect(lines).toMatchObject([{ key: 'k', outcome: 'restored', version: versionId }]);
    expect(contentsOf(rig, TO).get('k')).toMatchObject({ size: 3 });
  });

  it('brings back the keys of a list, and tells of those that are not there', async () => {
    const rig = restoreRig();
    for (const key of ['a', 'ab', 'b', 'c']) put(rig, key, key);
    await rig.files.write(paths.keyFile({ token: 'token' }, 0), '"a"\n"b"\n');
    await rig.files.write(paths.keyFile({ token: 'token' }, 1), '"x"\n');
    const { lines, status } = await runRestore(rig, requestFor({ select: { keyFiles: 2 } }));
    expect(lines.map(({ key, outcome }) => [key, outcome])).toEqual([
      ['a', 'restored'],
      ['b', 'restored'],
      ['x', 'unknown'],
    ]);
    expect(status).toBe('PARTIAL');
  });

  it('tells of every key of a list what became of it, also where there was no object at that moment', async () => {
    const rig = restoreRig();
    put(rig, 'a', 'x', { days: 9 });
    put(rig, 'b', 'x', { days: 9 });
    remove(rig, 'b', { days: 7 });
    put(rig, 'c', 'x', { days: 2 });
    await rig.files.write(paths.keyFile({ token: 'token' }, 0), '"a"\n"b"\n"c"\n');
    const at = new Date(START - 5 * DAY).toISOString();
    const { lines } = await runRestore(rig, requestFor({ select: { keyFiles: 1 }, at }));
    expect(lines.map(({ key, outcome, reason }) => [key, outcome, reason])).toEqual([
      ['a', 'restored', expect.anything()],
      ['b', 'left', 'had been removed by then'],
      ['c', 'left', expect.stringContaining('not written yet')],
    ]);
  });

  it('fails where none of the keys of a list was there at that moment, and says so first', async () => {
    const rig = restoreRig();
    put(rig, 'b', 'x', { days: 9 });
    remove(rig, 'b', { days: 7 });
    put(rig, 'c', 'x', { days: 2 });
    await rig.files.write(paths.keyFile({ token: 'token' }, 0), '"b"\n"c"\n');
    const at = new Date(START - 5 * DAY).toISOString();
    const { status } = await runRestore(rig, requestFor({ select: { keyFiles: 1 }, at }));
    expect(status).toBe('FAILED');
    expect(rig.mails[0]?.subject).toMatch(/^FAILED restore photos-eu: Nothing was restored .*: None of the 2 keys/);
  });

  it('brings back a folder only, if that is asked for', async () => {
    const rig = restoreRig();
    for (const key of ['a/1', 'a/b/2', 'ab', 'b/3']) put(rig, key, key);
    const { lines } = await runRestore(rig, requestFor({ select: { prefix: 'a/' } }));
    expect(lines.map(({ key }) => key)).toEqual(['a/1', 'a/b/2']);
  });

  it('leaves out the canary, which is nobody’s', async () => {
    const rig = restoreRig();
    for (const key of ['.fanout-canary/heartbeat', 'k']) put(rig, key, key);
    const { lines } = await runRestore(rig, requestFor());
    expect(lines.map(({ key }) => key)).toEqual(['k']);
  });

  it('overwrites nothing, and says what it left', async () => {
    const rig = restoreRig();
    put(rig, 'same', 'x');
    put(rig, 'same', 'x', { bucket: TO });
    put(rig, 'other', 'old');
    put(rig, 'other', 'theirs', { bucket: TO });
    put(rig, 'removed', 'x');
    put(rig, 'removed', 'y', { bucket: TO });
    remove(rig, 'removed', { bucket: TO });
    const before = contentsOf(rig, TO);
    const { lines } = await runRestore(rig, requestFor());
    expect(lines.map(({ key, outcome }) => [key, outcome])).toEqual([
      ['other', 'skipped'],
      ['removed', 'restored'],
      ['same', 'same'],
    ]);
    expect(contentsOf(rig, TO).get('other')).toEqual(before.get('other'));
  });

  it('replaces what is there, if told to; also if only the tags are others', async () => {
    const rig = restoreRig();
    put(rig, 'other', 'old');
    put(rig, 'other', 'theirs', { bucket: TO });
    put(rig, 'tags', 'x', { attributes: { tags: [{ key: 'a', value: '1' }] } });
    put(rig, 'tags', 'x', { bucket: TO, attributes: { tags: [{ key: 'a', value: '2' }] } });
    await runRestore(rig, requestFor({ existing: 'replace' }));
    expect(contentsOf(rig, TO)).toEqual(contentsOf(rig, FROM));
  });

  it('never puts anything over what is newer than itself', async () => {
    const rig = restoreRig();
    put(rig, 'k', 'old');
    put(rig, 'k', 'theirs', { bucket: TO });
    rig.clock.now += 5000;
    const request = requestFor({ existing: 'replace' });
    const { lines } = await runRestore(rig, request, {
      before(name) {
        if (name === 'restore') putObject(rig.store, { bucket: TO, key: 'k', content: 'newer' });
      },
    });
    expect(lines).toMatchObject([{ outcome: 'skipped', reason: expect.stringContaining('newer') }]);
    expect(contentsOf(rig, TO).get('k')).toMatchObject({ size: 5 });
  });

  it('lists in a dry run exactly what the run then does, and changes nothing', async () => {
    const rig = restoreRig();
    put(rig, 'new', 'x');
    put(rig, 'same', 'x');
    put(rig, 'same', 'x', { bucket: TO });
    put(rig, 'other', 'old');
    put(rig, 'other', 'theirs', { bucket: TO });
    put(rig, 'cold', 'x', { attributes: { storageClass: 'GLACIER' } });
    const before = contentsOf(rig, TO);
    const dry = await runRestore(rig, requestFor({ dryRun: true, token: 'dry' }));
    expect(contentsOf(rig, TO)).toEqual(before);
    expect(rig.thawed).toEqual([]);
    const waited = () => void changeObject(rig.store, { bucket: FROM, key: 'cold' }, { restore: 'restored' });
    const wet = await runRestore(rig, requestFor(), { waited });
    const bare = ({ key, outcome, version, size }: (typeof dry.lines)[number]) => ({ key, outcome, version, size });
    expect(dry.lines.map(bare)).toEqual(wet.lines.map(bare));
    expect(dry.report?.counts.restored).toEqual(wet.report?.counts.restored);
  });

  it('waits for what is archived, and asks for it once', async () => {
    const rig = restoreRig();
    put(rig, 'cold', 'x', { attributes: { storageClass: 'DEEP_ARCHIVE' } });
    put(rig, 'warm', 'x');
    let looks = 0;
    const { lines, report } = await runRestore(rig, requestFor({ tier: 'bulk' }), {
      waited() {
        if (++looks === 40) changeObject(rig.store, { bucket: FROM, key: 'cold' }, { restore: 'restored' });
      },
    });
    expect(rig.thawed).toMatchObject([{ key: 'cold', tier: 'bulk' }]);
    expect(lines.map(({ key, outcome }) => [key, outcome])).toEqual([
      ['cold', 'restored'],
      ['warm', 'restored'],
    ]);
    expect(report?.counts.fromArchive).toBe(1);
  });

  it('tells the archive in which tier of Intelligent-Tiering the version is', async () => {
    const rig = restoreRig();
    put(rig, 'cold', 'x');
    const change = { storageClass: 'INTELLIGENT_TIERING', archiveStatus: 'DEEP_ARCHIVE_ACCESS' };
    changeObject(rig.store, { bucket: FROM, key: 'cold' }, change);
    await runRestore(rig, requestFor({ tier: 'expedited' }));
    expect(rig.thawed[0]).toMatchObject({ archiveStatus: 'DEEP_ARCHIVE_ACCESS', tier: 'expedited' });
  });

  it.each(TIERS)('gives up what the archive does not give back (%s), in one execution', async (tier) => {
    const rig = restoreRig();
    put(rig, 'cold', 'x', { attributes: { storageClass: 'DEEP_ARCHIVE' } });
    let looks = 0;
    const { lines, status } = await runRestore(rig, requestFor({ tier }), {
      before: (step) => void (step === 'finish' && looks++),
    });
    expect(rig.clock.now - START).toBeGreaterThan(7 * DAY);
    // Nine events each, of 25,000.
    expect(looks).toBeLessThan(1500);
    expect(lines).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('archive') }]);
    expect(status).toBe('FAILED');
    expect(rig.thawed.length).toBeLessThan(4);
  });

  it('copies in several invocations what is longer than one', async () => {
    const rig = restoreRig({ partsPerInvocation: 2 });
    const MIB = 1024 ** 2;
    putInParts(rig.store, { bucket: FROM, key: 'long', sizes: [5 * MIB, 5 * MIB, 5 * MIB, 5 * MIB, MIB] });
    const { lines, report } = await runRestore(rig, requestFor());
    expect(lines).toMatchObject([{ key: 'long', outcome: 'restored' }]);
    expect(report?.counts).toMatchObject({ long: 1, restored: { keys: 1, bytes: 21 * MIB } });
    expect(contentsOf(rig, TO)).toEqual(contentsOf(rig, FROM));
    expect(bucketNamed(rig.store, TO).uploads.size).toBe(0);
  });

  it('goes on with a long copy as the version is encrypted, also where S3 did not say at once how that is', async () => {
    const rig = restoreRig({ partsPerInvocation: 2 });
    const MIB = 1024 ** 2;
    putInParts(rig.store, { bucket: FROM, key: 'long', sizes: [5 * MIB, 5 * MIB, 5 * MIB, 5 * MIB, MIB] });
    const written: (string | undefined)[] = [];
    let looks = 0;
    const world = () => {
      const inner = rig.world();
      const open: World['open'] = (run) => {
        const opened = inner.open(run);
        return {
          ...opened,
          version(id) {
            const bucket = opened.version(id);
            return {
              ...bucket,
              async head(key, options) {
                if (++looks === 2) throw new BucketError('no answer', { code: 'status 503', cause: undefined });
                const state = await bucket.head(key, options);
                return state && looks > 2 ? { ...state, kms: true } : state;
              },
            };
          },
          copying(id, settings) {
            written.push(settings.ServerSideEncryption);
            return opened.copying(id, settings);
          },
        };
      };
      return { ...inner, open };
    };
    const { lines } = await runRestore({ ...rig, world }, requestFor());
    expect(lines).toMatchObject([{ key: 'long', outcome: 'restored' }]);
    expect(looks).toBeGreaterThan(2);
    // But for the first look, which hands it over before anything is written.
    expect(new Set(written.slice(1))).toEqual(new Set(['aws:kms']));
  });

  it('tells of a version that retention has removed', async () => {
    const rig = restoreRig();
    const { versionId } = put(rig, 'k', 'x');
    deleteObject(rig.store, { bucket: FROM, key: 'k', versionId });
    const select = { key: objectKey('k') };
    const { lines, status } = await runRestore(rig, requestFor({ select, version: versionId }));
    expect(lines).toMatchObject([{ outcome: 'unknown' }]);
    expect(status).toBe('FAILED');
  });

  it('says what cannot be copied, and goes on with the rest', async () => {
    const rig = restoreRig();
    put(rig, 'secret', 'x', { attributes: { encryption: { type: 'SSE-C' } } });
    put(rig, 'plain', 'x');
    const { lines, status } = await runRestore(rig, requestFor());
    expect(lines).toMatchObject([
      { key: 'plain', outcome: 'restored' },
      { key: 'secret', outcome: 'failed' },
    ]);
    expect(status).toBe('PARTIAL');
  });
});

describe('with a ledger', () => {
  const day = (days: number) => new Date(START - days * DAY);
  const fact = (etag: string, versionId: string, days: number): Fact => ({
    fact: 'version',
    source: { etag, versionId: `source-${versionId}`, lastModified: day(days), size: 3 },
    replica: { etag, versionId },
    eventAt: day(days),
  });

  it('a moment is one of the source, not of the copies', async () => {
    const facts: Fact[] = [];
    const rig = restoreRig({ history: { factsOf: async () => facts, now: async () => ({}) } });
    // Both were copied on one day, as after a long pause.
    for (const [content, days] of [
      ['old', 9],
      ['new', 5],
    ] as const) {
      const { etag, versionId } = put(rig, 'k', content, { days: 1 });
      facts.push(fact(etag, versionId, days));
    }
    const { lines, report } = await runRestore(rig, requestFor({ at: day(7).toISOString() }));
    expect(lines).toMatchObject([{ key: 'k', outcome: 'restored', since: day(9).toISOString(), knownBy: 'event' }]);
    expect(report?.counts.knownBy).toEqual({ event: 1 });
    expect(contentsOf(rig, TO)).not.toEqual(contentsOf(rig, FROM));
  });

  it('a state whose version retention has removed is told as expired', async () => {
    const facts = [fact('0cc175b9c0f1b6a831c399e269772661', 'gone', 9)];
    const rig = restoreRig({ history: { factsOf: async () => facts, now: async () => ({}) } });
    const { etag, versionId } = put(rig, 'k', 'new', { days: 1 });
    facts.push(fact(etag, versionId, 5));
    const { lines, report } = await runRestore(rig, requestFor({ at: day(7).toISOString() }));
    expect(lines).toMatchObject([{ key: 'k', outcome: 'expired', version: 'gone' }]);
    expect(report).toMatchObject({ status: 'EXPIRED', remedy: expect.stringContaining('another destination') });
    expect(contentsOf(rig, TO).size).toBe(0);
  });
});

describe('what is asked for is looked at first:', () => {
  it('a moment in the future', async () => {
    const rig = restoreRig();
    const at = new Date(START + DAY).toISOString();
    const { because, status, report } = await runRestore(rig, requestFor({ at }));
    expect(because).toMatch(/future/);
    expect(status).toBe('FAILED');
    expect(report?.cause).toMatch(/future/);
  });

  it('a moment before the first copy', async () => {
    const rig = restoreRig();
    put(rig, 'k', 'x', { days: 3 });
    const at = new Date(START - 9 * DAY).toISOString();
    const { report } = await runRestore(rig, requestFor({ at }));
    expect(report).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('before the first copy') });
  });

  it('a bucket that is not there', async () => {
    const { because } = await runRestore(restoreRig(), requestFor({ to: { bucket: 'nowhere' } }));
    expect(because).toMatch(/There is no bucket "nowhere"/);
  });

  it('a new bucket that is there already', async () => {
    const rig = restoreRig();
    createBucket(rig.store, { name: 'restored-b', owner: OWNER });
    const { because } = await runRestore(rig, requestFor({ to: { bucket: 'restored-b', create: true } }));
    expect(because).toMatch(/There is a bucket "restored-b" already/);
  });

  it('a new bucket, which is made; also if the first attempt broke off behind it', async () => {
    let broken = false;
    const rig = restoreRig({
      onWrite(name) {
        if (!name.endsWith('plan.json') || broken) return;
        broken = true;
        throw new Error('cut off');
      },
    });
    put(rig, 'k', 'x');
    const { status } = await runRestore(rig, requestFor({ to: { bucket: 'restored-new', create: true } }));
    expect(status).toBe('COMPLETED');
    expect(contentsOf(rig, 'restored-new').size).toBe(1);
  });

  it('a token that another run has', async () => {
    const rig = restoreRig();
    put(rig, 'k', 'x');
    await runRestore(rig, requestFor());
    const text = (await rig.files.read(paths.report({ token: 'token' })))?.text;
    const { because } = await runRestore(rig, requestFor({ existing: 'replace' }), { execution: 'arn:another' });
    expect(because).toMatch(/used before.*another request/);
    expect((await rig.files.read(paths.report({ token: 'token' })))?.text).toBe(text);
  });
});

describe('whatever S3 answers,', () => {
  const faults: Readonly<Record<string, (call: { operation: string }) => unknown>> = {
    '503': () => new S3Error('SlowDown'),
    '500, though it is done': () => new LostAnswer('InternalError'),
    'a reset, though it is done': () => new LostAnswer('ECONNRESET'),
    '409': () => new S3Error('ConditionalRequestConflict'),
    '412': () => new S3Error('PreconditionFailed'),
  };
  for (const [name, fault] of Object.entries(faults)) {
    it(`also ${name}, the target holds what was to be restored, and the report says so`, async () => {
      const seen = new Map<string, number>();
      const wire: Wire = async (call, serve) => {
        const times = (seen.get(call.key) ?? 0) + 1;
        if (call.operation === 'CopyObject') seen.set(call.key, times);
        if (call.operation !== 'CopyObject' || times > 2) return serve(async () => undefined);
        const error = fault(call);
        if (error instanceof LostAnswer) await serve(async () => undefined);
        throw error;
      };
      const rig = restoreRig({ wire });
      for (const key of ['a', 'b']) put(rig, key, key);
      const { report, status } = await runRestore(rig, requestFor());
      expect(status).toBe('COMPLETED');
      expect(report?.counts.restored.keys).toBe(2);
      expect(contentsOf(rig, TO)).toEqual(contentsOf(rig, FROM));
    });
  }

  it('an object that comes meanwhile stays', async () => {
    const box: { rig?: RestoreRig } = {};
    const wire: Wire = (call, serve) =>
      serve(async (step) => {
        if (call.operation === 'CopyObject' && step === 'commit' && box.rig !== undefined)
          putObject(box.rig.store, { bucket: TO, key: call.key, content: 'theirs' });
      });
    const rig = restoreRig({ wire });
    box.rig = rig;
    put(rig, 'k', 'x');
    for (const existing of ['skip', 'replace'] as const) {
      const { lines } = await runRestore(rig, requestFor({ existing, token: existing }));
      expect(lines).toMatchObject([{ key: 'k', outcome: 'skipped' }]);
    }
    expect(contentsOf(rig, TO).get('k')).toMatchObject({ size: 6 });
  });

  it('a refusal is told with its reason, and the rest goes on', async () => {
    const wire: Wire = (call, serve) => {
      if (call.operation === 'CopyObject' && call.key === 'k') throw new S3Error('AccessDenied');
      return serve(async () => undefined);
    };
    const rig = restoreRig({ wire });
    for (const key of ['a', 'k']) put(rig, key, key);
    const { lines, report } = await runRestore(rig, requestFor());
    expect(lines).toMatchObject([
      { key: 'a', outcome: 'restored' },
      { key: 'k', outcome: 'failed', reason: expect.stringContaining('AccessDenied') },
    ]);
    expect(report).toMatchObject({ status: 'PARTIAL', examples: [{ key: 'k' }] });
  });

  it('a ledger that does not answer is no reason to go by other times', async () => {
    const fail = async () => {
      throw new Error('throttled');
    };
    const rig = restoreRig({ history: { factsOf: fail, now: fail } });
    put(rig, 'k', 'x');
    const { report } = await runRestore(rig, requestFor());
    expect(report).toMatchObject({ status: 'FAILED', problems: [expect.stringContaining('throttled')] });
    expect(contentsOf(rig, TO).size).toBe(0);
  });
});
