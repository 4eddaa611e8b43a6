import type { World } from '../../functions/replicate/attempt.ts';
import { harmless } from '../../functions/replicate/harmless-ledger.ts';
import type { Bucket } from '../../shared/objects/bucket.ts';
import type { Ledger } from '../../shared/ledger/ledger.ts';
import { type LedgerFate, ledgerModel } from './ledger-model.ts';
import { bucketNamed, changeBucket, currentVersion } from './s3-simulator/store.ts';
import { DESTINATION, inProcessStage, KEY, pick, playStory, SOURCE, type Stage, type Story } from './story.ts';

/** What a story had in it. */
export interface ToldWithLedger {
  /** Requests to the ledger that found it in trouble. */
  readonly troubles: number;
  /** There is a replica that only the ledger's note can show to be the same as its source. */
  readonly byNoteAlone: boolean;
}

/**
 * Plays the story of a seed with KMS encryption on one side or both, so that ETags tell nothing, with a ledger that is down, slow, late or set back in
 * time, and, in every second story, with objects of which S3 keeps no checksum, as of those that are some years old.
 *
 * @throws {Error} as `playStory` does; and if a replica is copied again when all is settled and the ledger well.
 */
export async function playStoryWithLedger(
  seed: number,
  { distort = (ledger) => ledger }: { readonly distort?: (ledger: Ledger, world: World) => Ledger | undefined } = {},
): Promise<ToldWithLedger> {
  const stage = inProcessStage(seed, false);
  const { schedule } = stage;
  let troubles = 0;
  let byNoteAlone = false;
  const encrypted = pick(schedule, [[SOURCE], [DESTINATION], [SOURCE, DESTINATION]]);
  const checksums = schedule.random() < 0.5;
  let moods = pick<readonly [LedgerFate, ...LedgerFate[]]>(schedule, MOODS);
  const model = ledgerModel({
    schedule,
    fate() {
      const fate = pick(schedule, moods);
      if (fate !== 'well') troubles++;
      return fate;
    },
  });
  const told: Stage = {
    schedule,
    async begin(story) {
      await stage.begin(story);
      const encryption = { type: 'aws:kms', keyId: 'key', bucketKey: true } as const;
      for (const { name } of encrypted) changeBucket(story.store, name, { encryption });
    },
    worldOf(story, call) {
      const seen = stage.worldOf(story, call);
      const world = checksums ? seen : withoutChecksums(seen);
      const ledger = distort(model.seenBy(call), world);
      return { ...world, ledger: ledger && harmless(ledger, { ledgerFailed: () => undefined }) };
    },
    async end(story) {
      moods = ['well'];
      // The first one may have to copy once more, if its note was lost.
      await replicate(story);
      const before = writes(story);
      await replicate(story);
      if (writes(story) !== before)
        throw new Error([`Seed ${seed}: copied again`, ...schedule.trace().slice(-120)].join('\n'));
      byNoteAlone = !checksums && currentVersion(bucketNamed(story.store, SOURCE.name), KEY)?.kind === 'object';
    },
  };
  await playStory(seed, { stage: told });
  return { troubles, byNoteAlone };
}

const MOODS = [
  ['well'],
  ['well', 'well', 'slow', 'down', 'silent', 'late', 'stale'],
  ['down'],
  ['late'],
  ['stale'],
] as const;

/** The key is named once more, while nothing fails. */
async function replicate(story: Story): Promise<void> {
  story.faultsLeft = 0;
  story.crashesLeft = 0;
  story.inbox.send({ keys: [{ key: KEY }] });
  await story.schedule.run();
}

function writes({ store }: Story): number {
  return bucketNamed(store, DESTINATION.name).keys.get(KEY)?.writes ?? 0;
}

function withoutChecksums(world: World): World {
  const without = <T extends Bucket>(bucket: T): T => ({ ...bucket, head: (key) => bucket.head(key) });
  return { ...world, source: without(world.source), destination: without(world.destination) };
}
