import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rehearsalPaths } from '../../../../functions/restore/rehearsal/rehearsal.ts';
import type { History } from '../../../../shared/ledger/dynamo-history.ts';
import { CANARY_KEY } from '../../../../shared/names.ts';
import { putInParts } from '../../../support/put-in-parts.ts';
import { REHEARSAL, rehearsalRig, runRehearsal } from '../../../support/rehearsal-rig.ts';
import { contentsOf, FROM, SCRATCH, SOURCE, START } from '../../../support/restore-rig.ts';
import type { RestoreRig, RigOptions } from '../../../support/restore-rig.ts';
import { changeObject } from '../../../support/s3-simulator/change-object.ts';
import { corruptObject } from '../../../support/s3-simulator/corrupt-object.ts';
import { deleteObject } from '../../../support/s3-simulator/delete-object.ts';
import { LostAnswer } from '../../../support/s3-simulator/wire.ts';
import type { Wire } from '../../../support/s3-simulator/wire.ts';
import { putObject } from '../../../support/s3-simulator/put-object.ts';
import { S3Error } from '../../../support/s3-simulator/s3-error.ts';
import { bucketNamed, changeBucket, currentVersion } from '../../../support/s3-simulator/store.ts';
import type { Attributes } from '../../../support/s3-simulator/stored-object.ts';

const DAY = 86_400_000;
const IN_SCRATCH = `${SCRATCH}${REHEARSAL.token}/`;

function put(rig: RestoreRig, key: string, content: string, { bucket = FROM, days = 1, attributes = {} }: Past = {}) {
  const { now } = rig.clock;
  rig.clock.now = START - days * DAY;
  const made = putObject(rig.store, { bucket, key, content, attributes });
  rig.clock.now = now;
  return made;
}

interface Past {
  readonly bucket?: string;
  readonly days?: number;
  readonly attributes?: Partial<Attributes>;
}

/** The same on both sides, as the replicator leaves it. */
function putBoth(rig: RestoreRig, key: string, content: string, past: Past = {}) {
  put(rig, key, content, { ...past, bucket: SOURCE, days: (past.days ?? 1) + 1 });
  return put(rig, key, content, past);
}

function filled(options: RigOptions = {}): RestoreRig {
  const rig = rehearsalRig(options);
  putBoth(rig, 'a/1', 'one', { attributes: { metadata: { camera: 'x100' }, tags: [{ key: 'k', value: 'v' }] } });
  putBoth(rig, 'a/2', 'two');
  putBoth(rig, 'b', '');
  for (const bucket of [SOURCE, FROM]) putInParts(rig.store, { bucket, key: 'parts', sizes: [5 * 1024 ** 2, 7] });
  return rig;
}

const LARGE = { rehearsals: { maxBytes: 20 * 1024 ** 2 } };

