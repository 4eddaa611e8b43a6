import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder } from '../../support/model-bucket.ts';
import { countsOf, reconcileRig, runReconcile, subscriptionOf } from '../../support/reconcile-rig.ts';
import type { Rig, RigOptions } from '../../support/reconcile-rig.ts';

describe('a sweep that is cut off', () => {
  it('tells the same as one that is not, wherever it is cut, and whatever fails on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 12 }), async (seed, patience) => {
        const whole = filled(seed);
        const { report: expected } = await runReconcile(whole);
        const chance = chances(seed);
        let planned = false;
        const sometimes = (what: string) => void (planned && chance(25) === 0 && fail(what));
        // A destination that fails three times in a row is given up, which tells something else.
        let failures = 0;
        const seldom = (what: string) => void (planned && failures < 2 && chance(25) === 0 && ++failures && fail(what));
        const torn: Rig = filled(seed, {
          source: { pageSize: () => 1 + chance(4), onPage: () => sometimes('page') },
          replicas: { pageSize: () => 1 + chance(4), onPage: () => seldom('page') },
          onWrite: (name) => void (name.startsWith('work/') && sometimes(name)),
        });
        torn.time.remaining = () => (chance(patience) === 0 ? 0 : 900_000);
        const before = (name: string) => void (planned ||= name === 'sweep');
        const { report } = await runReconcile(torn, {}, { attempts: 1000, before });
        expect(report?.problems).toEqual([]);
        expect(report?.destinations.map(countsOf)).toEqual(expected?.destinations.map(countsOf));
        expect(report?.source).toEqual(expected?.source);
        expect(contents(torn)).toEqual(contents(whole));
      }),
      { numRuns: 60 },
    );
  });
});

