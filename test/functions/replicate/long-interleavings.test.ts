import { expect, it } from 'vitest';
import { playLongStory } from '../../support/long-story.ts';

it('long copies leave the destination equal to the source, and no upload open whose id is known, whatever crosses, fails or crashes', async () => {
  let [handedOver, resumed, forgotten, putAside] = [0, 0, 0, 0];
  for (let seed = 1; seed <= 2_000; seed++) {
    const told = await playLongStory(seed);
    handedOver += told.handedOver;
    resumed += told.resumed;
    forgotten += told.forgotten;
    putAside += told.putAside;
  }
  // If hardly anything were handed over, the stories would prove nothing.
  expect(handedOver).toBeGreaterThan(1_500);
  expect(resumed).toBeGreaterThan(3 * handedOver);
  // Their ids went down with the functions that had begun them.
  expect(forgotten).toBeLessThan(400);
  expect(putAside).toBeLessThan(5);
});

it('long copies do so under KMS and with a ledger in trouble, too, and no settled replica is copied again', async () => {
  let [handedOver, resumed] = [0, 0];
  for (let seed = 1; seed <= 600; seed++) {
    const told = await playLongStory(seed, { kms: true });
    handedOver += told.handedOver;
    resumed += told.resumed;
  }
  expect(handedOver).toBeGreaterThan(300);
  expect(resumed).toBeGreaterThan(2 * handedOver);
});
