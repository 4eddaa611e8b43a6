import { describe, expect, it } from 'vitest';
import { sourceTells } from '../../../functions/reconcile/source-tells.ts';
import { toldOf } from '../../../shared/told-of.ts';
import { NIGHT, reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:photos-fanout';
const whole = { TopicArn: TOPIC, Events: ['s3:ObjectCreated:*' as const, 's3:ObjectRemoved:*' as const] };

describe('toldOf()', () => {
  it.each([
    { name: 'no rule', configuration: {}, told: 'nothing' },
    { name: 'our rule', configuration: { TopicConfigurations: [whole] }, told: 'all' },
    {
      name: 'ours and others',
      configuration: { TopicConfigurations: [{ ...whole, TopicArn: 'x' }, whole], EventBridgeConfiguration: {} },
      told: 'all',
    },
    {
      name: 'the rule of another topic',
      configuration: { TopicConfigurations: [{ ...whole, TopicArn: 'x' }] },
      told: 'nothing',
    },
    {
      name: 'removals only',
      configuration: { TopicConfigurations: [{ ...whole, Events: ['s3:ObjectRemoved:*' as const] }] },
      told: 'some',
    },
    {
      name: 'a prefix',
      configuration: {
        TopicConfigurations: [
          { ...whole, Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'a/' }] } } },
        ],
      },
      told: 'some',
    },
    {
      name: 'an empty filter',
      configuration: { TopicConfigurations: [{ ...whole, Filter: { Key: { FilterRules: [] } } }] },
      told: 'all',
    },
  ])('$name tells of $told', ({ configuration, told }) => {
    expect(toldOf(configuration, TOPIC)).toBe(told);
  });
});

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

  it('leaves it to others how a topic of theirs is fed', async () => {
    const world = { ...reconcileRig().world(), toldOf: async () => 'nothing' as const };
    const settings = { ...world.settings, topicArn: 'arn:aws:sns:us-east-1:111122223333:theirs' };
    expect(await sourceTells({ ...world, settings })).toEqual([]);
    expect(await sourceTells(world)).toHaveLength(1);
  });
});
