import { expect, it } from 'vitest';
import { reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';

const [EU, DR] = ['photos-eu', 'photos-dr'];

it('what one destination has beyond the source is none of the other destinations', async () => {
  const rig = reconcileRig({ destinations: [DR, EU] });
  rig.putBoth('k');
  rig.put(rig.destinations.get(EU)?.bucket ?? rig.source, 'stray');
  const { report } = await runReconcile(rig);
  expect(report?.destinations).toMatchObject([
    { bucket: DR, extra: 0, equal: 1, compared: 1 },
    { bucket: EU, extra: 1, equal: 1, compared: 1 },
  ]);
});

it('what is in an archive, and cannot be copied, does not use up the bytes that a run may repair', async () => {
  const rig = reconcileRig({ settings: { maxBytesPerRun: 100 } });
  rig.putBoth('k');
  await runReconcile(rig);
  rig.clock.now += 86_400_000;
  rig.put(rig.source, 'cold', { size: 1000, storageClass: 'GLACIER' });
  rig.put(rig.source, 'lost', { size: 100 });
  const { report } = await runReconcile(rig);
  expect(report?.destinations[0]).not.toHaveProperty('withheld');
  expect(rig.destinations.get(EU)?.bucket.objects.has('lost')).toBe(true);
});

it('of what cannot be copied for a reason, tells since when the first was known', async () => {
  const rig = reconcileRig();
  const days = { a: '2026-11-12', b: '2026-11-10', c: '2026-11-11' };
  for (const [key, day] of Object.entries(days)) {
    rig.put(rig.source, key);
    const { etag = '', modified = '' } = rig.source.objects.get(key) ?? {};
    const recordedAt = `${day}T00:00:00.000Z`;
    const fact = { outcome: 'cannot', reason: 'SSE-C', recordedAt, sourceETag: etag, sourceLastModified: modified };
    rig.destinations.get(EU)?.ledger.set(key, fact);
  }
  const { report } = await runReconcile(rig);
  expect(report?.destinations[0]?.knownFacts).toEqual({ 'SSE-C': { objects: 3, since: '2026-11-10T00:00:00.000Z' } });
});
