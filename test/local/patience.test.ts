import { expect, it } from 'vitest';
import { patience } from '../../local/patience.ts';
import { silence } from '../../local/silence.ts';

it('patience ends when nothing has changed for its time, however long all of it takes', () => {
  let now = Date.UTC(2026, 0, 1);
  const waiting = patience(60_000, () => now);
  for (let step = 0; step < 100; step++) {
    now += 59_000;
    expect(waiting.isOver(`step ${step}`)).toBe(false);
  }
  now += 60_000;
  expect(waiting.isOver('step 99')).toBe(false);
  now += 1;
  expect(waiting.isOver('step 99')).toBe(true);
});

it('patience says since when nothing has changed, and until when it lasts', () => {
  let now = Date.UTC(2026, 0, 1, 12);
  const waiting = patience(180_000, () => now);
  expect(waiting.said()).toBe('');
  now += 70_000;
  expect(waiting.said()).toBe('; no change for 1 min 10 s, waiting until 12:03:00 UTC');
});

it('a CDK that tells something new is not silent, and one that only says that it is still at it is', async () => {
  const { signal } = new AbortController();
  let looks = 0;
  const output = async () => {
    looks += 1;
    return looks < 50 ? `event ${looks}\n` : `event 50\n${'stack | Currently in progress: Queue\n'.repeat(looks)}`;
  };
  expect(await silence(output, { limitMs: 20, lookMs: 1, signal })).toBe('silent');
  expect(looks).toBeGreaterThan(50);
});
