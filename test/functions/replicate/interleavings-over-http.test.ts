import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { playStoryOverHttp } from '../../support/story-over-http.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it('leaves the destination equal to the source with the real SDK in between', async () => {
  let seed = 0;
  for (; seed < 200; seed++) await playStoryOverHttp(seed);
  expect(seed).toBe(200);
});
