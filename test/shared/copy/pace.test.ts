import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOff } from '../../../shared/back-off.ts';
import { UNLIMITED } from '../../../shared/copy/pace-rate.ts';
import { createPace } from '../../../shared/copy/pace.ts';
import { rateLimit } from '../../support/s3-simulator/rate-limit.ts';
import { createSchedule } from '../../support/s3-simulator/schedule.ts';

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
    const memory = { state: { ...UNLIMITED, rate: 10, next: 1000 } };
    const asleep = { now: () => 0, wallClock: () => 1000, sleep: () => Promise.reject(new Error('the time is up')) };
    const pace = createPace(memory, asleep);
    await expect(Promise.allSettled([pace.turn(), pace.turn()])).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    let time = 0;
    const awake = { now: () => time, wallClock: () => 1000, sleep: (ms: number) => Promise.resolve(void (time += ms)) };
    const patient = createPace(memory, awake);
    expect(await Promise.all([patient.turn(), patient.turn(), patient.turn()])).toEqual([0, 1, 2]);
    expect(time).toBe(1200);
  });
});

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
      const pace = createPace(memory, { now, wallClock: now, sleep: (ms) => task.sleep(ms) });
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
