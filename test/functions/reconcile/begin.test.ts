import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paths } from '../../../functions/reconcile/run.ts';
import { begin, end } from '../../../functions/reconcile/begin.ts';
import type { Beginning } from '../../../functions/reconcile/begin.ts';
import { handOver } from '../../../functions/reconcile/hand-over.ts';
import type { Run } from '../../../functions/reconcile/run.ts';
import { NIGHT, reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';
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

describe('runs beside each other', () => {
  const ALL = ['photos-dr', 'photos-eu', 'photos-us'];

  it.each<{
    name: string;
    /** Of the runs under way: `all`, or a destination. */
    running: readonly string[];
    planned?: readonly string[];
    wants: string;
    trigger?: string;
    outcome: Beginning['status'];
    leftOut?: readonly string[];
  }>([
    { name: 'another destination', running: ['photos-eu'], wants: 'photos-dr', outcome: 'run' },
    { name: 'the same destination', running: ['photos-eu'], wants: 'photos-eu', outcome: 'wait' },
    { name: 'all but one', running: ['photos-eu'], wants: 'all', outcome: 'run', leftOut: ['photos-eu'] },
    {
      name: 'what two leave',
      running: ['photos-eu', 'photos-us'],
      wants: 'all',
      outcome: 'run',
      leftOut: ['photos-eu', 'photos-us'],
    },
    { name: 'nothing is left', running: ALL, wants: 'all', outcome: 'skip' },
    { name: 'nothing is left for one by hand', running: ALL, wants: 'all', trigger: 'hand', outcome: 'wait' },
    { name: 'all, while a run over all goes on', running: ['all'], wants: 'all', outcome: 'skip' },
    { name: 'one, while a run over all is not planned', running: ['all'], wants: 'photos-eu', outcome: 'wait' },
    { name: 'one that the run over all has', running: ['all'], planned: ALL, wants: 'photos-eu', outcome: 'wait' },
    { name: 'one deployed since', running: ['all'], planned: ALL, wants: 'photos-new', outcome: 'run' },
    { name: 'one left out, again', running: ['photos-eu', 'all'], wants: 'photos-eu', outcome: 'wait' },
  ])('$name: $outcome', async ({ running, planned, wants, trigger, outcome, leftOut }) => {
    const rig = reconcileRig({ destinations: ALL });
    for (const one of running) {
      const begun = await runOver(rig, one, one);
      if (one === 'all' && planned !== undefined) await planOf(rig, begun, planned);
    }
    const asked = trigger ?? (wants === 'all' ? 'schedule' : 'deploy');
    const begun = await start(rig, 'new', asked, 1, wants === 'all' ? undefined : wants);
    expect(begun.status).toBe(outcome);
    const run = begun.status === 'run' ? begun.run : undefined;
    expect(run?.leftOut?.map(({ bucket }) => bucket)).toEqual(leftOut);
  });

  it('a nightly run goes on beside the backfill of a destination, says what it left out, and neither takes the place of the other', async () => {
    const rig = reconcileRig({ destinations: ['photos-eu', 'photos-dr'] });
    rig.put(rig.source, 'k');
    const backfill = await runOver(rig, 'backfill', 'photos-eu');
    const { report } = await runReconcile(rig);
    expect(report).toMatchObject({
      destinations: [{ bucket: 'photos-dr' }],
      leftOut: [{ bucket: 'photos-eu', run: backfill.id }],
    });
    expect(rig.mails.at(-1)?.text).toContain(`not compared, as another run has it: photos-eu (${backfill.id})`);
    expect(rig.destinations.get('photos-eu')?.inbox).toEqual([]);
    await expect(start(rig, 'b', 'hand', 1, 'photos-eu')).resolves.toMatchObject({ status: 'wait' });
    await end(rig.world(), backfill);
    await expect(start(rig, 'b', 'hand', 1, 'photos-eu')).resolves.toMatchObject({ status: 'run' });
  });

  it('a run that an older version began holds all destinations until it ends', async () => {
    const rig = reconcileRig({ destinations: ALL });
    const old = await runOver(rig, 'old', 'all');
    await rig.files.write(paths.lock, JSON.stringify({ run: old }));
    await expect(start(rig, 'b', 'deploy', 1, 'photos-eu')).resolves.toMatchObject({ status: 'wait' });
    const { run } = await handOver(rig.world(), { run: old, execution: 'older' });
    rig.running.delete('old');
    rig.running.add('older');
    await expect(start(rig, 'b', 'deploy', 1, 'photos-eu')).resolves.toMatchObject({ status: 'wait' });
    await end(rig.world(), run);
    await expect(start(rig, 'b', 'deploy', 1, 'photos-eu')).resolves.toMatchObject({ status: 'run' });
  });

  it('in whatever order they begin, hand over, crash and end, no two have the same destination', async () => {
    const wanted = ['all', 'all', 'photos-eu', 'photos-eu', 'photos-dr'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom('end', 'hand over', 'crash'), { minLength: 5, maxLength: 5 }),
        async (scheduler, fates) => {
          const rig = reconcileRig({ destinations: ALL });
          const world = rig.world();
          const [read, write] = [world.files.read.bind(world.files), world.files.write.bind(world.files)];
          const slow = {
            ...world,
            files: {
              ...world.files,
              read: (name: string) => scheduler.schedule(Promise.resolve()).then(() => read(name)),
              write: (...args: Parameters<typeof write>) =>
                scheduler.schedule(Promise.resolve()).then(() => write(...args)),
            },
          };
          const having = new Map<string, string>();
          let most = 0;
          const live = async (number: number) => {
            const wants = wanted[number] ?? 'all';
            const arn = `execution ${number}`;
            rig.running.add(arn);
            const input = { trigger: 'hand', ...(wants !== 'all' && { destination: wants }) };
            for (let tries = 0; tries < 3; tries++) {
              const execution = { arn, startedAt: new Date(NIGHT).toISOString() };
              const begun = await begin(slow, { execution, input, pass: 1 });
              if (begun.status !== 'run') continue;
              const { run } = begun;
              const has =
                wants === 'all' ? ALL.filter((bucket) => !run.leftOut?.some((one) => one.bucket === bucket)) : [wants];
              for (const bucket of has) {
                expect(having.get(bucket), `${bucket} of ${arn}`).toBeUndefined();
                having.set(bucket, arn);
              }
              most = Math.max(most, new Set(having.values()).size);
              await scheduler.schedule(Promise.resolve());
              const next = `${arn} part 2`;
              const handsOver = fates[number] === 'hand over';
              if (handsOver) {
                await handOver(slow, { run, execution: next });
                rig.running.add(next);
                rig.running.delete(arn);
              }
              await scheduler.schedule(Promise.resolve());
              for (const bucket of has) having.delete(bucket);
              if (fates[number] !== 'crash') await end(slow, { execution: handsOver ? next : arn });
              for (const execution of [arn, next]) rig.running.delete(execution);
              return;
            }
            rig.running.delete(arn);
          };
          const lives = Promise.all(wanted.map((_, number) => live(number)));
          await scheduler.waitFor(lives);
          expect(most).toBeGreaterThan(0);
        },
      ),
      { seed: 1421, numRuns: 150 },
    );
  });

  async function runOver(rig: Rig, arn: string, what: string): Promise<Run> {
    const begun = await start(rig, arn, 'deploy', 1, ALL.includes(what) ? what : undefined);
    if (begun.status !== 'run') throw new Error(`${arn} did not begin`);
    return begun.run;
  }

  async function planOf(rig: Rig, run: Run, buckets: readonly string[]): Promise<void> {
    await rig.files.write(paths.plan(run), JSON.stringify({ destinations: buckets.map((bucket) => ({ bucket })) }));
  }
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

  it('refuses where the run is over, whoever asks', async () => {
    const rig = reconcileRig();
    const { run } = await handOver(rig.world(), { run: await runOf(rig, 'a'), execution: 'b' });
    await end(rig.world(), run);
    await expect(handOver(rig.world(), { run, execution: 'b' })).rejects.toThrow(
      /Cannot go on with the run .* lost its place/,
    );
    await expect(handOver(rig.world(), { run, execution: 'd' })).rejects.toThrow(
      /Cannot go on with the run .* lost its place/,
    );
  });

  it('refuses where another run has taken the place', async () => {
    const rig = reconcileRig();
    const run = await runOf(rig, 'a');
    rig.running.delete('a');
    await start(rig, 'c');
    await expect(handOver(rig.world(), { run, execution: 'b' })).rejects.toThrow(
      /Cannot go on with the run .* has lost its place/,
    );
  });

  async function runOf(rig: Rig, arn: string): Promise<Run> {
    const begun = await start(rig, arn, 'deploy');
    if (begun.status !== 'run') throw new Error(`${arn} did not begin`);
    return begun.run;
  }
});

async function start(rig: Rig, arn: string, trigger = 'schedule', pass = 1, destination?: string): Promise<Beginning> {
  rig.running.add(arn);
  const execution = { arn, startedAt: new Date(NIGHT).toISOString() };
  return begin(rig.world(), { execution, input: { trigger, destination }, pass });
}
