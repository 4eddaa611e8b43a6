import { describe, expect, it } from 'vitest';
import { reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';
import type { Rig } from '../../support/reconcile-rig.ts';

describe('a run', () => {
  it('finds nothing where both sides are equal', async () => {
    const rig = reconcileRig({ destinations: ['photos-dr', 'photos-eu'] });
    for (let n = 0; n < 20; n++) rig.putBoth(`k${n}`);
    const { report, status } = await runReconcile(rig);
    expect(status).toBe('equal');
    expect(report).toMatchObject({
      status: 'equal',
      source: { bucket: 'photos', keys: 20 },
      problems: [],
      destinations: [
        { bucket: 'photos-dr', compared: 20, equal: 20, extra: 0, provedEqualAsOf: '2026-11-21T01:00:00.000Z' },
        { bucket: 'photos-eu', compared: 20, equal: 20, extra: 0, provedEqualAsOf: '2026-11-21T01:00:00.000Z' },
      ],
    });
  });

  it('finds each kind of difference, has it repaired, and proves it', async () => {
    const rig = reconcileRig({ destinations: ['photos-dr', 'photos-eu'] });
    const eu = destination(rig, 'photos-eu');
    for (let n = 0; n < 50; n++) rig.putBoth(`k${String(n).padStart(2, '0')}`);
    eu.bucket.objects.delete('k03');
    eu.bucket.objects.delete('k17');
    rig.put(eu.bucket, 'k05', { size: 1 });
    rig.put(eu.bucket, 'k06', { etag: 'other' });
    rig.put(rig.source, 'k07', { modified: '2026-11-10T00:00:00.000Z' });
    rig.put(eu.bucket, 'k08-only-here');
    const { report } = await runReconcile(rig);
    expect(report?.status).toBe('equal');
    expect(report?.destinations).toMatchObject([
      { bucket: 'photos-dr', equal: 49, found: { missed: 0, stale: 0, rewritten: 1 }, repaired: { rewritten: 1 } },
      {
        bucket: 'photos-eu',
        equal: 45,
        found: { missed: 2, stale: 2, rewritten: 1 },
        repaired: { missed: 2, stale: 2, rewritten: 1 },
        extra: 1,
        failed: {},
        underWay: {},
      },
    ]);
    const again = await runReconcile(rig);
    expect(again.report?.destinations).toMatchObject([
      { equal: 50, found: { missed: 0, stale: 0, rewritten: 0 } },
      { equal: 50, found: { missed: 0, stale: 0, rewritten: 0 }, extra: 1 },
    ]);
    expect(eu.inbox).toEqual([]);
  });
});

function destination(rig: Rig, name: string) {
  const found = rig.destinations.get(name);
  if (found === undefined) throw new Error(name);
  return found;
}
