import { expect, it } from 'vitest';
import type { World } from '../../../functions/replicate/attempt.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import type { Ledger } from '../../../shared/ledger/ledger.ts';
import { seedsOf } from '../../support/stories.ts';
import { playStoryWithLedger } from '../../support/story-with-ledger.ts';

it('a ledger that is down, slow, late or set back loses no object, and under KMS a settled replica is not copied again', async () => {
  let [troubles, byNoteAlone] = [0, 0];
  const seeds = seedsOf(4_000);
  for (const seed of seeds) {
    const told = await playStoryWithLedger(seed);
    troubles += told.troubles;
    if (told.byNoteAlone) byNoteAlone++;
  }
  // If nothing hung on the ledger, the stories would prove nothing.
  expect(troubles).toBeGreaterThan(seeds.length);
  expect(byNoteAlone).toBeGreaterThan(0.25 * seeds.length);
});

it('finds a story that ends wrong if the ledger is believed whatever it is about', async () => {
  expect(await firstWrong(believedBlindly)).toMatch(/^Seed \d+: the source is/);
});

it('finds a replica that is copied again and again without a ledger', async () => {
  expect(await firstWrong(() => undefined)).toMatch(/^Seed \d+: copied again/);
});

async function firstWrong(distort: (ledger: Ledger, world: World) => Ledger | undefined): Promise<string | undefined> {
  for (const seed of seedsOf(4_000)) {
    try {
      await playStoryWithLedger(seed, { distort });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return undefined;
}

/** Wherever there is a note of the key, it is taken for one about the two sides as they are. */
function believedBlindly(ledger: Ledger, { source, destination }: World): Ledger {
  return {
    ...ledger,
    async note(key) {
      if ((await ledger.note(key)) === undefined) return undefined;
      const [sourceNow, replicaNow] = [await source.head(objectKey(key)), await destination.head(objectKey(key))];
      return sourceNow && replicaNow && { sourceETag: sourceNow.etag, replicaETag: replicaNow.etag };
    },
  };
}
