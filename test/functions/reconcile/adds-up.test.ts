import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DOES_NOT_ADD_UP, whatDoesNotAddUp } from '../../../functions/reconcile/report/adds-up.ts';
import type { DestinationReport } from '../../../functions/reconcile/report/report.ts';
import { total } from '../../../functions/reconcile/tally.ts';
import { NIGHT, reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';
import type { Rig } from '../../support/reconcile-rig.ts';

const YOUNG = new Date(NIGHT - 60_000).toISOString();
const OLD = '2026-11-01T00:00:00.000Z';

describe('a report', () => {
  it('adds up, whatever the sides hold, and whatever fails or changes meanwhile', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const chance = chances(seed);
        const rig = anyRig(chance);
        const request = { ...(chance(5) === 0 && { verifyOnly: true }), ...(chance(8) === 0 && { prefix: 'a' }) };
        const { report } = await runReconcile(rig, request, { before: (step) => disturb(rig, step, chance) });
        expect(report?.problems.filter((problem) => problem.startsWith(DOES_NOT_ADD_UP))).toEqual([]);
        for (const destination of report?.destinations ?? []) {
          expect(whatDoesNotAddUp(destination, report?.source.keys ?? 0)).toEqual([]);
          const { status, compared, notListedAgain } = destination;
          const whole = { compared: report?.source.keys, notListedAgain: undefined };
          expect(status === 'failed' ? whole : { compared, notListedAgain }).toEqual(whole);
          note(seen, destination);
        }
      }),
      { numRuns: 150 },
    );
    // Else the property would hold of too little.
    expect([...seen.keys()]).toEqual(expect.arrayContaining(EVERYTHING));
  });

  it('counts and names what was young and is repaired', async () => {
    const rig = reconcileRig();
    rig.putBoth('k');
    rig.put(rig.source, 'young', { modified: YOUNG });
    const { report } = await runReconcile(rig);
    expect(report).toMatchObject({
      status: 'equal',
      destinations: [
        { compared: 2, equal: 1, youngFound: 1, youngRepaired: 1, found: { missed: 0 }, repaired: { missed: 0 } },
      ],
    });
    const [mail] = rig.mails;
    expect(mail?.text).toContain('photos-eu: 1 repaired, but too young to be called drift');
    expect(mail?.text).toContain('after 1 copy was repaired that was too young to be called drift');
    expect(page(rig)).toContain('Repaired, but too young to be called drift');
  });

  it.each([
    ['sweep', '"compared":0,'],
    ['verify', '"appeared":0,'],
  ])('is not called wrong where the version before has begun the run: %s', async (stage, field) => {
    const rig = reconcileRig();
    for (const key of ['k', 'l']) rig.putBoth(key);
    rig.put(rig.source, 'missed');
    let spoilt = 0;
    const upgrade = (step: string) => {
      if (step === 'verify') rig.put(rig.source, 'late', { modified: new Date(rig.clock.now).toISOString() });
      for (const [name, text] of rig.files.all)
        if (name.includes(`/${stage}/`) && text.includes(field)) {
          void rig.files.write(name, text.replace(field, ''));
          spoilt++;
        }
    };
    const { report, status } = await runReconcile(rig, {}, { before: upgrade });
    expect(spoilt).toBeGreaterThan(0);
    expect(report?.problems).toEqual([]);
    expect(status).toBe('equal');
    expect(report?.destinations).toMatchObject([{ compared: 3, equal: 2, repaired: { missed: 1 } }]);
    const left = [...rig.files.all].filter(([name]) => name.includes(`/${stage}/`)).map(([, text]) => text);
    // What was begun without it goes on without it: a part of a sum is no sum.
    expect(left.join('')).not.toContain(field.slice(0, -2));
  });

  it('says so loudly if it does not add up, and the run fails; but it is written', async () => {
    const rig = reconcileRig();
    rig.putBoth('k');
    const spoil = (step: string) => {
      if (step !== 'Report') return;
      const name = [...rig.files.all.keys()].find((one) => one.endsWith('sweep/0.json')) ?? '';
      const text = rig.files.all.get(name) ?? '';
      void rig.files.write(name, text.replace(/"equal":1/, '"equal":0'));
    };
    const { report, status } = await runReconcile(rig, {}, { before: spoil });
    expect(status).toBe('failed');
    expect(report?.problems).toEqual([
      'This report does not add up for "photos-eu": 1 objects compared, but none accounted for',
    ]);
    expect(report?.destinations).toMatchObject([{ status: 'failed' }]);
    expect(report?.destinations[0]?.provedEqualAsOf).toBeUndefined();
    expect(rig.destinations.get('photos-eu')?.metrics[0]).not.toHaveProperty('ReconcileCompleted');
    expect(rig.mails[0]?.subject).toMatch(/^FAILED/);
    expect(rig.mails[0]?.text).toContain('That is a fault of this program');
  });
});

