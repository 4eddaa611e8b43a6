import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOff } from '../../../shared/back-off.ts';
import { afterAnswer, afterSending, createPace, UNLIMITED, waitOf } from '../../../shared/copy/pace.ts';
import type { PaceState } from '../../../shared/copy/pace.ts';
import { rateLimit } from '../../support/s3-simulator/rate-limit.ts';
import { createSchedule } from '../../support/s3-simulator/schedule.ts';

describe('the rate', () => {
  it('has no limit before the first SlowDown, however much is sent', () => {
    let state = UNLIMITED;
    for (let request = 0; request < 1000; request++) {
      expect(waitOf(state, 0)).toBe(0);
      state = afterSending(state, 0);
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
    for (let request = 0; request < sent; request++) state = afterSending(state, (request * within) / sent);
    expect(afterAnswer(state, { request: 0, slowDown: true, now: within }).rate).toBe(rate);
  });

  it.each([
    ['grows if nothing was refused', { refused: 0, rate: 104.4 }],
    ['comes down to what was admitted, less a margin', { refused: 5, rate: (100 * 0.98 * 6) / 11 }],
    ['comes down to a quarter at most at once', { refused: 11, rate: 24.5 }],
  ])('%s', (_, { refused, rate }) => {
    const state = play(limited(100), { answers: 11, every: 10, refused });
    expect(state.rate).toBeCloseTo(rate);
  });

  it('grows by half after the first SlowDown, up to the next', () => {
    const found = play({ ...limited(100), searching: true }, { answers: 11, every: 10, refused: 0 });
    expect(found.rate).toBe(150);
    const over = play({ ...limited(100), searching: true }, { answers: 11, every: 10, refused: 1 });
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
      for (; waitOf(state, late) === 0; sent++) state = afterSending(state, late);
      return sent;
    }
  });
});

describe('createPace()', () => {
  it.each([
    { perSecond: 400, burst: 40, latency: 20 },
    { perSecond: 400, burst: 400, latency: 20 },
    { perSecond: 400, burst: 40, latency: 200 },
    { perSecond: 800, burst: 100, latency: 20 },
  ])('finds what is admitted and holds it: %o', async (service) => {
    const { rate, refused, lost } = await work({ ...service, keys: service.perSecond * 25, seed: 1 });
    expect(lost).toBe(0);
    expect(rate / service.perSecond).toBeGreaterThan(0.95);
    expect(refused).toBeLessThan(0.07);
  });

  it('loses no request, whatever is admitted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          perSecond: fc.integer({ min: 5, max: 2000 }),
          burst: fc.integer({ min: 1, max: 500 }),
          latency: fc.integer({ min: 1, max: 1000 }),
          seed: fc.nat(),
        }),
        async (service) => {
          const { rate, lost } = await work({ ...service, keys: 400 });
          expect(lost).toBe(0);
          // So few keys are mostly what comes before the rate is found.
          expect(rate).toBeGreaterThan(Math.min(service.perSecond, IN_FLIGHT / (service.latency / 1000)) / 10);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('gives turns in the order in which they were asked for, and all of them up when the time is', async () => {
    const memory = { state: { ...limited(10), next: 1000 } };
    const asleep = { now: () => 0, sleep: () => Promise.reject(new Error('the time is up')) };
    const pace = createPace(memory, asleep);
    await expect(Promise.allSettled([pace.turn(), pace.turn()])).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    let time = 0;
    const awake = { now: () => time, sleep: (ms: number) => Promise.resolve(void (time += ms)) };
    const patient = createPace(memory, awake);
    expect(await Promise.all([patient.turn(), patient.turn(), patient.turn()])).toEqual([0, 1, 2]);
    expect(time).toBe(1200);
  });
});

function limited(rate: number): PaceState {
  return { rate, next: 0, count: 0, window: { first: 0, admitted: 0, refused: 0 }, searching: false, clean: 0 };
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
    state = afterSending(state, now);
    state = afterAnswer(state, { request, slowDown: request > 0 && request <= refused, now });
  }
  return state;
}

const IN_FLIGHT = 256;

/** Workers that send, each, one key after the other to a service that admits so many; a thread that manages 1,000 requests a second. */
async function work(service: { perSecond: number; burst: number; latency: number; keys: number; seed: number }) {
  const schedule = createSchedule({ seed: service.seed });
  const { now, random } = schedule;
  const admit = rateLimit({ ...service, now });
  const counts = { begun: 0, done: 0, sent: 0, refused: 0, thread: 0, ended: 0 };
  const memory = { state: UNLIMITED };
  for (let worker = 0; worker < IN_FLIGHT; worker++) {
    schedule.spawn(`worker ${worker}`, async (task) => {
      const pace = createPace(memory, { now, sleep: (ms) => task.sleep(ms) });
      while (counts.begun++ < service.keys) {
        for (let attempt = 0; ; attempt++) {
          const request = await pace.turn();
          counts.thread = Math.max(counts.thread, now()) + 1;
          await task.sleep(counts.thread - now());
          counts.sent++;
          const slowDown = !admit();
          await task.sleep(service.latency);
          pace.heard(request, { slowDown });
          if (!slowDown) break;
          counts.refused++;
          await task.sleep(backOff(attempt, random()));
        }
        counts.done++;
        counts.ended = now();
      }
    });
  }
  await schedule.run();
  return {
    rate: (counts.done * 1000) / counts.ended,
    refused: counts.refused / counts.sent,
    lost: service.keys - counts.done,
  };
}
