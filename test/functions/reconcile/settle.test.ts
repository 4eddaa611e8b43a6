import { describe, expect, it } from 'vitest';
import { afterLook } from '../../../functions/reconcile/settle.ts';
import type { InboxSettling } from '../../../functions/reconcile/settle.ts';
import type { InboxState } from '../../../functions/reconcile/world.ts';

const MINUTE = 60_000;
const patience = { quietMs: 2 * MINUTE, patienceMs: 30 * MINUTE, backfill: false };

describe('afterLook', () => {
  it.each([
    { case: 'empty for two minutes', looks: [0, 0, 0], every: MINUTE, over: ['settled', 3] },
    { case: 'empty at one look', looks: [0], every: MINUTE, over: [undefined, 1] },
    { case: 'empty, then not, then empty again', looks: [0, 1, 0, 0, 0], every: MINUTE, over: ['settled', 5] },
    { case: 'paused', looks: ['paused'], every: MINUTE, over: ['paused', 1] },
    { case: 'never empty', looks: Array.from({ length: 40 }, () => 5), every: MINUTE, over: ['out of patience', 31] },
    {
      case: 'never seen',
      looks: Array.from({ length: 40 }, () => undefined),
      every: MINUTE,
      over: ['out of patience', 31],
    },
    {
      case: 'slowly emptied',
      looks: Array.from({ length: 40 }, (_, n) => 40 - n),
      every: MINUTE,
      over: ['out of patience', 31],
    },
  ] as const)('$case', ({ looks, every, over }) => {
    expect(lookAll(looks, every, patience)).toEqual(over);
  });

  it('waits in a backfill as long as it goes on', () => {
    const backfill = { ...patience, backfill: true };
    expect(
      lookAll(
        Array.from({ length: 500 }, (_, n) => 500 - n),
        MINUTE,
        backfill,
      ),
    ).toEqual([undefined, 500]);
    expect(lookAll([9, 8, ...Array.from({ length: 100 }, () => 8)], MINUTE, backfill)).toEqual(['out of patience', 32]);
  });
});

function lookAll(looks: readonly (number | 'paused' | undefined)[], every: number, with_: typeof patience) {
  let state: InboxSettling | undefined;
  let count = 0;
  for (const look of looks) {
    state = afterLook(state, stateOf(look), { now: count * every, patience: with_ });
    count++;
    // It travels as JSON.
    state = JSON.parse(JSON.stringify(state));
    if (state?.over !== undefined) break;
  }
  return [state?.over, count];
}

function stateOf(look: number | 'paused' | undefined): InboxState | undefined {
  if (look === undefined) return undefined;
  return look === 'paused' ? { messages: 7, paused: true } : { messages: look, paused: false };
}
