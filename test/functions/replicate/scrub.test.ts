import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DESTINATION, SOURCE, startRig } from '../../support/replicate-rig.ts';
import type { Rig } from '../../support/replicate-rig.ts';
import { changeObject } from '../../support/s3-simulator/change-object.ts';
import { bytesOf, MIB, patternContent } from '../../support/s3-simulator/content.ts';
import { corruptObject } from '../../support/s3-simulator/corrupt-object.ts';
import { deleteObject } from '../../support/s3-simulator/delete-object.ts';
import type { Step } from '../../support/s3-simulator/serve.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { bucketNamed, currentVersion } from '../../support/s3-simulator/store.ts';

let rig: Rig;
let onStep: (step: Step) => void = () => undefined;

beforeEach(async () => {
  onStep = () => undefined;
  rig = await startRig({ onStep: (step) => onStep(step) });
  // Waits are of no length.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rig.s3.close();
});

const asked = (compare = 'bytes') => ({ keys: [{ key: 'k', compare }] });

async function putOnBothSides(content: Parameters<Rig['put']>[1] = 'good bytes', attributes = {}): Promise<string> {
  const { etag } = rig.put('k', content, attributes);
  await rig.invoke({ keys: [{ key: 'k' }] });
  rig.s3.requests.clear();
  return etag;
}

async function scrub(compare?: string) {
  const { failed, lines } = await rig.invoke(asked(compare));
  const line = lines.find(({ outcome }) => outcome !== undefined);
  const metrics = lines.find((each) => '_aws' in each);
  return { failed, line, metrics };
}

function contentOf(bucket: string): string | undefined {
  const version = currentVersion(bucketNamed(rig.store, bucket), 'k');
  return version?.kind === 'object' ? bytesOf(version.content).toString() : undefined;
}

const operations = () => rig.s3.requests.all.map(({ operation }) => operation);

