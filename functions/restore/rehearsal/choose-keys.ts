import { forEachConcurrently } from '../../../shared/for-each.ts';
import { keeper } from '../../../shared/runs/keeper.ts';
import type { KeyRange, ListingPage } from '../../../shared/listing/listing.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { cutsAtFolders, rangesBetween } from '../../../shared/listing/ranges.ts';
import { lastOf, textAt } from '../../../shared/listing/texts.ts';
import { paths } from '../run.ts';
import { choose, consider, newCandidates } from './choose.ts';
import type { Candidates, Choice, Listed } from './choose.ts';
import { momentFor } from './moment.ts';
import type { AtMoment } from './moment.ts';
import { readRehearsals } from './rehearsal-memory.ts';
import { rehearsalPaths } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import { rehearsalSettings } from './world.ts';
import type { Rehearsed, RehearsalWorld } from './world.ts';
import type { Choosing, Part } from './choosing.ts';

/** `more`: to be asked again. `nothing`: there is nothing to restore. */
export interface Chosen {
  readonly status: 'more' | 'chosen' | 'nothing';
}

/**
 * Lists the whole destination, and writes down what the rehearsal restores of it. Near the end of the invocation it keeps how far it has come.
 *
 * @throws {BucketError} if the listing fails.
 */
export async function chooseKeys(world: RehearsalWorld, rehearsal: Rehearsal): Promise<Chosen> {
  const { files, now, log, remaining } = world;
  const rehearsed = world.rehearse(rehearsal);
  const limits = { ...rehearsalSettings(world), seed: rehearsal.token };
  const name = rehearsalPaths.choice(rehearsal);
  await begin(world, { rehearsal, rehearsed });
  const file = await files.read(name);
  if (file === undefined) throw new Error(`Cannot go on with "${name}": there is no such file`);
  const choosing: Choosing = JSON.parse(file.text);
  if (choosing.choice === undefined) {
    const keep = keeper(files, { name, share: choosing, etag: file.etag, now });
    await forEachConcurrently(
      choosing.parts.filter(({ done }) => !done),
      {
        limit: LISTINGS,
        work: async (part) => {
          for await (const page of rehearsed.listed.pages(rest(part))) {
            for (let row = 0; row < page.keys.length; row++) consider(choosing.candidates, listedAt(page, row), limits);
            const last = lastOf(page.keys);
            if (last !== undefined) part.cursor = objectKey(last);
            await keep.keepUp();
            if (remaining() < RESERVE_MS) return;
          }
          part.done = true;
        },
      },
    );
    if (choosing.parts.every(({ done }) => done)) {
      await leaveOutArchived(choosing.candidates, rehearsed);
      choosing.choice = choose(choosing.candidates, limits);
      const moment = await momentOf(world, rehearsal, { ...choosing, choice: choosing.choice });
      if (moment !== undefined) choosing.moment = moment;
      log.info('chosen', { token: rehearsal.token, ...choosing.candidates.seen, keys: choosing.choice.keys.length });
    }
    await keep.keep();
  }
  const { choice } = choosing;
  if (choice === undefined) return { status: 'more' };
  if (choice.keys.length === 0) return { status: 'nothing' };
  const then = new Set(choosing.moment?.keys);
  await files.write(paths.keyFile(rehearsal, 0), linesOf(choice.keys.filter((key) => !then.has(key))));
  if (choosing.moment !== undefined) await files.write(paths.keyFile(rehearsal, 1), linesOf(choosing.moment.keys));
  return { status: 'chosen' };
}

function linesOf(keys: readonly string[]): string {
  return keys.map((key) => `${JSON.stringify(key)}\n`).join('');
}

/** Without versions nobody can tell what was at a moment, and a restore to one is refused. */
async function momentOf(
  { files, targets, now }: RehearsalWorld,
  { token, from }: Rehearsal,
  { candidates, choice }: { readonly candidates: Candidates; readonly choice: Choice },
): Promise<AtMoment | undefined> {
  if (!(await targets(from).keepsVersions(from))) return undefined;
  const last = (await readRehearsals(files, from.bucket))?.last?.startedAt;
  return momentFor(candidates, choice, { seed: token, last, now: now() });
}

/** Read at a time. */
const LISTINGS = 16;
const RANGES = 64;
const RESERVE_MS = 60_000;

/** Whoever does it first: the ranges stay as they are. */
async function begin(
  { files, now }: RehearsalWorld,
  { rehearsal, rehearsed }: { readonly rehearsal: Rehearsal; readonly rehearsed: Rehearsed },
): Promise<void> {
  const name = rehearsalPaths.choice(rehearsal);
  if ((await files.read(name)) !== undefined) return;
  const cuts = await cutsAtFolders(rehearsed.listed, { prefix: undefined, wanted: RANGES });
  const choosing: Choosing = {
    parts: rangesBetween(cuts).map((range) => ({ range, done: false })),
    candidates: newCandidates(),
    startedAt: new Date(now()).toISOString(),
  };
  await files.write(name, JSON.stringify(choosing), 'absent');
}

function rest({ range, cursor }: Part): KeyRange {
  return { ...range, ...(cursor !== undefined && { after: cursor }) };
}

function listedAt({ sizes, modified, storageClasses, keys }: ListingPage, row: number): Listed {
  return {
    key: textAt(keys, row),
    size: sizes[row] ?? 0,
    modified: textAt(modified, row),
    storageClass: textAt(storageClasses, row),
  };
}

/** Only a look at the object itself tells whether Intelligent-Tiering has put it into an archive. What is gone meanwhile the restore finds. */
async function leaveOutArchived({ leftOut, lot, largest, oldest }: Candidates, { replica }: Rehearsed): Promise<void> {
  const doubtful = [...lot, ...largest, ...oldest].filter(({ storageClass }) => storageClass === 'INTELLIGENT_TIERING');
  const archived = new Set<string>();
  await forEachConcurrently(new Set(doubtful.map(({ key }) => key)), {
    limit: LISTINGS,
    work: async (key) => {
      if ((await replica().head(objectKey(key)))?.archived === true) archived.add(key);
    },
  });
  leftOut.archived += archived.size;
  for (const list of [lot, largest, oldest])
    list.splice(0, list.length, ...list.filter(({ key }) => !archived.has(key)));
}
