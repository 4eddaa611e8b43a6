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