describe('a comparison of bytes', () => {
  it('reads both sides, each on condition that it is what was seen, and writes nothing if they are equal', async () => {
    const etag = await putOnBothSides();
    const { failed, line, metrics } = await scrub();
    expect(failed).toEqual([]);
    expect(line).toMatchObject({
      outcome: 'same',
      reason: 'bytes compared',
      bytes: 0,
      scrubbed: { drift: false, bytes: 20 },
    });
    expect(metrics).toMatchObject({ Scrubbed: 1, ScrubbedBytes: 20, ScrubDrift: 0, Same: 1, destination: 'photos-eu' });
    expect(operations()).toEqual(['HeadObject', 'HeadObject', 'GetObject', 'GetObject']);
    for (const { headers } of rig.s3.requests.only({ operation: 'GetObject' }))
      expect(headers).toMatchObject({ 'if-match': `"${etag}"`, 'x-amz-expected-bucket-owner': SOURCE.owner });
  });

  it('repairs a replica whose bytes have gone bad behind its ETag, on condition of both ETags', async () => {
    const etag = await putOnBothSides();
    corruptObject(rig.store, { bucket: DESTINATION.name, key: 'k' });
    const { line: before } = await rig
      .invoke({ keys: [{ key: 'k' }] })
      .then(({ lines }) => ({ line: lines.find(({ outcome }) => outcome !== undefined) }));
    expect(before).toMatchObject({ outcome: 'same', reason: 'same' });
    const { failed, line, metrics } = await scrub();
    expect(failed).toEqual([]);
    expect(line).toMatchObject({
      level: 'ERROR',
      outcome: 'copied',
      reason: 'bytes differ',
      scrubbed: { drift: true, bytes: 30 },
    });
    expect(metrics).toMatchObject({ Scrubbed: 1, ScrubDrift: 1, Copied: 1 });
    expect(contentOf(DESTINATION.name)).toBe('good bytes');
    const [copy] = rig.s3.requests.only({ operation: 'CopyObject' });
    expect(copy?.headers).toMatchObject({ 'x-amz-copy-source-if-match': `"${etag}"`, 'if-match': `"${etag}"` });
    expect((await scrub()).line).toMatchObject({ outcome: 'same', reason: 'bytes compared' });
  });

  it('does not copy a source whose own bytes have gone bad', async () => {
    await putOnBothSides();
    corruptObject(rig.store, { bucket: SOURCE.name, key: 'k' });
    const { failed, line, metrics } = await scrub();
    expect(failed).toEqual([]);
    expect(line).toMatchObject({ outcome: 'cannot', reason: 'source is damaged', scrubbed: { drift: true } });
    expect(metrics).toMatchObject({ ScrubDrift: 1, Cannot: 1 });
    expect(contentOf(DESTINATION.name)).toBe('good bytes');
    expect(operations()).not.toContain('CopyObject');
  });

  it('follows the source where its ETag is no checksum of its bytes', async () => {
    await putOnBothSides('good bytes', { encryption: { type: 'aws:kms', keyId: 'key', bucketKey: true } });
    corruptObject(rig.store, { bucket: DESTINATION.name, key: 'k' });
    expect((await scrub()).line).toMatchObject({ outcome: 'copied', reason: expect.any(String) });
    expect(contentOf(DESTINATION.name)).toBe('good bytes');
  });

  it.each(['off', 'suspended'] as const)(
    'does not copy over what may be the last good bytes, where versioning is %s',
    async (versioning) => {
      await rig.s3.close();
      rig = await startRig({ onStep: (step) => onStep(step), destination: { versioning } });
      await putOnBothSides('good bytes', { encryption: { type: 'aws:kms', keyId: 'key', bucketKey: true } });
      corruptObject(rig.store, { bucket: SOURCE.name, key: 'k' });
      const { failed, line, metrics } = await scrub();
      expect(failed).toEqual([]);
      expect(line).toMatchObject({ outcome: 'cannot', reason: 'either side may be damaged', level: 'ERROR' });
      expect(metrics).toMatchObject({ ScrubDrift: 1, Cannot: 1 });
      expect(contentOf(DESTINATION.name)).toBe('good bytes');
      expect(operations()).not.toContain('CopyObject');
    },
  );

  it('copies without reading what differs by its ETag', async () => {
    await putOnBothSides();
    rig.put('k', 'new bytes!');
    const { line, metrics } = await scrub();
    expect(line).toMatchObject({ outcome: 'copied', reason: 'content differs' });
    expect(metrics).not.toHaveProperty('Scrubbed');
    expect(operations()).not.toContain('GetObject');
  });

  it('takes no more memory for a large object', async () => {
    await putOnBothSides(patternContent(1, 48 * MIB));
    const { line } = await scrub();
    expect(line).toMatchObject({ outcome: 'same', reason: 'bytes compared', scrubbed: { bytes: 96 * MIB } });
  });

  it('reads nothing that is in an archive', async () => {
    await putOnBothSides();
    changeObject(rig.store, { bucket: DESTINATION.name, key: 'k' }, { storageClass: 'GLACIER' });
    const { line, metrics } = await scrub();
    expect(line).toMatchObject({ outcome: 'same', reason: 'not compared: in an archive' });
    expect(metrics).not.toHaveProperty('Scrubbed');
    expect(operations()).not.toContain('GetObject');
  });

  it('leaves it for another night if the time is nearly up', async () => {
    await putOnBothSides();
    const Records = [{ messageId: 'm', eventSource: 'aws:sqs', body: JSON.stringify(asked()) }];
    await expect(rig.invokeWith({ Records }, 100_000)).resolves.toEqual({ batchItemFailures: [] });
    expect(operations()).not.toContain('GetObject');
  });

  it('is no failure where the bytes must not be read', async () => {
    await putOnBothSides();
    rig.s3.faults.add({ match: { operation: 'GetObject' }, fault: '403 AccessDenied', times: 'always' });
    const { failed, line } = await scrub();
    expect(failed).toEqual([]);
    expect(line).toMatchObject({ outcome: 'same', reason: 'not compared: it must not be read' });
  });

  it('takes an unknown kind of comparison for a plain look', async () => {
    await putOnBothSides();
    expect((await scrub('souls')).line).toMatchObject({ outcome: 'same', reason: 'same' });
  });

  it('is asked for also if an event names the key in the same batch', async () => {
    const eTag = await putOnBothSides();
    const event = {
      Records: [{ eventTime: '2026-11-21T01:00:00Z', s3: { bucket: { name: 'photos' }, object: { key: 'k', eTag } } }],
    };
    for (const bodies of [
      [asked(), event],
      [event, asked()],
    ]) {
      const { lines } = await rig.invoke(...bodies);
      expect(lines).toContainEqual(expect.objectContaining({ reason: 'bytes compared' }));
    }
  });
});

