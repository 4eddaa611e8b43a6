import { afterEach, expect, it, vi } from 'vitest';
import { s3ListedBucket, s3ListingClient } from '../../../shared/s3/s3-listing.ts';
import { reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';
import type { Rig as ReconcileRig } from '../../support/reconcile-rig.ts';
import { DESTINATION, SOURCE, startRig } from '../../support/replicate-rig.ts';
import type { Rig as ReplicateRig } from '../../support/replicate-rig.ts';
import { randomFrom } from '../../support/s3-simulator/random.ts';

let replicate: ReplicateRig;

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await replicate.s3.close();
});

/**
 * The real replicate function, the real listing client and the steps of a run, on one S3, while somebody writes all the time and no event ever
 * arrives: only the reconcile tells the destination of anything.
 */
it.each([1, 2, 3, 4, 5, 6])('a run while writers are active never makes anything older (seed %i)', async (seed) => {
  const random = randomFrom(seed);
  replicate = await startRig({ source: { versioning: 'enabled' } });
  const rig = nightOver(replicate);
  rig.clock.now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: rig.clock.now });
  let writes = 0;
  const writeSome = () => {
    // One clock for S3 and the run: how fast this machine is must not matter.
    rig.clock.now += 1000;
    vi.setSystemTime(rig.clock.now);
    for (let n = Math.floor(random() * 6); n > 0; n--)
      // Contents return now and then, as A, B, A.
      replicate.put(`k${Math.floor(random() * 12)}`, `state ${random() < 0.3 ? 0 : ++writes}`);
  };
  for (let n = 0; n < 12; n++) replicate.put(`k${n}`, 'state 0');
  for (let night = 0; night < 3; night++) {
    await runReconcile(rig, { trigger: 'hand' }, { before: writeSome, execution: `night ${night}` });
  }
  // Then it is quiet for one night.
  const tick = () => void vi.setSystemTime((rig.clock.now += 1000));
  tick();
  const { report } = await runReconcile(rig, { trigger: 'hand' }, { execution: 'the last', before: tick });
  expect(report).toMatchObject({ status: 'equal', source: { keys: 12 }, destinations: [{ compared: 12, extra: 0 }] });
  const quiet = await runReconcile(rig, { trigger: 'hand' }, { execution: 'the very last', before: tick });
  expect(quiet.report?.destinations).toMatchObject([{ equal: 12, found: { missed: 0, stale: 0, rewritten: 0 } }]);

  const source = replicate.store.buckets.get(SOURCE.name);
  for (const [key, { versions }] of replicate.store.buckets.get(DESTINATION.name)?.keys ?? []) {
    // Each replica is of a state that came after the one before it.
    const states = (source?.keys.get(key)?.versions ?? []).map(etagOf);
    let at = -1;
    for (const replica of versions.map(etagOf)) {
      const next = states.indexOf(replica, at + 1);
      expect({ key, replica, after: at, next: next > at }).toEqual({ key, replica, after: at, next: true });
      at = next;
    }
    expect(versions.map(etagOf).at(-1)).toBe(states.at(-1));
  }
});

function etagOf(version: object): unknown {
  return 'etag' in version ? version.etag : 'delete marker';
}

function nightOver({ s3, store, ...replicator }: ReplicateRig): ReconcileRig {
  const rig = reconcileRig({ destinations: [DESTINATION.name], settings: { eventMinutes: 0 } });
  const client = s3ListingClient('us-east-1', { reader: 'scanner', attempts: 3, sockets: 8, endpoint: s3.endpoint });
  const { signal } = new AbortController();
  const inbox: string[] = [];
  const ledger = rig.destinations.get(DESTINATION.name)?.ledger;
  const currentOf = (bucket: string, key: string) => store.buckets.get(bucket)?.keys.get(key)?.versions.at(-1);
  /** What the function would have noted. */
  const note = (key: string) => {
    const [source, replica] = [currentOf(SOURCE.name, key), currentOf(DESTINATION.name, key)];
    if (source === undefined || replica === undefined || !('etag' in source && 'etag' in replica)) return;
    ledger?.set(key, {
      outcome: 'same',
      reason: 'same',
      recordedAt: new Date().toISOString(),
      sourceLastModified: new Date(source.modified).toISOString(),
      replicaMadeFrom: source.etag,
      replicaETag: replica.etag,
    });
  };
  return {
    ...rig,
    world() {
      const world = rig.world();
      return {
        ...world,
        source: s3ListedBucket({ ...SOURCE, client, signal }),
        async observe(destination) {
          const observed = await world.observe(destination);
          return {
            ...observed,
            bucket: s3ListedBucket({ ...DESTINATION, client, signal }),
            inbox: {
              async send(keys) {
                inbox.push(...keys);
              },
              state: async () => ({ messages: inbox.length, paused: false }),
            },
          };
        },
      };
    },
    async deliver() {
      const keys = inbox.splice(0);
      if (keys.length === 0) return;
      const { failed } = await replicator.invoke({ keys: keys.map((key) => ({ key })) });
      expect(failed).toEqual([]);
      for (const key of keys) note(key);
    },
  };
}
