import { forEachConcurrently } from '../../shared/for-each.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { spareTime } from '../../shared/runs/spare-time.ts';
import { merge } from './merge.ts';
import type { Side } from './merge.ts';
import { keeper } from '../../shared/runs/keeper.ts';
import { isComplete, ReplicasUnlisted } from './share.ts';
import type { Keeper } from '../../shared/runs/keeper.ts';
import type { RangeProgress, Share, Trouble } from './share.ts';
import type { World } from './world.ts';

/** What is done with the keys of one range. */
export interface RangeWork {
  readonly sides: readonly Side[];
  readonly visit: (key: () => ObjectKey) => void;
  /** Finds out about what was visited since; then the answer puts all of it into the share, without waiting for anything. */
  readonly findOut: () => Promise<() => void>;
}

export interface ShareWork<Tally> {
  readonly share: Share<Tally>;
  readonly keep: Keeper;
}

/**
 * Goes on with a share until it is done, or the invocation nears its end. Of what a range has visited, either all is in the share, and
 * its cursor behind it, or nothing: a share that is cut off anywhere and gone on with tells the same in the end.
 *
 * @returns whether it is done.
 * @throws if a listing fails; what is done until then is kept.
 */
export async function workOnShare<Tally>(
  { files, now, remaining, settings }: World,
  { name, streams, listings }: { readonly name: string; readonly streams: number; readonly listings: number },
  begin: (progress: RangeProgress, work: ShareWork<Tally>) => RangeWork,
): Promise<boolean> {
  const file = await files.read(name);
  if (file === undefined) throw new Error(`Cannot work on "${name}": there is no such file`);
  const share: Share<Tally> = JSON.parse(file.text);
  if (isComplete(share)) return true;
  share.startedAt ??= new Date(now()).toISOString();
  delete share.failure;
  const keep = keeper(files, { name, share, etag: file.etag, now });

  const inTime = () => remaining() > RESERVE_MS;
  try {
    await forEachConcurrently(
      share.ranges.filter(({ done }) => !done),
      {
        limit: Math.max(1, Math.floor(Math.min(settings.listings, listings) / streams)),
        growth: { from: RANGES_AT_FIRST, when: spareTime },
        work: async (progress) => {
          const stepped = () => void share.progress++;
          if (inTime()) await workOnRange(progress, { ...begin(progress, { share, keep }), keep, inTime, stepped });
        },
      },
    );
  } catch (error) {
    if (error instanceof ReplicasUnlisted) share.trouble[error.to] = troubleAfter(share, error);
    share.failure = error instanceof Error ? error.message : String(error);
    await keep.keep();
    throw error;
  }
  await keep.keep();
  return isComplete(share);
}

function troubleAfter({ trouble, progress }: Share<unknown>, { to, message: why }: ReplicasUnlisted): Trouble {
  const before = trouble[to];
  const again = before !== undefined && before.after === progress;
  return { count: again ? before.count + 1 : 1, why, after: progress };
}

/** Where S3 answers more quickly than one can read, more would only be more memory. */
export const RANGES_AT_FIRST = 4;

/** Kept free for writing what was found out. */
const RESERVE_MS = 60_000;

async function workOnRange(
  progress: RangeProgress,
  {
    sides,
    visit,
    findOut,
    keep,
    inTime,
    stepped,
  }: RangeWork & { readonly keep: Keeper; readonly inTime: () => boolean; readonly stepped: () => void },
): Promise<void> {
  progress.done = await merge(sides, {
    visit,
    async between(last) {
      const put = await findOut();
      put();
      progress.cursor = last;
      stepped();
      await keep.keepUp();
      return inTime();
    },
  });
}
