import { expect, it } from 'vitest';
import { paths } from '../../../functions/reconcile/run.ts';
import { reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';

it('the last report is of the run that ended last, also if it was over a part, and whatever was known before', async () => {
  const rig = reconcileRig();
  rig.putBoth('a/k');
  const whole = await runReconcile(rig);
  const last = () => JSON.parse(rig.files.all.get(paths.last) ?? '{}');
  expect(last()).toEqual({ run: whole.report?.run, endedAt: whole.report?.endedAt });
  rig.clock.now += 3_600_000;
  const part = await runReconcile(rig, { trigger: 'hand', prefix: 'a/' });
  expect(last()).toEqual({ run: part.report?.run, endedAt: part.report?.endedAt });
  // An older report that is made once more.
  rig.clock.now -= 1_800_000;
  await runReconcile(rig);
  expect(last().run).toBe(part.report?.run);
});
