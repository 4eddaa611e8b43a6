import type { Files } from '../../shared/runs/files.ts';
import type { KeyRange } from '../../shared/listing/listing.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { cutsAtFolders, rangesBetween } from '../../shared/listing/ranges.ts';
import { paths } from './run.ts';
import type { Run, SharesFile, ShareStep } from './run.ts';
import { newShare } from './share.ts';
import type { Part, Share } from './share.ts';
import type { World } from './world.ts';

/** How many shares there are of each step. */
export interface Plan {
  readonly shares: number;
  /** Those in which something has to wait; absent as long as that is not known. */
  readonly finish?: number;
}

/** Cuts what is asked for into shares, one for each worker, and writes them down. Asked again, it leaves them as they are. */
export async function plan(world: World, run: Run): Promise<{ readonly shares: SharesFile }> {
  const { files, settings, log } = world;
  const shares = { bucket: settings.reportsBucket, key: paths.shares(run, 'restore') };
  if ((await readPlan(files, run)) !== undefined) return { shares };
  const parts = await partsOf(world, run);
  const count = Math.ceil(parts.length / PARTS_A_SHARE);
  const each = Array.from({ length: count }, (_, share) =>
    newShare(parts.slice(share * PARTS_A_SHARE, (share + 1) * PARTS_A_SHARE)),
  );
  await writeShares(files, run, { step: 'restore', shares: each });
  await files.write(paths.plan(run), JSON.stringify({ shares: count } satisfies Plan), 'absent');
  log.info('planned', { token: run.token, shares: count, parts: parts.length });
  return { shares };
}

/** As many as a worker reads at a time, so that a small restore is spread over many. */
const PARTS_A_SHARE = 4;
const RANGES = 256;

export async function readPlan(files: Files, run: Pick<Run, 'token'>): Promise<Plan | undefined> {
  const file = await files.read(paths.plan(run));
  return file === undefined ? undefined : JSON.parse(file.text);
}

/** Finds out in which shares something has to wait, and writes them down anew, for those who go on. */
export async function collect(world: World, run: Run): Promise<{ readonly shares?: SharesFile }> {
  const { files, settings } = world;
  const plan = await readPlan(files, run);
  if (plan === undefined) throw new Error(`The restore ${run.token} has no plan`);
  const waiting: Share[] = [];
  for (let number = 0; number < plan.shares; number++) {
    const share = await readShare(files, run, { step: 'restore', number });
    if (share !== undefined && share.waiting.length > 0) waiting.push(newShare([], share.waiting));
  }
  if (plan.finish === undefined) {
    await writeShares(files, run, { step: 'finish', shares: waiting });
    await files.write(paths.plan(run), JSON.stringify({ ...plan, finish: waiting.length } satisfies Plan));
  }
  const some = (plan.finish ?? waiting.length) > 0;
  return some ? { shares: { bucket: settings.reportsBucket, key: paths.shares(run, 'finish') } } : {};
}

export async function readShare(
  files: Files,
  run: Pick<Run, 'token'>,
  { step, number }: { readonly step: ShareStep; readonly number: number },
): Promise<Share | undefined> {
  const file = await files.read(paths.share(run, step, number));
  return file === undefined ? undefined : JSON.parse(file.text);
}

async function writeShares(
  files: Files,
  run: Run,
  { step, shares }: { readonly step: ShareStep; readonly shares: readonly Share[] },
): Promise<void> {
  // Never over one that somebody works on already.
  for (const [number, share] of shares.entries())
    await files.write(paths.share(run, step, number), JSON.stringify(share), 'absent');
  await files.write(paths.shares(run, step), JSON.stringify(shares.map((_, share) => ({ share }))));
}

async function partsOf(world: World, run: Run): Promise<readonly Part['of'][]> {
  const { select } = run.request;
  if ('key' in select) return [{ key: select.key }];
  if ('keyFiles' in select)
    return Array.from({ length: select.keyFiles }, (_, number) => ({ keyFile: paths.keyFile(run, number) }));
  return (await rangesOf(world, run, select.prefix)).map((range) => ({ range }));
}

/** Whoever plans it, twice or not: the same ranges. */
async function rangesOf(world: World, run: Run, prefix: string | undefined): Promise<readonly KeyRange[]> {
  const { files } = world;
  const found = await cutsAtFolders(world.open(run).levels, { prefix, wanted: RANGES });
  await files.write(paths.cuts(run), JSON.stringify(found), 'absent');
  const agreed: readonly string[] = JSON.parse((await files.read(paths.cuts(run)))?.text ?? '[]');
  const cuts: readonly ObjectKey[] = agreed.map(objectKey);
  return rangesBetween(cuts, prefix);
}
