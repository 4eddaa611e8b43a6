import { describe, expect, it } from 'vitest';
import { afterAnswer, afterSending, UNLIMITED, waitOf } from '../../../shared/copy/pace-rate.ts';
import type { PaceState } from '../../../shared/copy/pace-rate.ts';
import { reach, SERVICES } from '../../support/throttled-clients.ts';

describe('the rate', () => {
  it('has no limit before the first SlowDown, however much is sent', () => {
    let state = UNLIMITED;
    for (let request = 0; request < 1000; request++) {
      expect(waitOf(state, 0)).toBe(0);
      state = afterSending(state, at(0));
      state = afterAnswer(state, { request, slowDown: false, now: 0 });
    }
    expect(state.rate).toBe(Infinity);
  });

  it.each([
    ['a quarter of what was sent in the last second', 1000, 500, 500],
    ['what 100 ms would make of many at once', 100, 0, 250],
    ['50 at least', 1, 0, 50],
  ])('becomes, at the first SlowDown, %s', (_, sent, within, rate) => {
    let state = UNLIMITED;
    for (let request = 0; request < sent; request++) state = afterSending(state, at((request * within) / sent));
    expect(afterAnswer(state, { request: 0, slowDown: true, now: within }).rate).toBe(rate);
  });

  it.each([
    ['grows if nothing was refused', { refused: 0, rate: 104 }],
    ['comes down to what was admitted, less a margin', { refused: 5, rate: 49 }],
    ['comes down to a third at most before a lull has shown that this helps', { refused: 10, rate: 100 / 3 }],
    ['grows if no more is refused than usual', { refused: 12, usual: 0.3, rate: 115 }],
    ['comes down by what is refused beyond it, and beyond chance', { refused: 20, usual: 0.3, rate: 90.288 }],
  ])('%s', (_, { refused, rate, usual = 0 }: { refused: number; rate: number; usual?: number }) => {
    const state = play({ ...limited(100), usual }, { answers: usual === 0 ? 11 : 41, every: 10, refused });
    expect(state.rate).toBeCloseTo(rate, 2);
  });

  it('grows by half after the first SlowDown, up to the next', () => {
    const found = play({ ...limited(100), searching: true }, { answers: 11, every: 10, refused: 0 });
    expect(found.rate).toBe(150);
    const over = play({ ...limited(100), searching: true }, { answers: 11, every: 10, refused: 2 });
    expect(over).toMatchObject({ searching: false });
  });

  it('stays where it is if it was not used', () => {
    expect(play(limited(100), { answers: 20, every: 50, refused: 0 }).rate).toBe(100);
  });

  it('is not judged by requests that were sent before it was set', () => {
    const state: PaceState = { ...limited(100), count: 50, window: { first: 50, admitted: 0, refused: 0 } };
    expect(afterAnswer(state, { request: 49, slowDown: true, now: 0 })).toBe(state);
  });

  it('makes up for a timer that is late, but not for a pause', () => {
    expect(sentAtOnce(30)).toBe(4);
    expect(sentAtOnce(60_000)).toBe(11);
    function sentAtOnce(late: number): number {
      let state: PaceState = { ...limited(100), next: 0 };
      let sent = 0;
      for (; waitOf(state, late) === 0; sent++) state = afterSending(state, at(late));
      return sent;
    }
  });
});

describe('a paced client', () => {
  it.each(SERVICES)('under $name', ({ name, service, clients, atLeast, refusedAtMost }) => {
    const seeds = [1];
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const ours = seeds.map((seed) => reach('paced', service, { ...clients, seed }));
    const sdk = seeds.map((seed) => reach('standard retries', service, { ...clients, seed }));
    const ratio = mean(ours.map(({ rate }) => rate)) / mean(sdk.map(({ rate }) => rate));
    expect.soft(ratio, `${name}: of what the SDK reaches, seeds ${seeds.join()}`).toBeGreaterThanOrEqual(atLeast);
    expect.soft(mean(ours.map(({ refused }) => refused)), 'refused').toBeLessThanOrEqual(refusedAtMost);
    expect(ours.every(({ lost }) => lost === 0)).toBe(true);
  });
});

/** In the middle between two lulls: these tests are about the rate alone. */
function at(now: number): { now: number; wallClock: number } {
  return { now, wallClock: 1000 };
}

function limited(rate: number): PaceState {
  return { ...UNLIMITED, rate, next: 0, searching: false, proven: { rate, answers: 0 } };
}

/** Sends a request every so many milliseconds, each answered at once, the first ones by a refusal. */
function play(
  start: PaceState,
  { answers, every, refused }: { answers: number; every: number; refused: number },
): PaceState {
  let state = start;
  // The first answer only opens the window.
  for (let request = 0; request <= answers && state.rate === start.rate; request++) {
    const now = request * every;
    state = afterSending(state, at(now));
    state = afterAnswer(state, { request, slowDown: request > 0 && request <= refused, now });
  }
  return state;
}
