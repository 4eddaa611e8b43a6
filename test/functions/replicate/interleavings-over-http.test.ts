import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { seedsOf } from '../../support/stories.ts';
import { playStoryOverHttp } from '../../support/story-over-http.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it('leaves the destination equal to the source with the real SDK in between', async () => {
  const seeds = seedsOf(200);
  let played = 0;
  for (const seed of seeds) {
    await playStoryOverHttp(seed);
    played++;
  }
  expect(played).toBe(seeds.length);
});
