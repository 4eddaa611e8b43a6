import { keeper } from '../../shared/runs/keeper.ts';
import type { Keeper } from '../../shared/runs/keeper.ts';
import type { Order } from './restore-key.ts';
import type { Run } from './run.ts';
import type { Share } from './share.ts';
import type { Opened, World } from './world.ts';

/** A share in the hands of one worker. */
export interface ShareWork {
  readonly world: World;
  readonly run: Run;
  readonly opened: Opened;
  readonly order: Order;
  readonly share: Share;
  readonly keep: Keeper;
  /** Whether anything may be begun. */
  readonly inTime: () => boolean;
}

/** @returns `undefined` if it is done. @throws if there is no such share. */
export async function openShare(
  world: World,
  run: Run,
  { name, isDone }: { readonly name: string; readonly isDone: (share: Share) => boolean },
): Promise<ShareWork | undefined> {
  const { files, now, remaining } = world;
  const file = await files.read(name);
  if (file === undefined) throw new Error(`Cannot work on "${name}": there is no such file`);
  const share: Share = JSON.parse(file.text);
  if (isDone(share)) return undefined;
  share.startedAt ??= new Date(now()).toISOString();
  delete share.failure;
  const opened = world.open(run);
  const counted: Opened['listing'] = {
    ...opened.listing,
    page(request) {
      share.tally.requests.lists++;
      return opened.listing.page(request);
    },
  };
  return {
    world,
    run,
    opened: { ...opened, listing: counted },
    order: { ...run.request, startedAt: new Date(run.startedAt) },
    share,
    keep: keeper(files, { name, share, etag: file.etag, now }),
    inTime: () => remaining() > RESERVE_MS,
  };
}

/** Kept free for what is under way, and for writing. */
const RESERVE_MS = 60_000;
