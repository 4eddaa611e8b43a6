import { describe, expect, it } from 'vitest';
import { sourceTells } from '../../../functions/reconcile/source-tells.ts';
import { NIGHT, reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';

describe('a run', () => {
  it('compares everything, and fails, where somebody has replaced the notifications of the source', async () => {
    const rig = reconcileRig();
    for (const key of ['a', 'b']) rig.put(rig.source, key);
    await runReconcile(rig);
    rig.clock.now = NIGHT + 86_400_000;
    rig.told.of = 'nothing';
    rig.put(rig.source, 'c');
    const { report, status } = await runReconcile(rig);
    expect(status).toBe('failed');
    expect(report?.problems).toEqual([
      expect.stringMatching(/^The notifications of "photos" tell the topic .* of nothing/),
    ]);
    expect(report?.destinations).toMatchObject([
      { status: 'equal', repaired: { missed: 1 }, provedEqualAsOf: expect.any(String) },
    ]);
    // What is said of the destination is as true as ever.
    expect(rig.destinations.get('photos-eu')?.metrics.at(-1)).toMatchObject({
      ReconcileCompleted: 1,
      ReconcileMissed: 1,
    });
    rig.told.of = 'all';
    rig.clock.now += 86_400_000;
    expect((await runReconcile(rig)).status).toBe('equal');
  });

  it('is not held up where they cannot be read', async () => {
    const rig = reconcileRig();
    rig.faults.toldOf = () => {
      throw new Error('AccessDenied');
    };
    expect((await runReconcile(rig)).status).toBe('equal');
  });

  it.each([
    {
      topic: 'ours',
      topicArn: 'arn:aws:sns:us-east-1:111122223333:photos-fanout',
      remedy: /put our notification back/,
    },
    {
      topic: 'one of others',
      topicArn: 'arn:aws:sns:us-east-1:111122223333:theirs',
      remedy:
        /let the bucket send s3:ObjectCreated:\*, s3:ObjectRemoved:\*, s3:LifecycleExpiration:\* of all keys to that topic/,
    },
  ])(
    'fails where the rules tell the topic of nothing or of some, be the topic $topic',
    async ({ topicArn, remedy }) => {
      const rig = reconcileRig();
      const settings = { ...rig.world().settings, topicArn };
      expect(await sourceTells({ ...rig.world(), settings })).toEqual([]);
      rig.told.of = 'some';
      expect(await sourceTells({ ...rig.world(), settings })).toEqual([
        expect.stringMatching(/of some changes only \(not of every s3:ObjectCreated:\*\)/),
      ]);
      rig.told.of = 'nothing';
      expect(await sourceTells({ ...rig.world(), settings })).toEqual([expect.stringMatching(remedy)]);
    },
  );
});
