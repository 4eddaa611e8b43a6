import { describe, expect, it } from 'vitest';
import { paths } from '../../../functions/reconcile/run.ts';
import { reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';
import type { Rig, RigOptions, RunOptions } from '../../support/reconcile-rig.ts';
import type { Request } from '../../../functions/reconcile/run.ts';

const EU = 'photos-eu';
const KEYS = 5100;

/** Enough keys for a sample: one is taken of each 10,000, from their middle. */
function rigWith(options: RigOptions = {}): Rig {
  const rig = reconcileRig({
    source: { pageSize: () => KEYS, ...options.source },
    replicas: { pageSize: () => KEYS, ...options.replicas },
  });
  for (let n = 1; n < KEYS; n++) rig.putBoth(`a/${n}`);
  rig.putBoth('b/1');
  return rig;
}

/** What the next run will know of this one. */
function remembered(rig: Rig) {
  const read = (name: string): Record<string, unknown> | undefined => {
    const text = rig.files.all.get(name);
    return text === undefined ? undefined : JSON.parse(text);
  };
  return { samples: read(paths.samples), destination: read(paths.destination(EU)) };
}

/** A rig, a side of which cannot be listed while a run sweeps, if the run is told so. */
function rigThatFails(side: 'source' | 'replicas') {
  let fails = false;
  const onPage = () => {
    if (fails) throw new Error('listing: status 503');
  };
  const whileSweeping: RunOptions = { before: (name) => void (fails = name === 'sweep') };
  return { rig: rigWith({ [side]: { onPage } }), whileSweeping };
}

describe('a whole run is remembered', () => {
  it('with samples of the keys, and with the destination', async () => {
    const rig = rigWith();
    const { report } = await runReconcile(rig);
    const { samples, destination } = remembered(rig);
    expect(samples).toEqual({ keys: [expect.stringMatching(/^a\//)], total: KEYS });
    expect(destination).toEqual({
      completedRun: report?.run,
      completedAt: report?.endedAt,
      filledBy: report?.run,
      provedEqualAsOf: report?.startedAt,
      driftRuns: 0,
      cannot: 0,
    });
  });

  it('beside the run that filled the destination', async () => {
    const rig = rigWith();
    const first = await runReconcile(rig);
    rig.clock.now += 86_400_000;
    const second = await runReconcile(rig);
    expect(remembered(rig).destination).toMatchObject({
      completedRun: second.report?.run,
      filledBy: first.report?.run,
    });
  });
});

describe('a run that is not whole leaves what was remembered', () => {
  it.each<[string, Partial<Request>, boolean]>([
    ['as the source could not be listed to its end', {}, true],
    ['as it was over a part', { prefix: 'a/' }, false],
  ])('%s', async (_, request, fails) => {
    const { rig, whileSweeping } = rigThatFails('source');
    const options = fails ? whileSweeping : {};
    await runReconcile(rig, request, options);
    expect(remembered(rig)).toEqual({ samples: undefined, destination: undefined });
    rig.clock.now += 86_400_000;
    await runReconcile(rig);
    const before = remembered(rig);
    expect(before).toEqual({ samples: expect.anything(), destination: expect.anything() });
    rig.clock.now += 86_400_000;
    rig.putBoth('b/more');
    await runReconcile(rig, request, options);
    expect(remembered(rig)).toEqual(before);
  });

  it('as the destination could not be listed: all of the source was seen, and that is remembered', async () => {
    const { rig, whileSweeping } = rigThatFails('replicas');
    // After three attempts it is given up.
    await runReconcile(rig, {}, { ...whileSweeping, attempts: 5 });
    expect(remembered(rig)).toEqual({ samples: expect.objectContaining({ total: KEYS }), destination: undefined });
  });
});