describe('what fails', () => {
  it.each(['source', 'replicas'] as const)(
    'never passes a page of the %s that failed for the end of the listing',
    async (side) => {
      let [pages, sweeping] = [0, false];
      const onPage = () => void (sweeping && ++pages > 2 && fail('listing: status 503'));
      const before = (name: string) => void (sweeping = name === 'sweep');
      const rig = filled(1, { [side]: { onPage } });
      const { report, status } = await runReconcile(rig, {}, { before });
      expect(status).toBe('failed');
      expect(report?.problems.join()).toMatch(/shares of the keys were not listed to their end: listing: status 503/);
      for (const { status: each, provedEqualAsOf } of report?.destinations ?? [])
        expect({ each, provedEqualAsOf }).toEqual({ each: 'failed', provedEqualAsOf: undefined });
      expect(metricsOf(rig).every((metrics) => !('ReconcileCompleted' in metrics))).toBe(true);
    },
  );

  it('says so if no destination is subscribed', async () => {
    const rig = reconcileRig({ destinations: [] });
    rig.put(rig.source, 'k');
    const { report, status } = await runReconcile(rig);
    expect(status).toBe('failed');
    expect(report?.problems).toEqual([expect.stringMatching(/No destination is subscribed/)]);
    expect(rig.mails).toHaveLength(1);
  });

  it('compares the other destinations if one cannot be looked at, and fails for that one', async () => {
    const rig = filled(2);
    rig.faults.observe = (bucket) => {
      if (bucket === 'photos-dr') fail('access denied');
    };
    const { report, status } = await runReconcile(rig);
    expect(status).toBe('failed');
    expect(report?.problems).toEqual([expect.stringMatching(/"photos-dr" through its observer role: access denied/)]);
    expect(report?.destinations).toMatchObject([{ bucket: 'photos-eu', status: 'equal' }]);
    expect(rig.destinations.get('photos-eu')?.metrics).toMatchObject([{ ReconcileCompleted: 1 }]);
    expect(rig.destinations.get('photos-dr')?.metrics).toEqual([]);
  });

  it('reports a subscription that is not confirmed, and compares the rest', async () => {
    const rig = filled(3);
    rig.subscriptions.push({ ...subscriptionOf('photos-new'), arn: 'PendingConfirmation' });
    const { report } = await runReconcile(rig);
    expect(report?.status).toBe('failed');
    expect(report?.problems).toEqual([expect.stringMatching(/not confirmed/)]);
    expect(report?.destinations.map(({ status }) => status)).toEqual(['equal', 'equal']);
  });

  it('reports what was found if the inboxes take nothing', async () => {
    const rig = filled(4);
    const { report } = await runReconcile(
      rig,
      {},
      { before: (name) => void (name === 'Nominate' && (rig.faults.inbox = () => fail('queue is gone'))) },
    );
    expect(report?.status).toBe('failed');
    expect(report?.problems).toEqual(
      ['photos-dr', 'photos-eu'].map(
        (name) => `Nothing could be sent to "${name}": its inbox does not take messages: queue is gone`,
      ),
    );
    expect(report?.destinations[0]?.found.missed).toBeGreaterThan(0);
  });

  it('takes for different what a ledger that cannot be read would explain', async () => {
    const rig = reconcileRig();
    rig.putBoth('kms');
    const eu = rig.destinations.get('photos-eu');
    eu?.bucket.objects.set('kms', { etag: 'of-kms', size: 3, modified: '2026-11-02T00:00:00.000Z' });
    const note = {
      outcome: 'copied',
      reason: '',
      recordedAt: '',
      sourceLastModified: '2026-11-01T00:00:00.000Z',
      replicaMadeFrom: 'e-kms-3',
      replicaETag: 'of-kms',
    };
    eu?.ledger.set('kms', note);
    const explained = await runReconcile(rig);
    expect(explained.report?.destinations).toMatchObject([{ equal: 1, explained: 1, found: { stale: 0 } }]);
    rig.clock.now += 86_400_000;
    rig.faults.ledger = () => fail('table is gone');
    const { report } = await runReconcile(rig);
    expect(report?.destinations).toMatchObject([{ equal: 0, found: { stale: 1 } }]);
  });

  it('neither counts as drift, nor lets block the cap, what the ledger knows to be impossible', async () => {
    const rig = reconcileRig({ settings: { maxBytesPerRun: 100 } });
    rig.put(rig.source, 'customer key', { size: 1000 });
    rig.putBoth('fine');
    const eu = rig.destinations.get('photos-eu');
    const converge = eu?.converge ?? fail('no destination');
    if (eu !== undefined)
      eu.converge = (key) => {
        if (key !== 'customer key') return converge(key);
        const { modified: sourceLastModified = '' } = rig.source.objects.get(key) ?? {};
        const recordedAt = new Date(rig.clock.now).toISOString();
        eu.ledger.set(key, { outcome: 'cannot', reason: 'SSE-C', recordedAt, sourceLastModified });
      };
    for (let night = 0; night < 3; night++) {
      rig.clock.now += 86_400_000;
      if (night === 2) eu?.bucket.objects.delete('fine');
      const { report } = await runReconcile(rig);
      expect(report?.destinations).toMatchObject([
        { found: { missed: [1, 0, 1][night] }, repaired: { missed: night === 2 ? 1 : 0 }, cannot: { 'SSE-C': 1 } },
      ]);
    }
  });

  it('keeps one destination from taking the others down with it', async () => {
    let sweeping = false;
    const rig = filled(9);
    const dr = rig.destinations.get('photos-dr');
    const whole = { ...dr?.bucket };
    if (dr !== undefined)
      dr.bucket.pages = async function* (range) {
        if (sweeping) fail('status 500');
        yield* whole.pages?.(range) ?? [];
      };
    const { report } = await runReconcile(
      rig,
      {},
      { attempts: 5, before: (name) => void (sweeping ||= name === 'sweep') },
    );
    expect(report?.problems).toEqual(['"photos-dr" could not be listed to its end: status 500']);
    expect(report?.destinations).toMatchObject([
      { bucket: 'photos-dr', status: 'failed' },
      { bucket: 'photos-eu', status: 'equal', provedEqualAsOf: expect.any(String) },
    ]);
  });

  it('says so if a destination is not subscribed any more', async () => {
    const rig = filled(10);
    await runReconcile(rig);
    rig.clock.now += 86_400_000;
    rig.subscriptions.shift();
    const lost = await runReconcile(rig);
    expect(lost.report?.problems).toEqual([
      expect.stringMatching(/"photos-dr" is not subscribed to the topic any more/),
    ]);
    rig.clock.now += 8 * 86_400_000;
    const later = await runReconcile(rig);
    expect(later.report?.problems).toEqual([]);
  });

  it('sends nothing to a destination whose repairs would be more than a run may make, unless it is filled for the first time', async () => {
    const rig = reconcileRig({ settings: { maxBytesPerRun: 100 } });
    for (let n = 0; n < 9; n++) rig.put(rig.source, `k${n}`, { size: 50 });
    const first = await runReconcile(rig);
    expect(first.report).toMatchObject({ status: 'equal', destinations: [{ bytesRepaired: 450 }] });
    rig.clock.now += 86_400_000;
    for (let n = 0; n < 9; n++) rig.destinations.get('photos-eu')?.bucket.objects.delete(`k${n}`);
    const second = await runReconcile(rig);
    expect(second.report).toMatchObject({
      status: 'differs',
      destinations: [
        {
          status: 'differs',
          withheld: 'more than the 100 bytes that a run may repair',
          found: { missed: 9 },
          repaired: { missed: 0 },
        },
      ],
    });
    expect(rig.destinations.get('photos-eu')?.bucket.objects.size).toBe(0);
  });

  it('still fills a destination for the first time after it has only been compared', async () => {
    const rig = reconcileRig({ settings: { maxBytesPerRun: 100 } });
    for (let n = 0; n < 9; n++) rig.put(rig.source, `k${n}`, { size: 50 });
    await runReconcile(rig, { verifyOnly: true });
    rig.clock.now += 60_000;
    const { report } = await runReconcile(rig);
    expect(report).toMatchObject({ status: 'equal', destinations: [{ bytesRepaired: 450 }] });
  });

  it('repairs nothing where it is asked only to compare', async () => {
    const rig = filled(5);
    const before = contents(rig);
    const { report, status } = await runReconcile(rig, { verifyOnly: true });
    expect(status).toBe('differs');
    expect(report?.destinations[0]).toMatchObject({ withheld: 'only compared, as asked', repaired: { missed: 0 } });
    expect(contents(rig)).toEqual(before);
    for (const { inbox } of rig.destinations.values()) expect(inbox).toEqual([]);
  });

  it('does not wait for a destination that is paused, and says what waits there', async () => {
    const rig = filled(6);
    const eu = rig.destinations.get('photos-eu');
    if (eu !== undefined) eu.paused = true;
    const { report } = await runReconcile(rig);
    expect(report?.destinations).toMatchObject([
      { bucket: 'photos-dr', status: 'equal' },
      { bucket: 'photos-eu', status: 'differs', inbox: 'paused' },
    ]);
    expect(Object.keys(report?.destinations[1]?.underWay ?? {})).toEqual(['it waits in the inbox']);
  });

  it('gives the reasons of the ledger for what was not repaired', async () => {
    const rig = reconcileRig();
    for (const key of ['archived', 'denied', 'fine']) rig.put(rig.source, key);
    const eu = rig.destinations.get('photos-eu');
    const converge = eu?.converge ?? fail('no destination');
    if (eu !== undefined)
      eu.converge = (key) => {
        if (key === 'fine') return converge(key);
        const outcome = key === 'archived' ? 'cannot' : 'failed';
        eu.ledger.set(key, { outcome, reason: key, recordedAt: new Date(rig.clock.now).toISOString() });
      };
    const { report } = await runReconcile(rig);
    expect(report?.destinations).toMatchObject([
      { status: 'differs', repaired: { missed: 1 }, cannot: { archived: 1 }, failed: { denied: 1 }, underWay: {} },
    ]);
  });
});