describe('a rehearsal', () => {
  it('restores into the scratch bucket, finds all of it equal to the source, and tells nobody', async () => {
    const rig = filled(LARGE);
    putBoth(rig, CANARY_KEY, 'beat');
    const { result, succeeded, lines } = await runRehearsal(rig);
    expect(succeeded).toBe(true);
    expect(result).toMatchObject({
      succeeded: true,
      destination: FROM,
      cause: expect.stringMatching(/^4 objects came back as they should be, 1 object of them as of 2026-11-2/),
      earlier: { equal: 1, left: 0 },
      chosen: 4,
      objects: 4,
      bytes: 5 * 1024 ** 2 + 7 + 6,
      comparedWith: { source: 4, record: 0, replica: 0 },
      examples: [],
    });
    expect(lines.map(({ key, outcome }) => [key, outcome])).toEqual(
      ['a/1', 'a/2', 'b', 'parts'].map((key) => [key, 'equal']),
    );
    expect([...contentsOf(rig, IN_SCRATCH).keys()]).toEqual(['a/1', 'a/2', 'b', 'parts']);
    expect(rig.mails).toEqual([]);
    expect(rig.metrics).toEqual([
      {
        destination: FROM,
        metrics: {
          RehearsalSucceeded: 1,
          RehearsalObjects: 4,
          RehearsalBytes: result?.bytes,
          RehearsalSeconds: 0,
          RehearsalAge: 0,
        },
      },
    ]);
    expect(memoryOf(rig)).toMatchObject({ last: { succeeded: true, objects: 4 }, succeededAt: result?.endedAt });
  });

  it('fails where the table of the history is gone, as no moment could be restored then', async () => {
    const gone: History = {
      factsOf: async () => {
        throw new Error('ResourceNotFoundException: photos-eu-versions');
      },
      now: async () => ({}),
    };
    const rig = filled({ ...LARGE, history: gone });
    const { result } = await runRehearsal(rig);
    expect(result).toMatchObject({ succeeded: false });
    expect(JSON.stringify(result)).toContain('photos-eu-versions');
    expect(rig.mails).toHaveLength(1);
    expect(rig.metrics).toMatchObject([{ metrics: { RehearsalSucceeded: 0 } }]);
    expect(memoryOf(rig)).toMatchObject({ last: { succeeded: false } });
  });

  it('fails where the history knows nothing of what was written since rehearsals began', async () => {
    const empty: History = { factsOf: async () => [], now: async () => ({}) };
    const since = (days: number) => JSON.stringify({ since: new Date(START - days * DAY).toISOString() });
    const [young, old] = [filled({ ...LARGE, history: empty }), filled({ ...LARGE, history: empty })];
    // What is older than all rehearsals may be older than the history.
    await old.files.write(rehearsalPaths.memory(FROM), since(0));
    expect((await runRehearsal(old)).result).toMatchObject({ succeeded: true, earlier: { unrecorded: 0 } });
    await young.files.write(rehearsalPaths.memory(FROM), since(30));
    expect((await runRehearsal(young)).result).toMatchObject({
      succeeded: false,
      cause: expect.stringMatching(/^The history knows nothing of 1 object that/),
    });
  });

  it.each([
    ['copied since the rehearsals began: it was emptied', { since: 30, historyDays: 400 }, 1],
    ['copied before them: it may be younger', { since: 0, historyDays: 400 }, 0],
    ['copied longer ago than it is kept: its records went', { since: 900, historyDays: 3 }, 0],
  ])('judges an empty history beside a whole ledger by what was %s', async (_, { since, historyDays }, unrecorded) => {
    const lost: History = {
      factsOf: async () => [],
      async now(key) {
        const version = currentVersion(bucketNamed(rig.store, FROM), key);
        if (version?.kind !== 'object') return {};
        const { etag, versionId, modified } = version;
        return { source: { etag, lastModified: new Date(modified) }, replica: { etag, versionId } };
      },
    };
    const rig = filled({ rehearsals: { ...LARGE.rehearsals, historyDays }, history: lost });
    rig.clock.now += 5 * DAY;
    const began = new Date(START - since * DAY).toISOString();
    await rig.files.write(rehearsalPaths.memory(FROM), JSON.stringify({ since: began }));
    const { result } = await runRehearsal(rig);
    expect(result?.earlier).toMatchObject({ equal: 1, recorded: 0, unrecorded });
    expect(result?.succeeded).toBe(unrecorded === 0);
  });

  it('brings some back as they were at a moment since the last one, also if they were overwritten or not there', async () => {
    const keys = Array.from({ length: 40 }, (_, number) => `k/${number}`);
    const rig = rehearsalRig(LARGE);
    for (const [number, key] of keys.entries()) {
      if (number % 2 === 0) putBoth(rig, key, 'old', { days: 9 });
      putBoth(rig, key, 'newer', { days: 0 });
    }
    const startedAt = new Date(START - 5 * DAY).toISOString();
    await rig.files.write(rehearsalPaths.memory(FROM), JSON.stringify({ since: startedAt, last: { startedAt } }));
    const { result } = await runRehearsal(rig);
    expect(result).toMatchObject({ succeeded: true, chosen: result?.chosen, gone: 0 });
    const { earlier = { at: '', equal: 0, left: 0 }, chosen = 0, objects = 0 } = result ?? {};
    expect(earlier.equal).toBeGreaterThan(0);
    expect(earlier.left).toBeGreaterThan(0);
    expect(objects + earlier.left).toBe(chosen);
    expect(Date.parse(earlier.at)).toBeGreaterThanOrEqual(START - 5 * DAY);
    const sizes = [...contentsOf(rig, IN_SCRATCH).values()]
      .map((seen) => JSON.stringify(seen))
      .filter((text) => text.includes('"size":3'));
    expect(sizes).toHaveLength(earlier.equal);
  });

  it('asks for no moment where no versions are kept', async () => {
    const rig = filled(LARGE);
    changeBucket(rig.store, FROM, { versioning: 'suspended' });
    const { result } = await runRehearsal(rig);
    expect(result).toMatchObject({ succeeded: true, objects: 4 });
    expect(result).not.toHaveProperty('earlier');
  });

  it('compares with what was recorded where the source has changed since', async () => {
    const rig = filled(LARGE);
    put(rig, 'a/1', 'newer', { bucket: SOURCE, days: 0 });
    putInParts(rig.store, { bucket: SOURCE, key: 'parts', sizes: [5 * 1024 ** 2, 8] });
    deleteObject(rig.store, { bucket: SOURCE, key: 'a/2' });
    const { result, lines } = await runRehearsal(rig);
    expect(result).toMatchObject({ succeeded: true, comparedWith: { source: 1, record: 2, replica: 1 } });
    expect(lines).toMatchObject([{ by: 'record' }, { by: 'record' }, { by: 'source' }, { by: 'replica' }]);
  });

  it('leaves out and counts what is archived, also what only a look at it shows', async () => {
    const rig = filled(LARGE);
    put(rig, 'cold', 'cold', { attributes: { storageClass: 'DEEP_ARCHIVE' } });
    put(rig, 'tiered', 'tiered', { attributes: { storageClass: 'INTELLIGENT_TIERING' } });
    changeObject(rig.store, { bucket: FROM, key: 'tiered' }, { archiveStatus: 'ARCHIVE_ACCESS' });
    const { result } = await runRehearsal(rig);
    expect(result).toMatchObject({ succeeded: true, objects: 4, listed: { objects: 6, leftOut: { archived: 2 } } });
    expect(rig.thawed).toEqual([]);
  });

  it('succeeds at a destination that holds nothing, and fails at one of which nothing can be rehearsed', async () => {
    const [empty, cold] = [rehearsalRig(), rehearsalRig()];
    expect((await runRehearsal(empty)).result).toMatchObject({ succeeded: true, objects: 0 });
    put(cold, 'cold', 'cold', { attributes: { storageClass: 'GLACIER' } });
    expect((await runRehearsal(cold)).result).toMatchObject({
      succeeded: false,
      cause: 'None of 1 object can be rehearsed: they are archived, or too large',
    });
    expect(cold.mails).toHaveLength(1);
  });

  it('takes what is gone from the destination meanwhile for no failure', async () => {
    const rig = filled(LARGE);
    const { result } = await runRehearsal(rig, {
      before: (name) => {
        if (name === 'Begin') bucketNamed(rig.store, FROM).keys.delete('a/2');
      },
    });
    expect(result).toMatchObject({ succeeded: true, chosen: 4, objects: 3, gone: 1 });
  });
});

