import { expect, it } from 'vitest';
import { playLongStory } from '../../support/long-story.ts';
import { seedsOf } from '../../support/stories.ts';

it('long copies leave the destination equal to the source, and no upload open whose id is known, whatever crosses, fails or crashes', async () => {
  let [handedOver, resumed, forgotten, putAside] = [0, 0, 0, 0];
  const seeds = seedsOf(2_000);
  for (const seed of seeds) {
    const told = await playLongStory(seed);
    handedOver += told.handedOver;
    resumed += told.resumed;
    forgotten += told.forgotten;
    putAside += told.putAside;
  }
  // If hardly anything were handed over, the stories would prove nothing.
  expect(handedOver).toBeGreaterThan(0.75 * seeds.length);
  expect(resumed).toBeGreaterThan(3 * handedOver);
  // Their ids went down with the functions that had begun them.
  expect(forgotten).toBeLessThan(0.2 * seeds.length);
  expect(putAside).toBeLessThanOrEqual(2 + 0.002 * seeds.length);
});

it('long copies do so under KMS and with a ledger in trouble, too, and no settled replica is copied again', async () => {
  let [handedOver, resumed] = [0, 0];
  const seeds = seedsOf(600);
  for (const seed of seeds) {
    const told = await playLongStory(seed, { kms: true });
    handedOver += told.handedOver;
    resumed += told.resumed;
  }
  expect(handedOver).toBeGreaterThan(0.5 * seeds.length);
  expect(resumed).toBeGreaterThan(2 * handedOver);
});
