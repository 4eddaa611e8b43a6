import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { converge } from '../../../functions/replicate/converge.ts';
import { settingsFrom } from '../../../functions/replicate/settings.ts';
import { worldFor } from '../../../functions/replicate/world.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { putInParts } from '../../support/put-in-parts.ts';
import { created, DESTINATION, SOURCE, startRig } from '../../support/replicate-rig.ts';
import type { Rig } from '../../support/replicate-rig.ts';
import { contentChecksum } from '../../support/s3-simulator/content.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import type { Step } from '../../support/s3-simulator/serve.ts';
import { bucketNamed, currentVersion } from '../../support/s3-simulator/store.ts';
import type { StoredObject } from '../../support/s3-simulator/stored-object.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
let rig: Rig;
let onStep: (step: Step) => void = () => undefined;

beforeEach(async () => {
  onStep = () => undefined;
  rig = await startRig({ onStep: (step) => onStep(step) });
  // Waits between attempts are real here, and short.
  vi.spyOn(Math, 'random').mockReturnValue(0.001);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rig.s3.close();
});

const source = { bucket: SOURCE.name, key: 'k' };

function replica(): StoredObject {
  const version = currentVersion(bucketNamed(rig.store, DESTINATION.name), 'k');
  if (version?.kind !== 'object') throw new Error('There is no replica');
  return version;
}

function openUploads(): number {
  return bucketNamed(rig.store, DESTINATION.name).uploads.size;
}

const attributes = {
  headers: { 'content-type': 'video/mp4', 'cache-control': 'no-store', expires: 'Thu, 01 Dec 2033 16:00:00 GMT' },
  metadata: { camera: 'x100' },
  tags: [{ key: 'project', value: 'a b&c=d' }],
  websiteRedirect: '/elsewhere',
};

function expectSame(original: StoredObject): void {
  const { etag, content, headers, metadata, tags, websiteRedirect, checksum } = original;
  expect(replica()).toMatchObject({ etag, headers, metadata, tags, checksum });
  expect(replica().websiteRedirect).toBe(websiteRedirect);
  expect(replica().content.size).toBe(content.size);
  expect(contentChecksum(replica().content, 'SHA256')).toBe(contentChecksum(content, 'SHA256'));
  expect(openUploads()).toBe(0);
}

