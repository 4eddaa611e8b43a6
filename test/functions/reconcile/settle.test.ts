import { describe, expect, it } from 'vitest';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { afterLook } from '../../../functions/reconcile/settle.ts';
import type { Look } from '../../../functions/reconcile/settle.ts';
import type { InboxSettling } from '../../../functions/reconcile/settling.ts';
import { waitInWords } from '../../../functions/reconcile/wait.ts';
import { reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';
import type { Rig } from '../../support/reconcile-rig.ts';

const MINUTE = 60_000;
const patience = { quietMs: 2 * MINUTE, patienceMs: 30 * MINUTE, backfill: false };
const seen = { seenAll: true, lookedAt: 9, failing: 0 };

describe('afterLook', () => {
  it.each([
    { case: 'empty for two minutes', looks: [0, 0, 0], over: ['settled', 3] },
    { case: 'empty at one look', looks: [0], over: [undefined, 1] },
    { case: 'empty, then not, then empty again', looks: [0, 1, 0, 0, 0], over: ['settled', 5] },
    { case: 'paused', looks: ['paused'], over: ['paused', 1] },
    { case: 'never empty', looks: many(() => 5), over: ['out of patience', 31] },
    { case: 'never seen', looks: many(() => undefined), over: ['out of patience', 31] },
    { case: 'slowly emptied', looks: many((n) => 40 - n), over: ['out of patience', 31] },
    { case: 'all looked at, whatever the inbox holds', looks: [5, { inbox: 5, ledger: seen }], over: ['settled', 2] },
    { case: 'all looked at, and paused', looks: [{ inbox: 'paused', ledger: seen }], over: ['paused', 1] },
    {
      case: 'all looked at, but some fail again and again',
      looks: many(() => ({ inbox: 5, ledger: { ...seen, failing: 1 } })),
      over: ['failing', 6],
    },
    {
      case: 'all looked at, one of which succeeds when it is tried again',
      looks: [
        { inbox: 5, ledger: { ...seen, failing: 1 } },
        { inbox: 5, ledger: seen },
      ],
      over: ['settled', 2],
    },
    {
      case: 'one that is never looked at',
      looks: many(() => ({ inbox: 5, ledger: { seenAll: false, lookedAt: 8, failing: 0 } })),
      over: ['out of patience', 31],
    },
    {
      case: 'an empty inbox, though the ledger shows nothing',
      looks: many(() => ({ inbox: 0, ledger: { seenAll: false, lookedAt: 0, failing: 0 } })),
      over: ['settled', 3],
    },
  ] as const)('$case', ({ looks, over }) => {
    expect(lookAll(looks, patience)).toEqual(over);
  });

  it('waits in a backfill as long as it goes on', () => {
    const backfill = { ...patience, backfill: true };
    const emptied = Array.from({ length: 500 }, (_, n) => 500 - n);
    expect(lookAll(emptied, backfill)).toEqual([undefined, 500]);
    const lookedAt = emptied.map((_, n) => ({ inbox: 500, ledger: { seenAll: false, lookedAt: n, failing: 0 } }));
    expect(lookAll(lookedAt, backfill), 'by the ledger').toEqual([undefined, 500]);
    expect(lookAll([9, 8, ...Array.from({ length: 100 }, () => 8)], backfill)).toEqual(['out of patience', 32]);
  });
});

describe('settle', () => {
  it('waits for what the run sent, not for an inbox that is never empty', async () => {
    const rig = rigWithWork();
    // One copy without a clear answer: its key is looked at and equal, and its message stays away for an hour. And others go on writing.
    rig.destinations.get('photos-eu')?.inbox.push('somebody-elses');
    rig.held.in = () => ['somebody-elses'];
    const before = rig.clock.now;
    const { report } = await runReconcile(rig);
    expect(report).toMatchObject({ status: 'equal', destinations: [{ repaired: { missed: 3 }, inbox: 'settled' }] });
    expect(rig.clock.now - before).toBeLessThan(MINUTE);
  });

  it('says for what it waits and until when, and claims nothing of it', async () => {
    const rig = rigWithWork();
    rig.held.in = ({ name }) => (name === 'photos-eu' ? ['2'] : []);
    const waiting: unknown[] = [];
    const { report } = await runReconcile(rig, {}, { waiting: (some) => waiting.push(some) });
    expect(waiting.at(-2)).toEqual([
      'photos-eu: 2 of 3 keys have been looked at; waits for the others until 2026-11-21 01:30:00 UTC at the latest',
    ]);
    expect(report).toMatchObject({
      status: 'differs',
      destinations: [{ inbox: 'out of patience', repaired: { missed: 2 }, underWay: { 'it waits in the inbox': 1 } }],
    });
    expect(report?.destinations[0]?.provedEqualAsOf).toBeUndefined();
  });

  it('waits a little for what failed, as it is tried again', async () => {
    const rig = rigWithWork();
    const [destination] = rig.destinations.values();
    if (destination === undefined) throw new Error('There is a destination');
    const { converge, ledger, inbox } = destination;
    destination.converge = (key) => {
      if (key !== '2') return converge(key);
      inbox.push(key);
      ledger.set(key, { outcome: 'failed', reason: 'AccessDenied', recordedAt: new Date(rig.clock.now).toISOString() });
    };
    const before = rig.clock.now;
    const { report } = await runReconcile(rig);
    expect(report?.destinations).toMatchObject([{ inbox: 'failing', failed: { AccessDenied: 1 } }]);
    expect(rig.clock.now - before).toBeLessThan(7 * MINUTE);
  });

  it('goes by the inbox where there is no ledger to be read', async () => {
    const rig = rigWithWork();
    rig.faults.ledger = () => {
      throw new Error('AccessDenied');
    };
    const { report } = await runReconcile(rig);
    expect(report).toMatchObject({ status: 'equal', destinations: [{ repaired: { missed: 3 }, inbox: 'settled' }] });
  });

  it('asks for each of very many keys once, and for no more than some again', async () => {
    const rig = rigWithWork(20_000);
    let asked = 0;
    rig.faults.entries = (keys) => (asked += keys.length);
    rig.held.in = () => rig.destinations.get('photos-eu')?.inbox.slice(2000) ?? [];
    const { report } = await runReconcile(rig);
    expect(report?.destinations).toMatchObject([{ inbox: 'settled', repaired: { missed: 20_000 } }]);
    // Once by the sweep, once here, and a thousand or two at each of ten looks.
    expect(asked).toBeLessThan(2 * 20_000 + 12 * 2000);
  });
});

describe('waitInWords', () => {
  const wait = { destination: 'b', sent: 300, lookedAt: 288, failing: 0, until: '2026-11-21T01:30:00Z', longer: false };
  it.each([
    [{}, 'waits for the others until 2026-11-21 01:30:00 UTC at the latest'],
    [{ longer: true }, 'waits for the others until 2026-11-21 01:30:00 UTC, longer as long as more are done'],
    [{ failing: 1 }, '1 of them failed and is tried again; waits until 2026-11-21 01:30:00 UTC at the latest'],
  ])('%j', (more, end) => {
    expect(waitInWords({ ...wait, ...more })).toBe(`b: 288 of 300 keys have been looked at; ${end}`);
  });
});

function rigWithWork(keys = 3): Rig {
  const pages = { pageSize: () => 1000 };
  const rig = reconcileRig({ source: pages, replicas: pages });
  for (let key = 1; key <= keys; key++) rig.put(rig.source, objectKey(`${key}`), { size: 1 });
  return rig;
}

function many<T>(look: (n: number) => T): readonly T[] {
  return Array.from({ length: 40 }, (_, n) => look(n));
}

type Seen = number | 'paused' | undefined | { readonly inbox: number | 'paused'; readonly ledger: Look['ledger'] };

function lookAll(looks: readonly Seen[], with_: typeof patience) {
  let state: InboxSettling | undefined;
  let count = 0;
  for (const look of looks) {
    state = afterLook(state, lookOf(look), { now: count * MINUTE, patience: with_ });
    count++;
    // It travels as JSON.
    state = JSON.parse(JSON.stringify(state));
    if (state?.over !== undefined) break;
  }
  return [state?.over, count];
}

function lookOf(look: Seen): Look {
  if (typeof look === 'object') return { ...lookOf(look.inbox), ledger: look.ledger };
  if (look === undefined) return { inbox: undefined, ledger: undefined };
  const inbox = look === 'paused' ? { messages: 7, paused: true } : { messages: look, paused: false };
  return { inbox, ledger: undefined };
}
