import { describe, expect, it } from 'vitest';
import { cannotNow, driftRuns } from '../../../functions/reconcile/run-metrics.ts';
import type { DestinationMemory } from '../../../functions/reconcile/destination-memory.ts';
import type { Request } from '../../../functions/reconcile/run.ts';
import { NIGHT, reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';
import type { Rig, RigOptions, RunOptions } from '../../support/reconcile-rig.ts';

const MEMORY: DestinationMemory = { completedRun: 'before', completedAt: '2026-11-20T02:00:00Z' };

describe('driftRuns()', () => {
  it.each<{
    name: string;
    found?: number;
    notDrift?: number;
    request?: Partial<Request>;
    before?: Partial<DestinationMemory> | undefined;
    runs: number;
  }>([
    { name: 'nothing differs', before: { driftRuns: 3 }, runs: 0 },
    { name: 'the first run fills the destination', found: 5, before: undefined, runs: 0 },
    { name: 'drift for the first time', found: 5, before: {}, runs: 1 },
    { name: 'drift once more', found: 5, before: { driftRuns: 1 }, runs: 2 },
    { name: 'only what cannot be copied', found: 5, notDrift: 5, before: { driftRuns: 1 }, runs: 0 },
    { name: 'also what cannot be copied', found: 5, notDrift: 4, before: { driftRuns: 1 }, runs: 2 },
    { name: 'a run of a deployment', found: 5, request: { trigger: 'deploy' }, before: { driftRuns: 1 }, runs: 1 },
    { name: 'a run that only compares', found: 5, request: { verifyOnly: true }, before: {}, runs: 0 },
    { name: 'a run by hand', found: 5, request: { trigger: 'hand' }, before: { driftRuns: 1 }, runs: 2 },
    {
      name: 'the same run, told twice',
      found: 5,
      before: { completedRun: 'this', driftRuns: 2 },
      runs: 2,
    },
  ])('$name: $runs', ({ found = 0, notDrift = 0, request, before, runs }) => {
    const report = { run: 'this', request: { trigger: 'schedule', ...request } } as const;
    const destination = { found: { missed: found, stale: 0, rewritten: 0 }, notDrift };
    expect(driftRuns(report, destination, before && { ...MEMORY, ...before })).toBe(runs);
  });
});

it('a run that repairs nothing does not forget what cannot be copied', () => {
  expect(cannotNow({ cannot: { archived: 2 } }, { ...MEMORY, cannot: 7 })).toBe(2);
  expect(cannotNow({ cannot: {}, withheld: 'only compared, as asked' }, { ...MEMORY, cannot: 7 })).toBe(7);
  expect(cannotNow({ cannot: {}, withheld: 'only compared, as asked' }, undefined)).toBe(0);
});

describe('the metrics of a run', () => {
  it('say what was compared, found and repaired, and that it was completed', async () => {
    const nights = rigOfNights();
    nights.rig.putBoth('equal');
    nights.rig.put(nights.rig.source, 'lost');
    expect(await nights.run()).toEqual({
      ReconcileCompared: 2,
      ReconcileMissed: 1,
      ReconcileStale: 0,
      ReconcileDrift: 1,
      ReconcileExtra: 0,
      ReconcileRepaired: 1,
      ReconcileFailed: 0,
      ReconcileUnderWay: 0,
      ReconcileCannot: 0,
      ReconcileSeconds: expect.any(Number),
      ReconcileByteCapReached: 0,
      ReconcileCompleted: 1,
      ReconcileDriftRuns: 0,
      ReconcileCannotMore: 0,
    });
  });

  it('count the nights in a row with drift', async () => {
    const { rig, run } = rigOfNights();
    const drift = [];
    for (const lost of [0, 1, 1, 0, 1]) {
      if (lost > 0)
        rig.put(rig.source, `lost ${rig.clock.now}`, { modified: new Date(rig.clock.now - 7_200_000).toISOString() });
      drift.push((await run())?.ReconcileDriftRuns);
    }
    expect(drift).toEqual([0, 1, 2, 0, 1]);
  });

  it('tell of what cannot be copied once, and not as drift', async () => {
    const { rig, run } = rigOfNights();
    const destination = rig.destinations.get('photos-eu');
    if (destination === undefined) throw new Error('There is no destination');
    const { converge } = destination;
    destination.converge = (key) => {
      if (!key.startsWith('archived')) return converge(key);
      const recordedAt = new Date(rig.clock.now).toISOString();
      destination.ledger.set(key, { outcome: 'cannot', reason: 'archived', recordedAt });
    };
    rig.put(rig.source, 'archived 1');
    const first = await run();
    const second = await run();
    rig.put(rig.source, 'archived 2');
    const third = await run();
    const counts = [first, second, third].map((metrics) => [
      metrics?.ReconcileCannot,
      metrics?.ReconcileCannotMore,
      metrics?.ReconcileDriftRuns,
    ]);
    expect(counts).toEqual([
      [1, 1, 0],
      [1, 0, 0],
      [2, 1, 0],
    ]);
  });

  it.each([
    ['young', 60_000],
    ['old', 7_200_000],
  ])('call a lost object drift, whatever cannot be copied or has expired besides (%s)', async (_, age) => {
    const { rig, run } = rigOfNights();
    const destination = rig.destinations.get('photos-eu');
    if (destination === undefined) throw new Error('There is no destination');
    const { converge } = destination;
    destination.converge = (key) => {
      if (!key.startsWith('archived')) return converge(key);
      const recordedAt = new Date(rig.clock.now).toISOString();
      destination.ledger.set(key, { outcome: 'cannot', reason: 'archived', recordedAt });
    };
    rig.putBoth('equal');
    await run();
    const night = rig.clock.now + 24 * 3_600_000;
    const modified = new Date(night - age).toISOString();
    for (const key of ['archived 1', 'archived 2']) rig.put(rig.source, key, { modified });
    rig.put(rig.source, 'lost', { modified: new Date(night - 7_200_000).toISOString() });
    expect(await run()).toMatchObject({ ReconcileCannot: 2, ReconcileDriftRuns: 1 });
  });

  it('tell of what fails', async () => {
    const { rig, run } = rigOfNights();
    const destination = rig.destinations.get('photos-eu');
    if (destination === undefined) throw new Error('There is no destination');
    destination.converge = (key) => {
      const recordedAt = new Date(rig.clock.now).toISOString();
      destination.ledger.set(key, { outcome: 'failed', reason: 'AccessDenied', recordedAt });
    };
    rig.put(rig.source, 'k');
    expect(await run()).toMatchObject({ ReconcileFailed: 1, ReconcileUnderWay: 0 });
  });

  it('tell that the byte cap was reached, but not of a run that was asked to repair nothing', async () => {
    const { rig, run } = rigOfNights({ settings: { maxBytesPerRun: 10 } });
    await run();
    rig.put(rig.source, 'large', { size: 11 });
    expect(await run()).toMatchObject({ ReconcileByteCapReached: 1, ReconcileUnderWay: 1, ReconcileFailed: 0 });
    expect(await run({ verifyOnly: true })).toMatchObject({ ReconcileByteCapReached: 0 });
  });

  it('say nothing of a run over a part of the keys, as a part says nothing about the whole', async () => {
    const { rig, run } = rigOfNights();
    rig.putBoth('a/1');
    expect(await run({ prefix: 'a/' })).toBeUndefined();
  });

  it('are missing where a destination is not subscribed any more: then the sign of life is, too', async () => {
    const { rig, run } = rigOfNights({ destinations: ['photos-eu', 'photos-dr'] });
    rig.subscriptions.splice(0, 1);
    await run();
    expect(rig.destinations.get('photos-eu')?.metrics).toEqual([]);
    expect(rig.destinations.get('photos-dr')?.metrics).toMatchObject([{ ReconcileCompleted: 1 }]);
  });
});

/** A rig on which each run is a night later, and tells what it put for the first destination. */
function rigOfNights(options?: RigOptions) {
  const rig: Rig = reconcileRig(options);
  let nights = 0;
  return {
    rig,
    run: async (request: Partial<Request> = {}, more?: RunOptions) => {
      rig.clock.now = NIGHT + nights++ * 24 * 3_600_000;
      await runReconcile(rig, request, more);
      return rig.destinations.get('photos-eu')?.metrics.at(-1);
    },
  };
}