describe('a comparison that is disturbed', () => {
  it.each(['source', 'destination'])('begins again when the bytes of the %s break off', async (side) => {
    await putOnBothSides();
    const bucket = side === 'source' ? SOURCE.name : DESTINATION.name;
    const fault = rig.s3.faults.add({ match: { operation: 'GetObject', bucket }, fault: 'cut' });
    const { failed, line } = await scrub();
    expect(fault.hits()).toBe(1);
    expect(failed).toEqual([]);
    expect(line).toMatchObject({ outcome: 'same', reason: 'bytes compared', scrubbed: { drift: false, bytes: 20 } });
  });

  it('comes back if the bytes break off again and again', async () => {
    await putOnBothSides();
    rig.s3.faults.add({ match: { operation: 'GetObject' }, fault: 'cut', times: 'always' });
    const { failed, line, metrics } = await scrub();
    expect(failed).toEqual(['m0']);
    expect(line).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('Cannot read "k" in "photos') });
    expect(metrics).not.toHaveProperty('ScrubDrift');
    expect(operations()).not.toContain('CopyObject');
  });

  it('waits while S3 says SlowDown', async () => {
    await putOnBothSides();
    rig.s3.faults.add({ match: { operation: 'GetObject' }, fault: '503 SlowDown', times: 2 });
    expect((await scrub()).line).toMatchObject({ outcome: 'same', reason: 'bytes compared' });
  });

  it('brings over a source that is overwritten before it is read', async () => {
    await putOnBothSides();
    beforeFirst({ operation: 'GetObject' }, () => rig.put('k', 'new bytes!'));
    const { failed, line, metrics } = await scrub();
    expect(failed).toEqual([]);
    expect(line).toMatchObject({ outcome: 'copied', reason: 'content differs' });
    expect(metrics).not.toHaveProperty('ScrubDrift');
    expect(contentOf(DESTINATION.name)).toBe('new bytes!');
  });

  it('finds no drift in a replica that is overwritten before it is read', async () => {
    await putOnBothSides();
    beforeFirst({ operation: 'GetObject' }, () =>
      putObject(rig.store, { bucket: DESTINATION.name, key: 'k', content: 'by a stranger' }),
    );
    const { line, metrics } = await scrub();
    expect(line).toMatchObject({ outcome: 'copied', reason: 'content differs' });
    expect(metrics).not.toHaveProperty('ScrubDrift');
    expect(contentOf(DESTINATION.name)).toBe('good bytes');
  });

  it('leaves a replica whose source is removed before it is read', async () => {
    await putOnBothSides();
    beforeFirst({ operation: 'GetObject' }, () => deleteObject(rig.store, { bucket: SOURCE.name, key: 'k' }));
    expect((await scrub()).line).toMatchObject({ outcome: 'skipped', reason: 'source is gone' });
    expect(contentOf(DESTINATION.name)).toBe('good bytes');
  });

  it('does not overwrite what came between finding drift and repairing it', async () => {
    await putOnBothSides();
    corruptObject(rig.store, { bucket: DESTINATION.name, key: 'k' });
    beforeFirst({ operation: 'CopyObject' }, () => rig.put('k', 'new bytes!'));
    const { line } = await scrub();
    expect(line).toMatchObject({ outcome: 'copied', scrubbed: { drift: true } });
    expect(contentOf(DESTINATION.name)).toBe('new bytes!');
    expect(rig.s3.requests.only({ operation: 'CopyObject' }).map(({ status }) => status)).toEqual([412, 200]);
  });

  it('looks again, and is to be looked at again, if the answer to a repair is lost', async () => {
    await putOnBothSides();
    corruptObject(rig.store, { bucket: DESTINATION.name, key: 'k' });
    rig.s3.faults.add({ match: { operation: 'CopyObject' }, fault: 'reset', when: 'after commit' });
    const { failed, line } = await scrub();
    expect(failed).toEqual(['m0']);
    expect(line).toMatchObject({ outcome: 'same', reason: 'bytes compared', unclear: true, scrubbed: { drift: true } });
    expect(contentOf(DESTINATION.name)).toBe('good bytes');
  });

  function beforeFirst({ operation }: { readonly operation: string }, change: () => unknown): void {
    let done = false;
    onStep = ({ at, request }) => {
      if (done || at !== 'received' || request.operation !== operation) return;
      done = true;
      change();
    };
  }
});