describe('only a part', () => {
  it('compares one destination, or the keys of one prefix', async () => {
    const rig = filled(7);
    const one = await runReconcile(rig, { destination: 'photos-dr' });
    expect(one.report?.destinations.map(({ bucket }) => bucket)).toEqual(['photos-dr']);
    rig.clock.now += 60_000;
    const part = await runReconcile(rig, { prefix: 'a/' });
    const keys = [...rig.source.objects.keys()].filter((key) => key.startsWith('a/'));
    expect(part.report?.source.keys).toBe(keys.length);
    expect(part.report?.destinations.map(({ provedEqualAsOf }) => provedEqualAsOf)).toEqual([undefined, undefined]);
  });

  it('fails for a destination that is not subscribed, and names those that are', async () => {
    const rig = filled(8);
    const { report } = await runReconcile(rig, { destination: 'photos-xx' });
    expect(report?.problems).toEqual([
      '"photos-xx" is not subscribed to the topic; subscribed are photos-dr, photos-eu',
    ]);
  });
});

describe('young objects', () => {
  it('are no drift, but are looked at all the same, as some objects are always young', async () => {
    const rig = reconcileRig();
    rig.putBoth('old');
    rig.put(rig.source, 'arrives', { modified: '2026-11-21T00:58:00.000Z' });
    rig.put(rig.source, 'lost', { modified: '2026-11-21T00:59:00.000Z' });
    const eu = rig.destinations.get('photos-eu');
    const { report } = await runReconcile(
      rig,
      {},
      { before: (name) => void (name === 'Nominate' && eu?.converge('arrives')) },
    );
    expect(eu?.bucket.objects.has('lost')).toBe(true);
    expect(report).toMatchObject({
      status: 'equal',
      destinations: [{ found: { missed: 0 }, repaired: { missed: 0 }, provedEqualAsOf: '2026-11-21T01:00:00.000Z' }],
    });
  });

  it('prove nothing where they change again and again, and nothing ever copies them', async () => {
    const rig = reconcileRig();
    rig.putBoth('latest.json', { modified: '2026-11-10T00:00:00.000Z' });
    const eu = rig.destinations.get('photos-eu');
    if (eu !== undefined) eu.converge = () => undefined;
    let size = 100;
    const before = () =>
      rig.put(rig.source, 'latest.json', { size: ++size, modified: new Date(rig.clock.now).toISOString() });
    const { report } = await runReconcile(rig, {}, { before });
    expect(report?.destinations).toMatchObject([{ young: 1 }]);
    expect(report?.destinations[0]).not.toHaveProperty('provedEqualAsOf');
  });

  it('are repaired, too, by a run that a deploy has started, which asks for a second pass', async () => {
    const rig = reconcileRig();
    rig.put(rig.source, 'just now', { modified: '2026-11-21T00:59:59.000Z' });
    const { report, again } = await runReconcile(rig, { trigger: 'deploy' });
    expect(report?.destinations).toMatchObject([{ repaired: { missed: 1 } }]);
    expect(again).toBe('2026-11-21T01:10:00.000Z');
  });
});

