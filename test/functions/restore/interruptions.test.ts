import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentsOf, FROM, requestFor, restoreRig, runRestore, START, TO } from '../../support/restore-rig.ts';
import type { Restored, RestoreRig } from '../../support/restore-rig.ts';
import { putInParts } from '../../support/put-in-parts.ts';
import { changeObject } from '../../support/s3-simulator/change-object.ts';
import { deleteObject } from '../../support/s3-simulator/delete-object.ts';
import { LostAnswer } from '../../support/s3-simulator/wire.ts';
import type { Wire } from '../../support/s3-simulator/wire.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { S3Error } from '../../support/s3-simulator/s3-error.ts';

const MIB = 1024 ** 2;

/** One thing that somebody did, in this order. */
type Deed =
  | { readonly do: 'put'; readonly bucket: string; readonly key: string; readonly content: string }
  | { readonly do: 'remove'; readonly bucket: string; readonly key: string }
  | { readonly do: 'archive'; readonly key: string }
  | { readonly do: 'put long'; readonly key: string };

const key = fc.constantFrom('a/1', 'a/2', 'b/1', 'c', 'd/e/f');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    do: fc.constant('put' as const),
    bucket: fc.constantFrom(FROM, FROM, TO),
    key,
    content: fc.constantFrom('x', 'y', 'zz'),
  }),
  fc.record({ do: fc.constant('remove' as const), bucket: fc.constantFrom(FROM, TO), key }),
  fc.record({ do: fc.constant('archive' as const), key }),
  fc.record({ do: fc.constant('put long' as const), key }),
);

function worldWith(deeds: readonly Deed[], options: Parameters<typeof restoreRig>[0]): RestoreRig {
  const rig = restoreRig({ ...options, partsPerInvocation: 2 });
  rig.clock.now = START - deeds.length * 60_000 - 3_600_000;
  for (const one of deeds) {
    rig.clock.now += 60_000;
    if (one.do === 'put') putObject(rig.store, one);
    if (one.do === 'remove') deleteObject(rig.store, one);
    if (one.do === 'put long')
      putInParts(rig.store, { bucket: FROM, key: one.key, sizes: [5 * MIB, 5 * MIB, 5 * MIB, 1] });
    if (one.do === 'archive') archive(rig, one.key);
  }
  rig.clock.now = START;
  return rig;
}

function archive({ store }: RestoreRig, which: string): void {
  try {
    changeObject(store, { bucket: FROM, key: which }, { storageClass: 'GLACIER' });
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
  }
}

/** The archive has given back what was asked for. */
function thaw({ store, thawed }: RestoreRig): void {
  for (const { key: which, versionId } of thawed)
    changeObject(store, { bucket: FROM, key: which, versionId }, { restore: 'restored' });
}

function countsOf({ report, lines }: Restored) {
  const { restored, same, skipped, failed, expired, unknown, removed } = report?.counts ?? {};
  return {
    status: report?.status,
    counts: { restored, same, skipped, failed, expired, unknown, removed },
    lines: lines.map(({ key: which, outcome, version }) => [which, outcome, version]),
  };
}

describe('a restore that is cut off anywhere', () => {
  it('ends as one that is not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(deed, { maxLength: 14 }),
        fc.constantFrom('skip' as const, 'replace' as const),
        fc.infiniteStream(fc.nat(99)),
        async (deeds, existing, dice) => {
          const calm = worldWith(deeds, {});
          const expected = await runRestore(calm, requestFor({ existing }), { waited: () => thaw(calm) });

          const roll = (percent: number) => (dice.next().value ?? 0) < percent;
          // As many as a key is forgiven, in the worst case all at the same one.
          let faults = 4;
          const fault = () => faults > 0 && roll(5) && faults-- > 0;
          const wire: Wire = async (call, serve) => {
            if (fault()) throw new S3Error('SlowDown');
            const commits = /Copy|Complete/.test(call.operation);
            if (fault()) {
              if (commits && roll(50)) await serve(async () => undefined);
              throw new LostAnswer('reset');
            }
            return serve(async () => undefined);
          };
          const stormy = worldWith(deeds, {
            wire,
            onWrite() {
              if (roll(10)) throw new Error('the function was killed');
            },
          });
          stormy.time.remaining = () => (roll(10) ? 30_000 : 900_000);
          const found = await runRestore(stormy, requestFor({ existing }), {
            waited: () => thaw(stormy),
            attempts: 1000,
          });
          expect(contentsOf(stormy, TO)).toEqual(contentsOf(calm, TO));
          expect(countsOf(found)).toEqual(countsOf(expected));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('does nothing the second time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 14 }), async (deeds) => {
        const rig = worldWith(deeds, {});
        await runRestore(rig, requestFor({ existing: 'replace' }), { waited: () => thaw(rig) });
        const writes = [...(rig.store.buckets.get(TO)?.keys.values() ?? [])].map((state) => state.writes);
        rig.clock.now += 3_600_000;
        const again = await runRestore(rig, requestFor({ existing: 'replace', token: 'again' }), {
          waited: () => thaw(rig),
        });
        expect([...(rig.store.buckets.get(TO)?.keys.values() ?? [])].map((state) => state.writes)).toEqual(writes);
        expect(again.report?.counts.restored.keys ?? 0).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