describe('it fails, says which key and tells by mail', () => {
  it.each<[name: string, harm: (rig: RestoreRig) => void, key: string, reason: unknown]>([
    [
      'where a replica was overwritten by somebody else',
      (rig) => put(rig, 'a/2', 'foreign', { days: 0 }),
      'a/2',
      'its bytes differ from those of the source',
    ],
    [
      'where the bytes of a replica have changed under its ETag',
      (rig) => corruptObject(rig.store, { bucket: FROM, key: 'a/2' }),
      'a/2',
      'its bytes differ from those of the source',
    ],
    [
      'where they have, and the source has changed since',
      (rig) => {
        corruptObject(rig.store, { bucket: FROM, key: 'a/2' });
        put(rig, 'a/2', 'newer', { bucket: SOURCE, days: 0 });
      },
      'a/2',
      'its bytes are not those of which the checksum was recorded',
    ],
    [
      'where an object cannot be read',
      (rig) => changeObject(rig.store, { bucket: FROM, key: 'b' }, { encryption: { type: 'SSE-C' } }),
      'b',
      expect.stringContaining('Server Side Encryption'),
    ],
  ])('%s', async (_, harm, key, reason) => {
    const rig = filled(LARGE);
    harm(rig);
    const { result, succeeded } = await runRehearsal(rig);
    expect(succeeded).toBe(false);
    expect(result?.examples).toEqual([{ key, reason }]);
    expect(result).toMatchObject({
      objects: 3,
      cause: expect.stringContaining('1 object could not be restored, or came back'),
    });
    const [mail] = rig.mails;
    expect(rig.mails).toHaveLength(1);
    expect(mail?.subject).toMatch(/^FAILED rehearsal photos-eu: /);
    expect(mail?.text).toContain(`* ${key}\n    ${result?.examples[0]?.reason}`);
    expect(rig.metrics).toMatchObject([{ metrics: { RehearsalSucceeded: 0, RehearsalObjects: 3 } }]);
    expect(memoryOf(rig)).not.toHaveProperty('succeededAt');
  });

  it('where what was restored is damaged, or lost, in the scratch bucket', async () => {
    const rig = filled(LARGE);
    let done = false;
    const { result } = await runRehearsal(rig, {
      before(name) {
        if (name !== 'compare' || done) return;
        done = true;
        corruptObject(rig.store, { bucket: IN_SCRATCH, key: 'a/1' });
        deleteObject(rig.store, { bucket: IN_SCRATCH, key: 'b' });
      },
    });
    expect(result?.examples).toEqual([
      { key: 'a/1', reason: 'its bytes differ from those of the source' },
      { key: 'b', reason: 'it is not in the scratch bucket' },
    ]);
  });

  it('where tags or metadata differ', async () => {
    const rig = filled(LARGE);
    let done = false;
    const { result } = await runRehearsal(rig, {
      before(name) {
        if (name !== 'compare' || done) return;
        done = true;
        changeObject(rig.store, { bucket: IN_SCRATCH, key: 'a/1' }, { tags: [{ key: 'k', value: 'other' }] });
        putObject(rig.store, { bucket: IN_SCRATCH, key: 'b', content: '', attributes: { metadata: { other: '1' } } });
      },
    });
    expect(result?.examples.map(({ reason }) => reason)).toEqual(['its tags differ', 'its metadata differ']);
  });

  it('where a step failed for good', async () => {
    const rig = filled(LARGE);
    const { result } = await runRehearsal(rig, {
      before(name) {
        if (name === 'compare') throw new Error('Lambda is out of order');
      },
    });
    expect(result).toMatchObject({
      succeeded: false,
      cause: 'The step "compare" failed: Lambda is out of order',
      objects: 0,
    });
    expect(rig.mails).toHaveLength(1);
  });
});

