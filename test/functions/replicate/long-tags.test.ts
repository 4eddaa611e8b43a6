import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { putInParts } from '../../support/put-in-parts.ts';
import { created, DESTINATION, SOURCE, startRig } from '../../support/replicate-rig.ts';
import type { Rig } from '../../support/replicate-rig.ts';
import type { Step } from '../../support/s3-simulator/serve.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { bucketNamed, currentVersion } from '../../support/s3-simulator/store.ts';

const MIB = 1024 ** 2;
const source = { bucket: SOURCE.name, key: 'k' };
const sizes = [6 * MIB, MIB];
let rig: Rig;
let onStep: (step: Step) => Promise<void> | void = () => undefined;

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.001);
});
afterEach(async () => {
  onStep = () => undefined;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rig.s3.close();
});

/** Ten tags that together are too long for a header. */
function longTags(name: string) {
  return Array.from({ length: 10 }, (_, n) => ({ key: `${n}${'ü'.repeat(100)}`, value: name + 'ß'.repeat(250) }));
}

function replica() {
  return currentVersion(bucketNamed(rig.store, DESTINATION.name), 'k');
}

/** Once. */
function when(at: Step['at'], operation: string, happen: () => Promise<unknown>): void {
  onStep = async (step) => {
    if (step.at !== at || step.request.operation !== operation) return;
    onStep = () => undefined;
    await happen();
  };
}

describe.each(['off', 'suspended', 'enabled'] as const)('tags too long for a header, versioning %s', (versioning) => {
  beforeEach(async () => {
    rig = await startRig({ destination: { versioning }, onStep: (step) => onStep(step) });
  });

  it('land on no object that another invocation puts there meanwhile', async () => {
    const first = putInParts(rig.store, { ...source, sizes, attributes: { tags: longTags('first') } });
    const tags = longTags('second');
    when('committed', 'CompleteMultipartUpload', async () => {
      const second = putInParts(rig.store, { ...source, sizes, seed: 2, attributes: { tags } });
      expect((await rig.invoke(created('k', second.etag))).failed).toEqual([]);
    });
    expect((await rig.invoke(created('k', first.etag))).failed).toEqual([]);
    expect(replica()).toMatchObject({ tags });
  });

  it('nor on one with short tags', async () => {
    const first = putInParts(rig.store, { ...source, sizes, attributes: { tags: longTags('first') } });
    const tags = Array.from({ length: 10 }, (_, n) => ({ key: `${n}`, value: 'short' }));
    when('received', 'PutObjectTagging', async () => {
      const { etag } = rig.put('k', 'second', { tags });
      expect((await rig.invoke(created('k', etag))).failed).toEqual([]);
    });
    expect((await rig.invoke(created('k', first.etag))).failed).toEqual([]);
    expect(replica()).toMatchObject({ tags });
  });

  it('that may yet land let the key come back when they have', async () => {
    const { etag } = putInParts(rig.store, { ...source, sizes, attributes: { tags: longTags('first') } });
    const late = rig.s3.faults.add({ match: { operation: 'PutObjectTagging' }, fault: 'reset', when: 'late' });
    const { failed, lines } = await rig.invoke(created('k', etag));
    expect(failed).toEqual(['m0']);
    expect(lines).toContainEqual(expect.objectContaining({ key: 'k', outcome: 'copied', unclear: true }));

    const second = rig.put('k', 'second', { tags: longTags('second') });
    await rig.invoke(created('k', second.etag));
    late.release();
    expect((await rig.invoke({ keys: [{ key: 'k' }] })).failed).toEqual([]);
    expect(replica()).toMatchObject({ tags: longTags('second') });
  });

  it('that are refused are a failure that says so', async () => {
    const { etag } = putInParts(rig.store, { ...source, sizes, attributes: { tags: longTags('first') } });
    rig.s3.faults.add({ match: { operation: 'PutObjectTagging' }, times: 'always', fault: '403 AccessDenied' });
    const { failed, lines } = await rig.invoke(created('k', etag));
    expect(failed).toEqual(['m0']);
    const reason = expect.stringContaining('AccessDenied');
    expect(lines).toContainEqual(expect.objectContaining({ outcome: 'failed', reason, unclear: false }));
  });

  it('are found equal by the next event, and not copied again', async () => {
    const { etag } = putInParts(rig.store, { ...source, sizes, attributes: { tags: longTags('first') } });
    await rig.invoke(created('k', etag));
    rig.s3.requests.clear();
    const { lines } = await rig.invoke(created('k', etag));
    expect(lines).toContainEqual(expect.objectContaining({ outcome: 'same' }));
    expect(rig.s3.requests.count()).toBe(versioning === 'enabled' ? 2 : 4);
  });

  it('by hand at the destination, are put right', async () => {
    const { etag } = rig.put('k', 'content', { tags: longTags('first') });
    putObject(rig.store, {
      ...source,
      bucket: DESTINATION.name,
      content: 'content',
      attributes: { tags: longTags('x') },
    });
    await rig.invoke(created('k', etag));
    // Where versions have ids ours can land on no other object, and tags are not compared.
    expect(replica()).toMatchObject({ tags: longTags(versioning === 'enabled' ? 'x' : 'first') });
  });
});
