import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, EXPIRED } from '../../../shared/decide.ts';
import { expiredUpTo } from '../../../shared/expiry.ts';
import { noteOf } from '../../../shared/ledger/ledger.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import type { ModelObject } from '../../support/model-bucket.ts';
import { NIGHT, reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';
import type { ModelDestination, Rig } from '../../support/reconcile-rig.ts';

const DAY_MS = 86_400_000;
const iso = (time: number) => new Date(time).toISOString();

/** A destination whose replicas expire after so many days, and whose function knows it, by the words of `decide`. */
function expiring(days: number): {
  readonly rig: Rig;
  readonly destination: ModelDestination;
  readonly copies: string[];
} {
  const rig = reconcileRig();
  const destination = rig.destinations.get('photos-eu');
  if (destination === undefined) throw new Error('There is no destination');
  const { bucket, ledger } = destination;
  destination.expiryRules.push({ prefix: '', after: { days } });
  const copies: string[] = [];
  destination.converge = (key) => {
    const now = rig.clock.now;
    const source = rig.source.objects.get(key);
    const replica = bucket.objects.get(key);
    const entry = ledger.get(key);
    const upTo = expiredUpTo(destination.expiryRules, { key: objectKey(key), now });
    const action = decide(source && stateOf(source), replica && stateOf(replica), {
      note: entry && noteOf(entry),
      expiredUpTo: upTo,
    });
    if (source === undefined) return;
    const recordedAt = iso(now);
    if (action.reason === EXPIRED) {
      ledger.set(key, { ...entry, outcome: 'skipped', reason: EXPIRED, recordedAt });
      return;
    }
    const same = action.do === 'skip' ? replica : undefined;
    if (same === undefined) {
      copies.push(key);
      bucket.objects.set(key, { ...source, modified: recordedAt });
    }
    ledger.set(key, {
      outcome: same ? 'same' : 'copied',
      reason: action.reason,
      recordedAt,
      sourceLastModified: source.modified,
      replicaETag: source.etag,
      replicaMadeFrom: source.etag,
      replicaMadeFromDate: source.modified,
      replicaDate: same?.modified ?? recordedAt,
    });
  };
  return { rig, destination, copies };
}

function stateOf({ etag, size, modified }: ModelObject) {
  const description = { metadata: {}, tagCount: 0 };
  return { etag, size, lastModified: new Date(modified), kms: false, archived: false, description };
}

/** What S3 does, some hours or days late. */
function expire({ rig, destination }: World): void {
  for (const [key, { modified }] of destination.bucket.objects) {
    const upTo = expiredUpTo(destination.expiryRules, { key: objectKey(key), now: rig.clock.now });
    if (upTo !== undefined && Date.parse(modified) <= upTo.getTime()) destination.bucket.objects.delete(key);
  }
}

function toNight(rig: Rig, night: number): void {
  rig.clock.now = NIGHT + night * DAY_MS;
}

async function filled(days = 30) {
  const world = expiring(days);
  for (const key of ['a', 'b', 'c']) world.rig.put(world.rig.source, key);
  await runReconcile(world.rig);
  expect(world.copies.splice(0)).toEqual(['a', 'b', 'c']);
  return world;
}

describe('a run after replicas have expired', () => {
  it('sends nothing, counts them apart, and proves the rest equal', async () => {
    const { rig, destination, copies } = await filled();
    toNight(rig, 20);
    rig.put(rig.source, 'late', { modified: iso(rig.clock.now - DAY_MS) });
    await runReconcile(rig);
    for (const night of [32, 33, 34]) {
      toNight(rig, night);
      expire({ rig, destination });
      const { report } = await runReconcile(rig);
      expect(report).toMatchObject({
        status: 'equal',
        destinations: [{ expired: 3, equal: 1, found: { missed: 0 }, provedEqualAsOf: iso(rig.clock.now) }],
      });
      expect(destination.metrics.at(-1)).toMatchObject({ ReconcileDrift: 0, ReconcileMissed: 0 });
    }
    expect(copies).toEqual(['late']);
  });

  it('brings back what was removed before its time, and what the source wrote anew', async () => {
    const { rig, destination, copies } = await filled();
    toNight(rig, 10);
    destination.bucket.objects.delete('a');
    await runReconcile(rig);
    toNight(rig, 32);
    expire({ rig, destination });
    rig.put(rig.source, 'b', { modified: iso(rig.clock.now - 3_600_000) });
    const { report } = await runReconcile(rig);
    expect(report?.destinations).toMatchObject([{ expired: 1, equal: 1, repaired: { missed: 1 } }]);
    expect(copies).toEqual(['a', 'b']);
  });

  it('sends them once if nobody can tell it the lifecycle, and believes the function', async () => {
    const { rig, destination, copies } = await filled();
    toNight(rig, 32);
    expire({ rig, destination });
    rig.faults.expiry = () => {
      throw new Error('AccessDenied');
    };
    for (const night of [32, 33]) {
      toNight(rig, night);
      const { report } = await runReconcile(rig);
      expect(report).toMatchObject({ status: 'equal', destinations: [{ expired: 3, expiredFound: 3, failed: {} }] });
      expect(destination.metrics.at(-1)).toMatchObject({ ReconcileDriftRuns: 0 });
    }
    expect(copies).toEqual([]);
  });

  it('copies what the ledger does not know', async () => {
    const { rig, destination, copies } = await filled();
    toNight(rig, 32);
    expire({ rig, destination });
    destination.ledger.clear();
    await runReconcile(rig);
    expect(copies.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('brings all back that has not expired any more, as the rule was changed', async () => {
    const { rig, destination, copies } = await filled();
    toNight(rig, 32);
    expire({ rig, destination });
    await runReconcile(rig);
    destination.expiryRules.splice(0, 1, { prefix: '', after: { days: 60 } });
    toNight(rig, 33);
    await runReconcile(rig);
    expect(copies.toSorted()).toEqual(['a', 'b', 'c']);
  });
});

describe('nights with replicas that expire', () => {
  const change = fc.tuple(
    fc.constantFrom('write', 'write the same', 'remove', 'remove the replica', 'lose the ledger'),
    fc.constantFrom('a', 'b', 'c', 'd'),
  );
  const night = fc.record({ changes: fc.array(change, { maxLength: 3 }), expires: fc.boolean() });

  it('copy what was never copied, or not so long ago, and nothing else; and a second run copies nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(night, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 5 }),
        async (nights, days) => {
          const world = expiring(days);
          const { rig, copies } = world;
          const memory: Memory = new Map();
          for (const [index, { changes, expires }] of nights.entries()) {
            toNight(rig, index * 2);
            for (const one of changes) apply(one, { ...world, memory });
            if (expires) expire(world);
            const wanted = [...rig.source.objects.keys()].filter((key) => isWanted(key, { ...world, memory, days }));
            for (const run of ['first', 'second']) {
              copies.length = 0;
              const since = iso(rig.clock.now);
              const { report } = await runReconcile(rig, {}, { execution: `${run} of ${index}` });
              expect(report?.status).toBe('equal');
              expect(copies.toSorted()).toEqual(run === 'first' ? wanted.toSorted() : []);
              remember({ ...world, memory }, since);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  /** Of which state of the source a replica was made, and when: what the ledger should know. */
  type Memory = Map<string, { readonly source: ModelObject; readonly written: string }>;
  type Remembered = World & { readonly memory: Memory };

  function apply([what, key]: readonly [string, string], { rig, destination, memory }: Remembered): void {
    const before = rig.source.objects.get(key);
    switch (what) {
      case 'write':
        rig.put(rig.source, key, { etag: `${key} ${rig.clock.now}`, modified: iso(rig.clock.now - 7_200_000) });
        return;
      case 'write the same':
        if (before) rig.put(rig.source, key, { ...before, modified: iso(rig.clock.now - 3_600_000) });
        return;
      case 'remove':
        rig.source.objects.delete(key);
        return;
      case 'remove the replica':
        destination.bucket.objects.delete(key);
        return;
      default:
        destination.ledger.delete(key);
        memory.delete(key);
    }
  }

  function isWanted(key: string, { rig, destination, memory, days }: Remembered & { readonly days: number }): boolean {
    const source = rig.source.objects.get(key);
    const replica = destination.bucket.objects.get(key);
    if (replica !== undefined) return replica.etag !== source?.etag;
    const made = memory.get(key);
    if (made?.source.etag !== source?.etag || made?.source.modified !== source?.modified) return true;
    const end = new Date(made?.written ?? '');
    end.setUTCDate(end.getUTCDate() + days);
    // The runs are at one o'clock: whatever ended that day did so an hour ago.
    return iso(end.getTime()).slice(0, 10) >= iso(rig.clock.now).slice(0, 10);
  }

  function remember({ rig, destination, memory }: Remembered, since: string): void {
    for (const [key, source] of rig.source.objects) {
      const replica = destination.bucket.objects.get(key);
      const isOfNow = replica !== undefined && replica.modified >= since;
      // Equal, but for its date: the run has the function look at it.
      const isLookedAt = replica !== undefined && source.modified > replica.modified;
      if (replica !== undefined && (isOfNow || isLookedAt)) memory.set(key, { source, written: replica.modified });
    }
  }
});

type World = Pick<ReturnType<typeof expiring>, 'rig' | 'destination'>;