describe('whatDoesNotAddUp', () => {
  it.each([
    'compared',
    'equal',
    'same',
    'gone',
    'young',
    'youngRepaired',
    'youngFound',
    'knownCannot',
    'expired',
  ] as const)('sees one %s too many', async (what) => {
    const rig = anyRig(chances(7));
    const { report } = await runReconcile(rig);
    const [destination] = report?.destinations ?? [];
    if (destination === undefined) throw new Error('There is a destination');
    expect(whatDoesNotAddUp(destination, report?.source.keys ?? 0)).toEqual([]);
    expect(
      whatDoesNotAddUp({ ...destination, [what]: (destination[what] ?? 0) + 1 }, destination.compared),
    ).not.toEqual([]);
  });
});

describe('a run that compared nothing', () => {
  it.each([
    ['an empty bucket', {}, 'equal'],
    ['a prefix of no key', { prefix: 'phtos/' }, 'failed'],
  ] as const)('never says that nothing differs: %s', async (_, request, status) => {
    const rig = reconcileRig({ destinations: ['photos-eu', 'photos-dr'] });
    if (status === 'failed') rig.putBoth('photos/k');
    const { report } = await runReconcile(rig, request);
    expect(report?.status).toBe(status);
    saysNothingOfEquality(rig);
  });

  it('says what only destinations have', async () => {
    const rig = reconcileRig();
    for (const { bucket } of rig.destinations.values()) rig.put(bucket, 'left');
    await runReconcile(rig);
    expect(rig.mails[0]?.subject).toBe(
      'EMPTY photos: There are no objects of photos, so that nothing was compared; 1 copy is only in des...',
    );
    saysNothingOfEquality(rig);
  });

  it('never says that nothing differs: all destinations refused', async () => {
    const rig = reconcileRig();
    rig.putBoth('k');
    rig.faults.observe = () => fail('AccessDenied');
    const { report } = await runReconcile(rig);
    expect(report?.status).toBe('failed');
    saysNothingOfEquality(rig);
  });
});

describe('an error of a function', () => {
  it('is told as a sentence', async () => {
    const rig = reconcileRig();
    rig.faults.subscriptions = () =>
      fail(JSON.stringify({ errorType: 'Error', errorMessage: 'Cannot "list"', trace: ['at x'] }));
    const { report } = await runReconcile(rig);
    expect(report?.problems.join()).toContain('failed: Cannot "list"');
    expect(`${rig.mails[0]?.text}${page(rig)}`).not.toMatch(/errorMessage|trace/);
  });
});

function saysNothingOfEquality(rig: Rig): void {
  const all = [page(rig), ...rig.mails.flatMap(({ subject, text }) => [subject, text])].join('\n');
  expect(all).not.toMatch(/✓|\bequal in\b|nothing differs|proved equal as of|\bOK\b/i);
}

function page(rig: Rig): string {
  const name = [...rig.files.all.keys()].find((one) => one.endsWith('report.html')) ?? '';
  const html = rig.files.all.get(name) ?? '';
  return html.slice(html.indexOf('<body'));
}

const EVERYTHING = [
  'equal',
  'found',
  'repaired',
  'same',
  'gone',
  'young',
  'youngFound',
  'youngRepaired',
  'appeared',
  'failed',
  'underWay',
  'cannot',
  'knownFacts',
  'expired',
  'extra',
  'notListedAgain',
];

function note(seen: Map<string, number>, destination: DestinationReport): void {
  for (const [name, value] of Object.entries(destination)) {
    const some = typeof value === 'number' ? value : typeof value === 'object' ? Object.keys(value).length : 0;
    const counts = name === 'found' || name === 'repaired' ? total(destination[name]) : some;
    if (counts > 0) seen.set(name, (seen.get(name) ?? 0) + 1);
  }
}

