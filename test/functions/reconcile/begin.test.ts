import { describe, expect, it } from 'vitest';
import { begin, end } from '../../../functions/reconcile/begin.ts';
import type { Beginning } from '../../../functions/reconcile/begin.ts';
import { handOver } from '../../../functions/reconcile/hand-over.ts';
import type { Run } from '../../../functions/reconcile/run.ts';
import { NIGHT, reconcileRig } from '../../support/reconcile-rig.ts';
import type { Rig } from '../../support/reconcile-rig.ts';

describe('begin', () => {
  it('begins a run, and the same one if it is asked again', async () => {
    const rig = reconcileRig();
    const first = await start(rig, 'a');
    expect(first).toMatchObject({
      status: 'run',
      run: { id: expect.stringMatching(/^2026-11-21T01-00-00Z-[0-9a-f]{8}$/) },
    });
    await expect(start(rig, 'a')).resolves.toEqual(first);
  });

  it('leaves a scheduled run out while another is under way, and says so', async () => {
    const rig = reconcileRig();
    await start(rig, 'a');
    await expect(start(rig, 'b')).resolves.toMatchObject({ status: 'skip' });
    expect(rig.mails).toMatchObject([{ subject: 'A nightly reconcile was left out' }]);
  });

  it.each(['deploy', 'hand'])('has a run wait that somebody asked for (%s)', async (trigger) => {
    const rig = reconcileRig();
    const first = await start(rig, 'a');
    await expect(start(rig, 'b', trigger)).resolves.toEqual({ status: 'wait', waitSeconds: 30 });
    if (first.status === 'run') await end(rig.world(), first.run);
    await expect(start(rig, 'b', trigger)).resolves.toMatchObject({ status: 'run' });
  });

  it('takes the place of a run whose execution has ended without an end', async () => {
    const rig = reconcileRig();
    await start(rig, 'a');
    rig.running.delete('a');
    await expect(start(rig, 'b')).resolves.toMatchObject({ status: 'run', run: { execution: 'b' } });
  });

  it('lets one of two begin that come at the same moment', async () => {
    for (const before of [undefined, 'ended']) {
      const rig = reconcileRig();
      if (before !== undefined) {
        const first = await start(rig, before);
        if (first.status === 'run') await end(rig.world(), first.run);
      }
      const both = await Promise.all([start(rig, 'a', 'hand'), start(rig, 'b', 'hand')]);
      expect(both.map(({ status }) => status).toSorted()).toEqual(['run', 'wait']);
    }
  });

  it('ends only its own run', async () => {
    const rig = reconcileRig();
    const first = await start(rig, 'a');
    rig.running.delete('a');
    await start(rig, 'b');
    if (first.status === 'run') await end(rig.world(), first.run);
    await expect(start(rig, 'c')).resolves.toMatchObject({ status: 'skip' });
  });

  it('begins the second pass of an execution as a run of its own', async () => {
    const rig = reconcileRig();
    const first = await start(rig, 'a', 'deploy');
    if (first.status === 'run') await end(rig.world(), first.run);
    rig.clock.now += 600_000;
    const second = await start(rig, 'a', 'deploy', 2);
    expect(second).toMatchObject({ status: 'run', run: { pass: 2, startedAt: '2026-11-21T01:10:00.000Z' } });
    expect(second).not.toMatchObject({ run: { id: first.status === 'run' ? first.run.id : '' } });
  });

  it.each([
    { input: {}, message: /trigger/ },
    { input: { trigger: 'moon' }, message: /trigger/ },
    { input: { trigger: 'hand', prefix: '' }, message: /prefix/ },
    { input: { trigger: 'hand', unknown: 1 }, message: /unknown/ },
    { input: 'x', message: /Cannot understand the input/ },
  ])('refuses the input $input', async ({ input, message }) => {
    const execution = { arn: 'a', startedAt: new Date(NIGHT).toISOString() };
    await expect(begin(reconcileRig().world(), { execution, input, pass: 1 })).rejects.toThrow(message);
  });
});

describe('handOver', () => {
  it.each([
    ['the old execution still runs, the new one does not yet', ['a']],
    ['both run', ['a', 'b']],
    ['only the new one runs', ['b']],
  ])('keeps other runs out while %s', async (_, running) => {
    const rig = reconcileRig();
    const run = await runOf(rig, 'a');
    await handOver(rig.world(), { run, execution: 'b' });
    rig.running.delete('a');
    for (const one of running) rig.running.add(one);
    await expect(start(rig, 'c')).resolves.toMatchObject({ status: 'skip' });
  });

  it('leaves the place to others when neither runs any more', async () => {
    const rig = reconcileRig();
    await handOver(rig.world(), { run: await runOf(rig, 'a'), execution: 'b' });
    rig.running.delete('a');
    await expect(start(rig, 'c')).resolves.toMatchObject({ status: 'run' });
  });

  it('answers with the same run, also when it is asked again', async () => {
    const rig = reconcileRig();
    const run = await runOf(rig, 'a');
    const next = { run: { ...run, execution: 'b' } };
    await expect(handOver(rig.world(), { run, execution: 'b' })).resolves.toEqual(next);
    await expect(handOver(rig.world(), { run, execution: 'b' })).resolves.toEqual(next);
    await end(rig.world(), next.run);
    await expect(start(rig, 'c')).resolves.toMatchObject({ status: 'run' });
  });

  it('refuses where another run has taken the place', async () => {
    const rig = reconcileRig();
    const run = await runOf(rig, 'a');
    rig.running.delete('a');
    await start(rig, 'c');
    await expect(handOver(rig.world(), { run, execution: 'b' })).rejects.toThrow(
      /Cannot go on with the run .* is under way/,
    );
  });

  async function runOf(rig: Rig, arn: string): Promise<Run> {
    const begun = await start(rig, arn, 'deploy');
    if (begun.status !== 'run') throw new Error(`${arn} did not begin`);
    return begun.run;
  }
});

async function start(rig: Rig, arn: string, trigger = 'schedule', pass = 1): Promise<Beginning> {
  rig.running.add(arn);
  const execution = { arn, startedAt: new Date(NIGHT).toISOString() };
  return begin(rig.world(), { execution, input: { trigger }, pass });
}
