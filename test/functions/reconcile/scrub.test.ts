import { describe, expect, it } from 'vitest';
import type { ScrubSettings } from '../../../functions/reconcile/world.ts';
import { scrubFinding } from '../../../functions/reconcile/verify-scrubs.ts';
import { scrubSample } from '../../../shared/listing/scrub-sample.ts';
import { NIGHT, reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';
import type { Rig } from '../../support/reconcile-rig.ts';

const ALL: ScrubSettings = { share: 1, maxBytesPerRun: 1e9, maxObjectBytes: 1e6 };
const DAY = 86_400_000;

function rigWith(scrub: ScrubSettings | undefined, destinations = ['photos-eu']): Rig {
  return reconcileRig({ destinations, settings: { scrub } });
}

const comparesOf = (rig: Rig, bucket = 'photos-eu') => rig.destinations.get(bucket)?.compares ?? [];
const keysOf = (rig: Rig, bucket?: string) => comparesOf(rig, bucket).map(({ key }) => key);
const names = (count: number) => Array.from({ length: count }, (_, n) => `k${String(n).padStart(3, '0')}`);

describe('a run of the night', () => {
  it('has what is equal and has its turn compared by its bytes, and reports it', async () => {
    const rig = rigWith(ALL);
    for (const key of names(7)) rig.putBoth(key, { size: 100 });
    const { report, status } = await runReconcile(rig);
    expect(status).toBe('equal');
    expect(comparesOf(rig)).toEqual(names(7).map((key) => ({ key, compare: 'bytes' })));
    expect(report?.destinations[0]).toMatchObject({
      equal: 7,
      found: { missed: 0, stale: 0, rewritten: 0 },
      provedEqualAsOf: expect.any(String),
      scrub: {
        chosen: 7,
        bytes: 700,
        byBytes: 7,
        byChecksums: 0,
        drift: 0,
        damagedSource: 0,
        notCompared: {},
        left: 0,
        waiting: 0,
      },
    });
  });

  it('compares each key once in as many nights as it takes, at every destination', async () => {
    const destinations = ['photos-dr', 'photos-eu'];
    const rig = rigWith({ ...ALL, share: 1 / 5 }, destinations);
    for (const key of names(40)) rig.putBoth(key);
    for (let night = 0; night < 5; night++) {
      rig.clock.now = NIGHT + night * DAY;
      const before = keysOf(rig).length;
      await runReconcile(rig);
      const tonight = keysOf(rig).slice(before);
      expect(tonight).toEqual(names(40).filter(scrubSample({ share: 1 / 5, at: NIGHT + night * DAY })));
    }
    for (const bucket of destinations)
      expect(keysOf(rig, bucket).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(names(40));
  });

  it('compares large ones by their checksums, and neither what is empty nor what is in an archive', async () => {
    const rig = rigWith({ ...ALL, maxObjectBytes: 1000 });
    rig.putBoth('empty', { size: 0 });
    rig.putBoth('frozen', { size: 10, storageClass: 'DEEP_ARCHIVE' });
    rig.putBoth('large', { size: 1001 });
    rig.putBoth('small', { size: 1000 });
    const { report } = await runReconcile(rig);
    expect(comparesOf(rig)).toEqual([
      { key: 'small', compare: 'bytes' },
      { key: 'large', compare: 'checksums' },
    ]);
    expect(report?.destinations[0]?.scrub).toMatchObject({ chosen: 2, bytes: 1000, byBytes: 1, byChecksums: 1 });
  });

  it('tells of an inbox that takes nothing to be compared, and has the other destinations compared all the same', async () => {
    const rig = rigWith(ALL, ['photos-dr', 'photos-eu']);
    for (const key of names(3)) rig.putBoth(key);
    rig.faults.inbox = (bucket, call) => {
      if (bucket === 'photos-dr' && call === 'send') throw new Error('AccessDenied');
    };
    const { report, status } = await runReconcile(rig);
    expect(status).toBe('failed');
    expect(report?.problems).toEqual([
      'Nothing could be sent to "photos-dr": its inbox does not take messages: AccessDenied',
    ]);
    expect(report?.destinations).toMatchObject([
      { bucket: 'photos-dr', status: 'failed', scrub: { chosen: 3, byBytes: 0, waiting: 0 } },
      { bucket: 'photos-eu', status: 'equal', scrub: { chosen: 3, byBytes: 3 } },
    ]);
    // Its alarm for want of a completed run speaks, that of the other does not.
    const completed = (bucket: string) => rig.destinations.get(bucket)?.metrics.at(-1)?.ReconcileCompleted;
    expect([completed('photos-dr'), completed('photos-eu')]).toEqual([undefined, 1]);
  });

  it('neither compares what is in the archive of a destination', async () => {
    const rig = rigWith(ALL);
    rig.putBoth('k');
    const replicas = rig.destinations.get('photos-eu')?.bucket.objects;
    for (const [key, object] of replicas ?? []) replicas?.set(key, { ...object, storageClass: 'GLACIER' });
    await runReconcile(rig);
    expect(comparesOf(rig)).toEqual([]);
  });

  it('compares no more bytes than it may, others in each round, and says how many were left', async () => {
    const rig = rigWith({ ...ALL, maxBytesPerRun: 2000 });
    for (const key of names(100)) rig.putBoth(key, { size: 100 });
    const { report } = await runReconcile(rig);
    const first = keysOf(rig);
    expect(first.length).toBeGreaterThan(5);
    expect(first.length).toBeLessThanOrEqual(20);
    expect(report?.destinations[0]?.scrub).toMatchObject({
      chosen: 100,
      bytes: first.length * 100,
      left: 100 - first.length,
    });
    // Not the same ones, and not only the first of the listing.
    expect(first.some((key) => key > 'k050')).toBe(true);
    rig.clock.now = NIGHT + DAY;
    await runReconcile(rig);
    expect(keysOf(rig).slice(first.length)).not.toEqual(first);
  });

  it('reports what differs behind equal ETags, repaired or not, and what could not be compared', async () => {
    const rig = rigWith(ALL);
    for (const key of names(5)) rig.putBoth(key);
    const reasons = rig.destinations.get('photos-eu')?.scrubReasons;
    reasons?.set('k001', 'bytes differ').set('k002', 'source is damaged').set('k003', 'not compared: in an archive');
    const { report, status } = await runReconcile(rig);
    expect(report?.destinations[0]?.scrub).toMatchObject({
      byBytes: 2,
      drift: 1,
      damagedSource: 1,
      notCompared: { 'in an archive': 1 },
      waiting: 0,
    });
    expect(status).toBe('equal');
    const lists = await Promise.all((report?.keys ?? []).map((name) => rig.files.read(name)));
    const lines = lists.flatMap((file) => file?.text.trim().split('\n') ?? []).map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { key: 'k001', destination: 'photos-eu', finding: 'bytes differed' },
      { key: 'k002', destination: 'photos-eu', finding: 'source is damaged' },
    ]);
    expect(rig.mails[0]?.text).toContain('1 had other bytes than the source, though their ETags are equal');
    const page = await rig.files.read(`runs/${report?.run}/report.html`);
    expect(page?.text).toContain('Compared byte by byte');
  });

  it('says what was not done by its end', async () => {
    const rig = rigWith(ALL);
    rig.putBoth('k');
    const destination = rig.destinations.get('photos-eu');
    if (destination !== undefined) destination.paused = true;
    const { report, status } = await runReconcile(rig);
    expect(status).toBe('equal');
    expect(report?.destinations[0]?.scrub).toMatchObject({ byBytes: 0, waiting: 1 });
  });

  it('finds and repairs what differs beside it', async () => {
    const rig = rigWith(ALL);
    for (const key of names(9)) rig.putBoth(key);
    rig.put(rig.source, 'k004', { size: 99 });
    rig.put(rig.source, 'new');
    const { report, status } = await runReconcile(rig);
    expect(status).toBe('equal');
    expect(report?.destinations[0]).toMatchObject({
      repaired: { missed: 1, stale: 1, rewritten: 0 },
      scrub: { chosen: 8, byBytes: 8, waiting: 0 },
    });
  });

  it('compares also what only the ledger explains, in the order of the keys', async () => {
    const rig = rigWith(ALL);
    for (const key of names(4)) rig.putBoth(key);
    const destination = rig.destinations.get('photos-eu');
    const source = rig.source.objects.get('k001');
    if (destination === undefined || source === undefined) throw new TypeError('It was put a moment ago');
    rig.put(destination.bucket, 'k001', { etag: 'of KMS', size: source.size, modified: '2026-11-02T00:00:00.000Z' });
    destination.ledger.set('k001', {
      outcome: 'copied',
      reason: 'absent',
      recordedAt: '2026-11-02T00:00:00.000Z',
      sourceLastModified: source.modified,
      replicaETag: 'of KMS',
      replicaMadeFrom: source.etag,
    });
    await runReconcile(rig);
    expect(keysOf(rig)).toEqual(names(4));
  });

  it.each([
    { name: 'started by hand', request: { trigger: 'hand' } },
    { name: 'of a deployment', request: { trigger: 'deploy' } },
    { name: 'that only compares', request: { verifyOnly: true } },
  ] as const)('compares nothing by bytes in a run $name', async ({ request }) => {
    const rig = rigWith(ALL);
    rig.putBoth('k');
    const { report } = await runReconcile(rig, request);
    expect(comparesOf(rig)).toEqual([]);
    expect(report?.destinations[0]).not.toHaveProperty('scrub');
  });

  it('compares nothing by bytes where it is switched off', async () => {
    const rig = rigWith(undefined);
    rig.putBoth('k');
    const { report } = await runReconcile(rig);
    expect(comparesOf(rig)).toEqual([]);
    expect(report?.destinations[0]).not.toHaveProperty('scrub');
  });

  it('comes to the same however often its sweep is cut off', async () => {
    const rig = rigWith(ALL);
    for (const key of names(30)) rig.putBoth(key);
    let asked = 0;
    // Time for one page, then none.
    rig.time.remaining = () => (asked++ % 4 < 2 ? 900_000 : 0);
    const { report } = await runReconcile(rig);
    expect(report?.destinations[0]?.scrub).toMatchObject({ chosen: 30, byBytes: 30, waiting: 0 });
  });
});