type Chance = (below: number) => number;

function anyRig(chance: Chance): Rig {
  const faulty = chance(3) === 0;
  const rig = reconcileRig({
    destinations: ['photos-dr', 'photos-eu'],
    replicas: { pageSize: () => 1 + chance(6), onPage: () => void (faulty && chance(8) === 0 && fail('page')) },
  });
  if (chance(6) === 0) rig.faults.ledger = () => void (chance(3) === 0 && fail('ledger'));
  if (chance(6) === 0) rig.faults.inbox = (_, call) => void (call === 'send' && chance(2) === 0 && fail('inbox'));
  if (chance(6) === 0) rig.faults.givenBack = () => fail('listing');
  for (let n = 0; n < 30; n++) {
    const key = `${['a', 'b'][chance(2)]}/${n}`;
    const archived = chance(5) === 0;
    const modified = chance(4) === 0 ? YOUNG : OLD;
    rig.putBoth(key, { modified, ...(archived && { storageClass: 'GLACIER' }) });
    const source = rig.source.objects.get(key);
    if (archived && chance(3) === 0) rig.givenBack.add(key);
    for (const destination of rig.destinations.values()) {
      const { bucket, ledger } = destination;
      const fate = chance(9);
      if (fate === 0 || archived) bucket.objects.delete(key);
      if (fate === 1) rig.put(bucket, key, { size: 999 });
      if (fate === 2) rig.put(bucket, key, { etag: 'other' });
      if (fate === 3) rig.put(bucket, `${key}-extra`);
      const entry = { recordedAt: OLD, sourceLastModified: modified, sourceETag: source?.etag ?? '' };
      if (archived && chance(2) === 0) ledger.set(key, { ...entry, outcome: 'cannot', reason: 'archived' });
      if (fate === 4) {
        destination.expiryRules.splice(0, 1, { prefix: '', after: { days: 1 } });
        bucket.objects.delete(key);
        const replica = { replicaETag: source?.etag ?? '', replicaMadeFrom: source?.etag ?? '', replicaDate: OLD };
        ledger.set(key, { ...entry, ...replica, replicaMadeFromDate: modified, outcome: 'copied', reason: 'absent' });
      }
    }
  }
  for (const destination of rig.destinations.values()) {
    destination.paused = chance(8) === 0;
    const { converge, ledger } = destination;
    destination.converge = (key) => {
      const source = rig.source.objects.get(key);
      const now = new Date(rig.clock.now).toISOString();
      const entry = { recordedAt: now, sourceLastModified: source?.modified ?? now, sourceETag: source?.etag ?? '' };
      const fate = chance(10);
      if (source?.storageClass === 'GLACIER' && !rig.givenBack.has(key))
        ledger.set(key, { ...entry, outcome: 'cannot', reason: 'archived' });
      else if (fate === 0) ledger.set(key, { ...entry, outcome: 'failed', reason: 'AccessDenied' });
      else if (fate === 1 && source !== undefined) {
        // As a comparison of contents finds out.
        const replica = destination.bucket.objects.get(key);
        if (replica === undefined) return converge(key);
        ledger.set(key, {
          ...entry,
          outcome: 'same',
          reason: 'same',
          replicaETag: replica.etag,
          replicaMadeFrom: source.etag,
        });
      } else if (fate !== 2) converge(key);
    };
  }
  return rig;
}

/** Others go on writing, in the source and in the destinations. */
function disturb(rig: Rig, step: string, chance: Chance): void {
  if (step === 'Begin' || chance(2) === 0) return;
  const keys = [...rig.source.objects.keys()];
  const key = keys[chance(keys.length)] ?? 'k';
  const now = new Date(rig.clock.now).toISOString();
  const fate = chance(4);
  if (fate === 0) rig.source.objects.delete(key);
  if (fate === 1) rig.put(rig.source, key, { modified: now, etag: `changed ${now}` });
  if (fate === 2) for (const { bucket } of rig.destinations.values()) bucket.objects.delete(key);
  if (fate === 3) rig.put(rig.source, `a/new-${rig.clock.now}`, { modified: chance(2) === 0 ? now : OLD });
}

function fail(why: string): never {
  throw new Error(why);
}

/** Whole numbers below a bound. */
function chances(seed: number): Chance {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}
