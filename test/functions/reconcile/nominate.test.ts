import { expect, it } from 'vitest';
import { paths } from '../../../functions/reconcile/run.ts';
import { reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';

const EU = 'photos-eu';
const DAY_MS = 86_400_000;

it('what an invocation has no time for is sent by the next one, and nothing is sent when the time is up', async () => {
  const rig = reconcileRig();
  for (const key of ['a', 'b', 'c']) rig.put(rig.source, key);
  const inbox = rig.destinations.get(EU)?.inbox;
  const seen: (readonly string[])[] = [];
  const before = (name: string) => {
    if (name === 'Nominate' || name === 'Settle') seen.push([name, ...(inbox ?? [])]);
    // The first invocation begins late.
    const isFirst = name === 'Nominate' && seen.length === 1;
    rig.time.remaining = () => (isFirst ? 59_999 : 900_000);
  };
  const { report } = await runReconcile(rig, {}, { before });
  expect(seen.slice(0, 3)).toEqual([['Nominate'], ['Nominate'], ['Settle', 'a', 'b', 'c']]);
  expect(report).toMatchObject({ status: 'equal', destinations: [{ repaired: { missed: 3 } }] });
});

it.each([
  [100, undefined],
  [101, 'more than the 100 bytes that a run may repair'],
])('of 100 bytes that a run may repair, %i are: %s', async (size, withheld) => {
  const rig = reconcileRig({ settings: { maxBytesPerRun: 100 } });
  rig.putBoth('k');
  await runReconcile(rig);
  rig.clock.now += DAY_MS;
  rig.put(rig.source, 'more', { size });
  const { report } = await runReconcile(rig);
  expect(report?.destinations[0]?.withheld).toBe(withheld);
});

it('sends what differs in all ranges of all shares, and counts it', async () => {
  const rig = reconcileRig({ destinations: [EU, 'photos-dr'] });
  const keys = Array.from({ length: 150 }, (_, n) => `k${String(n).padStart(3, '0')}`);
  for (const key of keys) rig.put(rig.source, key);
  const [equal = '', ...missing] = keys;
  rig.put(rig.destinations.get(EU)?.bucket ?? rig.source, equal, { modified: '2026-11-02T00:00:00.000Z' });
  // A range for each key, of which a share has 64.
  await rig.files.write(paths.samples, JSON.stringify({ keys, total: keys.length }));
  const sent = new Map<string, readonly string[]>();
  const { report } = await runReconcile(
    rig,
    {},
    {
      before(name) {
        if (name !== 'Settle' || sent.size > 0) return;
        for (const [bucket, { inbox }] of rig.destinations) sent.set(bucket, inbox.toSorted());
      },
    },
  );
  expect(sent).toEqual(
    new Map([
      [EU, missing],
      ['photos-dr', keys],
    ]),
  );
  const nomination = rig.files.all.get(`work/${report?.run}/nomination.json`);
  expect(JSON.parse(nomination ?? '{}')).toMatchObject({ sent: [150, 149], share: 3 });
  expect(report).toMatchObject({ status: 'equal', source: { keys: 150 } });
});
