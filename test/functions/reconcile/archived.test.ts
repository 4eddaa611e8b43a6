import { describe, expect, it } from 'vitest';
import { NIGHT, reconcileRig, runReconcile } from '../../support/reconcile-rig.ts';
import type { Rig } from '../../support/reconcile-rig.ts';
import type { LedgerEntry } from '../../../shared/ledger/ledger.ts';

const DAY = 86_400_000;
/** Before the nights. */
const NOTED = '2026-11-10T00:00:00.000Z';

describe('what is known to be impossible', () => {
  it.each([
    ['archived', 'GLACIER'],
    ['archived', 'DEEP_ARCHIVE'],
    ['SSE-C', 'STANDARD'],
    ['too large', 'STANDARD'],
  ])('is not looked at again, and is reported as known: %s, %s', async (reason, storageClass) => {
    const rig = withImpossible({ storageClass, reason });
    const { report } = await night(rig);
    expect(sentOf(rig)).toEqual([]);
    expect(report).toMatchObject({
      status: 'equal',
      destinations: [
        {
          compared: 2,
          equal: 1,
          found: { missed: 0 },
          cannot: { [reason]: 1 },
          knownCannot: 1,
          knownFacts: { [reason]: { objects: 1, since: NOTED } },
        },
      ],
    });
    const keys = [...rig.files.all].flatMap(([name, text]) => (name.includes('/keys/') ? [text] : []));
    expect(keys.join()).toContain(`"finding":"cannot","was":"missing","reason":"${reason}","since":"${NOTED}"`);
    expect(rig.mails.at(-1)?.text).toContain('1 cannot be copied as they are');
  });

  it.each([
    ['it is given back', (rig: Rig) => void rig.givenBack.add('cold')],
    ['it cannot be found out what is given back', (rig: Rig) => void (rig.faults.givenBack = () => fail())],
    ['it was rewritten', (rig: Rig) => rig.put(rig.source, 'cold', { ...COLD, modified: '2026-11-15T00:00:00.000Z' })],
    ['it is another object of that time', (rig: Rig) => rig.put(rig.source, 'cold', { ...COLD, etag: 'another' })],
    ['it left its archive', (rig: Rig) => rig.put(rig.source, 'cold', { ...COLD, storageClass: 'STANDARD' })],
    [
      'no listing tells what it gets back',
      (rig: Rig) => rig.put(rig.source, 'cold', { ...COLD, storageClass: 'INTELLIGENT_TIERING' }),
    ],
    ['the ledger cannot be read', (rig: Rig) => void (rig.faults.ledger = () => fail())],
  ])('is looked at if %s', async (_, change) => {
    const rig = withImpossible();
    change(rig);
    await night(rig);
    expect(sentOf(rig)).toEqual(['cold']);
    expect(rig.destinations.get('photos-eu')?.bucket.objects.has('cold')).toBe(true);
  });

  it('is looked at once in thirty nights all the same', async () => {
    const rig = withImpossible();
    for (let n = 0; n < 30; n++) {
      rig.clock.now = NIGHT + n * DAY;
      await night(rig);
      rig.destinations.get('photos-eu')?.bucket.objects.delete('cold');
      note(rig, 'archived');
    }
    expect(sentOf(rig)).toEqual(['cold']);
  });

  it('is no new difference where its range is listed again because of another key', async () => {
    const rig = withImpossible();
    rig.put(rig.source, 'missed');
    const { report } = await night(rig);
    expect(sentOf(rig)).toEqual(['missed']);
    expect(report).toMatchObject({
      status: 'equal',
      destinations: [{ repaired: { missed: 1 }, cannot: { archived: 1 }, appeared: 0, underWay: {} }],
    });
  });
});

const COLD = { storageClass: 'GLACIER', modified: '2026-11-01T00:00:00.000Z', etag: 'e-cold', size: 4 };

/** One object that is not there, as it cannot be copied, and one that is. */
function withImpossible({ storageClass = 'GLACIER', reason = 'archived' } = {}): Rig {
  const rig = reconcileRig();
  rig.putBoth('warm');
  rig.put(rig.source, 'cold', { ...COLD, storageClass });
  note(rig, reason);
  // Its turn is in another night.
  rig.clock.now = NIGHT;
  return rig;
}

function note(rig: Rig, reason: string): void {
  const entry: LedgerEntry = {
    outcome: 'cannot',
    reason,
    recordedAt: NOTED,
    sourceETag: COLD.etag,
    sourceLastModified: COLD.modified,
  };
  rig.destinations.get('photos-eu')?.ledger.set('cold', entry);
}

const sent = new WeakMap<Rig, string[]>();

async function night(rig: Rig) {
  const { deliver } = rig;
  rig.deliver = () => {
    sent.set(rig, [...sentOf(rig), ...(rig.destinations.get('photos-eu')?.inbox ?? [])]);
    return deliver();
  };
  const done = await runReconcile(rig);
  rig.deliver = deliver;
  return done;
}

function sentOf(rig: Rig): readonly string[] {
  return sent.get(rig) ?? [];
}

function fail(): never {
  throw new Error('AccessDenied');
}