describe('an object that was uploaded in parts keeps its ETag and everything that belongs to it', () => {
  it.each<[string, number[]]>([
    ['1 part, below 5 MiB', [1000]],
    ['1 empty part', [0]],
    ['2 parts', [8 * MIB, 3 * MIB]],
    ['a last part of 1 byte', [5 * MIB, 5 * MIB, 1]],
    ['3 parts of odd sizes', [7 * MIB + 1, 5 * MIB, 9 * MIB + 7]],
    ['a first part that is larger than the others', [64 * MIB, 5 * MIB, 5 * MIB]],
    ['parts that only look even', [6 * MIB, 7 * MIB, 5 * MIB]],
    ['5 GiB − 1', [4 * GIB, GIB - 1]],
    ['5 GiB + 1', [4 * GIB, GIB + 1]],
    ['10,000 parts', Array.from({ length: 10_000 }, () => 5 * MIB)],
    ['5 TiB', Array.from({ length: 1024 }, () => 5 * GIB)],
  ])('%s', async (_, sizes) => {
    const original = putInParts(rig.store, { ...source, sizes, attributes });
    const { failed } = await rig.invoke(created('k', original.etag));
    expect(failed).toEqual([]);
    expectSame(original);
    rig.s3.requests.clear();
    const again = await rig.invoke(created('k', original.etag));
    expect(again.lines).toContainEqual(expect.objectContaining({ outcome: 'same' }));
    expect(rig.s3.requests.count()).toBe(2);
  });

  it('parts that only look even never make a replica with another ETag', async () => {
    const original = putInParts(rig.store, { ...source, sizes: [6 * MIB, 7 * MIB, 5 * MIB] });
    await rig.invoke(created('k', original.etag));
    expectSame(original);
    expect(bucketNamed(rig.store, DESTINATION.name).keys.get('k')?.versions).toHaveLength(1);
  });

  it.each([
    ['CRC64NVME', 'FULL_OBJECT'],
    ['CRC32', 'FULL_OBJECT'],
    ['CRC32C', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
    ['SHA512', 'COMPOSITE'],
    ['MD5', 'COMPOSITE'],
  ] as const)('its checksum %s (%s)', async (algorithm, type) => {
    const original = putInParts(rig.store, { ...source, sizes: [6 * MIB, MIB], checksum: { algorithm, type } });
    expect((await rig.invoke(created('k', original.etag))).failed).toEqual([]);
    expectSame(original);
  });

  it('tags that are too long for a header', async () => {
    const tags = Array.from({ length: 10 }, (_, n) => ({ key: `${n}${'ü'.repeat(100)}`, value: 'ß'.repeat(250) }));
    const original = putInParts(rig.store, { ...source, sizes: [6 * MIB, MIB], attributes: { tags } });
    const { failed } = await rig.invoke(created('k', original.etag));
    expect(failed).toEqual([]);
    expect(replica().tags).toEqual(tags);
  });

  it.each(['0', '-1', 'never', '2033-12-01', 'Thu, 1 Dec 2033 16:00:00 GMT', 'Thu, 01 Dec 2033 16:00:00 GMT'])(
    'its Expires as it was written: %s',
    async (expires) => {
      const headers = { ...attributes.headers, expires };
      const original = putInParts(rig.store, { ...source, sizes: [6 * MIB, MIB], attributes: { headers } });
      expect((await rig.invoke(created('k', original.etag))).failed).toEqual([]);
      expectSame(original);
      const { lines } = await rig.invoke(created('k', original.etag));
      expect(lines).toContainEqual(expect.objectContaining({ outcome: 'same' }));
    },
  );

  it('an object over 5 GiB that was put in one piece is copied in parts of our own', async () => {
    const { etag } = putObject(rig.store, { ...source, content: 'x', attributes });
    const state = bucketNamed(rig.store, SOURCE.name).keys.get('k');
    const large = putInParts(rig.store, { ...source, key: 'other', sizes: [5 * GIB, 5 * GIB] });
    if (state === undefined) throw new Error('no object');
    state.versions = state.versions.map((version) => ({ ...version, content: large.content }));
    const { failed } = await rig.invoke(created('k', etag));
    expect(failed).toEqual([]);
    expect(replica().content.size).toBe(10 * GIB);
    expect(replica()).toMatchObject({ headers: attributes.headers, tags: attributes.tags });
  });
});

describe('while an object is copied in parts', () => {
  const whenPart = (number: number, happen: () => void) => {
    onStep = ({ at, request }) => {
      if (at !== 'committed' || request.query.get('partNumber') !== String(number)) return;
      if (request.operation !== 'UploadPartCopy') return;
      onStep = () => undefined;
      happen();
    };
  };
  const sizes = Array.from({ length: 40 }, () => 5 * MIB);

  it.each([1, 20, 40])(
    'a source that changes after part %i ends as the new state, never as a mixture',
    async (number) => {
      const old = putInParts(rig.store, { ...source, sizes });
      let now: StoredObject | undefined;
      whenPart(number, () => (now = putInParts(rig.store, { ...source, sizes, seed: 2 })));
      const { failed } = await rig.invoke(created('k', old.etag));
      expect(failed).toEqual([]);
      if (now === undefined) throw new Error('The source did not change');
      expectSame(now);
      const everHeld = bucketNamed(rig.store, DESTINATION.name).keys.get('k')?.versions ?? [];
      for (const version of everHeld) expect([old.etag, now.etag]).toContain(version.kind === 'object' && version.etag);
    },
  );

  it.each(['503 SlowDown', '500 InternalError', '200 InternalError', 'reset', '200 SlowDown'] as const)(
    'a part answered %s is copied again, and the replica is certain',
    async (fault) => {
      const original = putInParts(rig.store, { ...source, sizes });
      rig.s3.faults.add({ match: { operation: 'UploadPartCopy' }, times: 7, fault });
      const { failed, lines } = await rig.invoke(created('k', original.etag));
      expect(failed).toEqual([]);
      expect(lines).toContainEqual(expect.objectContaining({ outcome: 'copied', unclear: false, bytes: 200 * MIB }));
      expectSame(original);
    },
  );

  it('a part that is refused ends the upload, and the message comes back', async () => {
    const original = putInParts(rig.store, { ...source, sizes });
    rig.s3.faults.add({ match: { operation: 'UploadPartCopy' }, times: 'always', fault: '403 AccessDenied' });
    const { failed, lines } = await rig.invoke(created('k', original.etag));
    expect(failed).toEqual(['m0']);
    expect(lines).toContainEqual(
      expect.objectContaining({ outcome: 'failed', reason: expect.stringContaining('AccessDenied') }),
    );
    expect(openUploads()).toBe(0);
  });

  it('an upload is ended even if S3 says SlowDown to that, too', async () => {
    const original = putInParts(rig.store, { ...source, sizes });
    rig.s3.faults.add({ match: { operation: 'UploadPartCopy' }, times: 'always', fault: '403 AccessDenied' });
    rig.s3.faults.add({ match: { operation: 'AbortMultipartUpload' }, times: 10, fault: '503 SlowDown' });
    expect((await rig.invoke(created('k', original.etag))).failed).toEqual(['m0']);
    expect(openUploads()).toBe(0);
  });

  it('and if the time of the invocation is up', async () => {
    const { etag } = putInParts(rig.store, { ...source, sizes });
    rig.s3.faults.add({ match: { operation: 'UploadPartCopy' }, times: 'always', fault: 'hang' });
    rig.s3.faults.add({ match: { operation: 'AbortMultipartUpload' }, times: 10, fault: '503 SlowDown' });
    const world = worldFor(settingsFrom(process.env), 500);
    expect(await converge({ key: objectKey('k'), sourceETag: etag }, world)).toMatchObject({ outcome: 'failed' });
    expect(openUploads()).toBe(0);
  });

  it('an upload that cannot be ended is told of beside what went wrong before', async () => {
    const original = putInParts(rig.store, { ...source, sizes });
    rig.s3.faults.add({ match: { operation: 'UploadPartCopy' }, times: 'always', fault: '400 BadRequest' });
    rig.s3.faults.add({ match: { operation: 'AbortMultipartUpload' }, times: 'always', fault: '403 AccessDenied' });
    const { lines } = await rig.invoke(created('k', original.etag));
    const reason = expect.stringMatching(/BadRequest.*; and Cannot end the upload of "k" to "photos-eu": .*denied/);
    expect(lines).toContainEqual(expect.objectContaining({ outcome: 'failed', reason }));
  });

  it.each(['409 ConditionalRequestConflict', '412 PreconditionFailed'] as const)(
    'a completion answered %s is begun anew',
    async (fault) => {
      const original = putInParts(rig.store, { ...source, sizes });
      rig.s3.faults.add({ match: { operation: 'CompleteMultipartUpload' }, fault });
      expect((await rig.invoke(created('k', original.etag))).failed).toEqual([]);
      expectSame(original);
    },
  );

  it.each(['before commit', 'after commit', 'late'] as const)(
    'a completion whose answer is lost %s leaves the replica right and the message to come back',
    async (when) => {
      const original = putInParts(rig.store, { ...source, sizes });
      const lost = rig.s3.faults.add({ match: { operation: 'CompleteMultipartUpload' }, fault: 'reset', when });
      const { failed, lines } = await rig.invoke(created('k', original.etag));
      expect(failed).toEqual(['m0']);
      expect(lines).toContainEqual(expect.objectContaining({ unclear: true }));
      expectSame(original);
      // The upload was ended: what comes late finds nothing to complete.
      expect(lost.release()).toEqual(when === 'late' ? ['NoSuchUpload'] : []);
      expectSame(original);
    },
  );

  it('a replica that appears meanwhile is not overwritten unseen', async () => {
    const original = putInParts(rig.store, { ...source, sizes });
    whenPart(10, () => putObject(rig.store, { bucket: DESTINATION.name, key: 'k', content: 'by hand' }));
    expect((await rig.invoke(created('k', original.etag))).failed).toEqual([]);
    expect(rig.s3.requests.count({ operation: 'CreateMultipartUpload' })).toBe(2);
    expectSame(original);
  });

  it('names the conditions and the owners on the wire', async () => {
    const original = putInParts(rig.store, { ...source, sizes: [6 * MIB, MIB] });
    await rig.invoke(created('k', original.etag));
    for (const { headers } of rig.s3.requests.only({ operation: 'UploadPartCopy' })) {
      expect(headers).toMatchObject({
        'x-amz-copy-source-if-match': `"${original.etag}"`,
        'x-amz-expected-bucket-owner': DESTINATION.owner,
        'x-amz-source-expected-bucket-owner': SOURCE.owner,
      });
    }
    expect(rig.s3.requests.only({ operation: 'CompleteMultipartUpload' })[0]?.headers).toMatchObject({
      'if-none-match': '*',
      'x-amz-mp-object-size': String(7 * MIB),
      'x-amz-expected-bucket-owner': DESTINATION.owner,
    });
  });
});