describe('a comparison of checksums', () => {
  it('reads nothing, and says so', async () => {
    await putOnBothSides();
    const { line, metrics } = await scrub('checksums');
    expect(line).toMatchObject({ outcome: 'same', reason: 'checksums compared', scrubbed: { drift: false, bytes: 0 } });
    expect(metrics).toMatchObject({ Scrubbed: 1, ScrubbedBytes: 0, ScrubDrift: 0 });
    expect(operations()).not.toContain('GetObject');
  });

  it('cannot tell what went bad after the checksum was computed', async () => {
    await putOnBothSides();
    corruptObject(rig.store, { bucket: DESTINATION.name, key: 'k' });
    expect((await scrub('checksums')).line).toMatchObject({ outcome: 'same', reason: 'checksums compared' });
  });

  it('repairs a replica that was written with another checksum under the same ETag', async () => {
    await putOnBothSides();
    const keys = bucketNamed(rig.store, DESTINATION.name).keys.get('k');
    if (keys === undefined) throw new TypeError('It was copied a moment ago');
    keys.versions = keys.versions.map((version) =>
      version.kind === 'object' ? { ...version, checksum: { ...version.checksum, kept: 'AAAAAA==' } } : version,
    );
    expect((await scrub('checksums')).line).toMatchObject({
      outcome: 'copied',
      reason: 'checksums differ',
      scrubbed: { drift: true },
    });
  });

  it.each(['source', 'destination'] as const)(
    'is of the states that were seen: the %s is overwritten meanwhile',
    async (side) => {
      await putOnBothSides();
      const bucket = side === 'source' ? SOURCE.name : DESTINATION.name;
      let looks = 0;
      onStep = ({ at, request }) => {
        if (
          at !== 'received' ||
          request.operation !== 'HeadObject' ||
          request.headers['x-amz-checksum-mode'] === undefined
        )
          return;
        // Both sides are looked at for their checksums.
        if (looks++ > 0) return;
        putObject(rig.store, { bucket, key: 'k', content: 'new bytes!' });
      };
      const { failed, line, metrics } = await scrub('checksums');
      expect(looks).toBeGreaterThan(0);
      expect(failed).toEqual([]);
      expect(line).toMatchObject({ outcome: 'copied', reason: 'content differs' });
      expect(line).not.toHaveProperty('scrubbed');
      expect(metrics).not.toHaveProperty('ScrubDrift');
      expect(contentOf(DESTINATION.name)).toBe(side === 'source' ? 'new bytes!' : 'good bytes');
    },
  );
});