function fail(what: string): never {
  throw new Error(what);
}

/** Two destinations that differ from the source in every way, as the seed has it. */
function filled(seed: number, options: RigOptions = {}): Rig {
  const rig = reconcileRig({ destinations: ['photos-dr', 'photos-eu'], ...options });
  const random = chances(seed);
  for (let n = 0; n < 60; n++) {
    const key = `${['a', 'b', '\u{1F600}', '\uFF5E'][random(4)]}/${n}`;
    rig.putBoth(key);
    for (const { bucket } of rig.destinations.values()) {
      const fate = random(12);
      if (fate === 0) bucket.objects.delete(key);
      if (fate === 1) rig.put(bucket, key, { size: 999 });
      if (fate === 2) rig.put(bucket, key, { etag: 'other' });
      if (fate === 3) rig.put(bucket, `${key}-extra`);
    }
  }
  rig.put(rig.source, 'missed everywhere');
  return rig;
}

/** Whole numbers below a bound. */
function chances(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

function contents(rig: Rig) {
  return [...rig.destinations.values()].map(({ bucket }) =>
    inOrder([...bucket.objects].map(([key, { etag, size }]) => `${key} ${etag} ${size}`)),
  );
}

function metricsOf(rig: Rig) {
  return [...rig.destinations.values()].flatMap(({ metrics }) => metrics);
}