describe('scrubFinding()', () => {
  const sentAt = '2026-11-21T01:05:00.000Z';
  const entry = { outcome: 'same', reason: 'bytes compared', recordedAt: '2026-11-21T01:06:00.000Z' };
  it.each([
    { name: 'nothing', entry: undefined, is: undefined },
    { name: 'an older record', entry: { ...entry, recordedAt: '2026-11-21T01:04:00.000Z' }, is: undefined },
    { name: 'bytes that were compared', entry, is: 'bytes' },
    { name: 'checksums', entry: { ...entry, reason: 'checksums compared' }, is: 'checksums' },
    { name: 'bytes that differed', entry: { ...entry, outcome: 'copied', reason: 'bytes differ' }, is: 'drift' },
    { name: 'checksums that differed', entry: { ...entry, reason: 'checksums differ' }, is: 'drift' },
    { name: 'a damaged source', entry: { ...entry, reason: 'source is damaged' }, is: 'damagedSource' },
    { name: 'what was not', entry: { ...entry, reason: 'not compared: why' }, is: { notCompared: 'why' } },
    { name: 'a later change', entry: { ...entry, outcome: 'copied', reason: 'content differs' }, is: undefined },
  ])('of $name', ({ entry: known, is }) => {
    expect(scrubFinding(known, sentAt)).toEqual(is);
  });
});