describe('whatever S3 answers', () => {
  it('comes to the same, or says that it could not compare', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(999)), async (chances) => {
        const wire: Wire = async (_, serve) => {
          const luck = Number(chances.next().value) / 1000;
          if (luck < 0.05) throw new S3Error('SlowDown');
          if (luck < 0.1) throw new LostAnswer('The operation timed out');
          if (luck < 0.12) {
            await serve(() => Promise.resolve());
            throw new LostAnswer('The answer was lost');
          }
          return serve(() => Promise.resolve());
        };
        const rig = filled({ ...LARGE, wire });
        const { result, succeeded } = await runRehearsal(rig, { attempts: 20 });
        const wrong = result?.examples.length ?? 0;
        expect(succeeded).toBe(wrong === 0);
        expect((result?.comparedWith.source ?? 0) + wrong).toBe(4);
        for (const { reason } of result?.examples ?? [])
          expect(reason).toMatch(/reduce your request rate|no answer|timed out|rounds/);
      }),
      { numRuns: 20 },
    );
  });

  it('ends the same when it is cut off at any write, and gone on with in many invocations', async () => {
    const whole = await runRehearsal(filled(LARGE));
    await fc.assert(
      fc.asyncProperty(fc.nat(30), fc.integer({ min: 1, max: 40 }), async (at, looks) => {
        let writes = 0;
        const onWrite = () => {
          if (writes++ === at) throw new Error('The function was killed');
        };
        const rig = filled({ ...LARGE, onWrite });
        let asked = 0;
        // Time is up after so many looks at the clock, in every invocation.
        rig.time.remaining = () => (++asked % looks === 0 && looks > 3 ? 30_000 : 900_000);
        const cut = await runRehearsal(rig, { attempts: 50 });
        const { endedAt: _, seconds: __, compared: ___, ...result } = cut.result ?? {};
        expect(whole.result).toMatchObject(result);
        expect(cut.lines).toEqual(whole.lines);
      }),
      { numRuns: 20 },
    );
  });
});

it('goes by what the ledger says where times cannot tell', async () => {
  const history: History = {
    factsOf: async () => [],
    now: async () => ({
      source: { etag: made.etag, lastModified: new Date(START - 3 * DAY) },
      replica: { etag: made.etag, versionId: made.versionId },
    }),
  };
  const rig = rehearsalRig({ history });
  const made = put(rig, 'k', 'old');
  // Its upload had begun before the replica was written, and ended after that.
  put(rig, 'k', 'new', { bucket: SOURCE, days: 2 });
  const { lines } = await runRehearsal(rig);
  expect(lines).toMatchObject([{ key: 'k', outcome: 'equal', by: 'record' }]);
});

it('meets nothing of another rehearsal in the scratch bucket', async () => {
  const rig = filled(LARGE);
  await runRehearsal(rig);
  put(rig, 'a/2', 'foreign', { days: 0 });
  const { result } = await runRehearsal(rig, { rehearsal: { ...REHEARSAL, token: 'rehearsal-2' } });
  expect(result).toMatchObject({ succeeded: false, examples: [{ key: 'a/2' }] });
  // The last good one is still remembered.
  expect(memoryOf(rig)).toMatchObject({
    last: { token: 'rehearsal-2', succeeded: false },
    succeededAt: expect.anything(),
  });
});

function memoryOf({ files }: RestoreRig): unknown {
  return JSON.parse(files.all.get(rehearsalPaths.memory(FROM)) ?? 'null');
}
