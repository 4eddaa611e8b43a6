import { assertNever } from '../../../shared/assert-never.ts';
import { backOff } from '../../../shared/back-off.ts';
import type { Files } from '../../../shared/runs/files.ts';
import { keeper } from '../../../shared/runs/keeper.ts';
import { mapInOrder } from '../../../shared/map-in-order.ts';
import type { KeyLine } from '../key-line.ts';
import type { Report } from '../report/report.ts';
import { OutOfTime } from '../restore-key.ts';
import { paths } from '../run.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { compareRestored } from './compare.ts';
import type { Comparison } from './compare.ts';
import { readChoosing } from './choosing.ts';
import { readRehearsals } from './rehearsal-memory.ts';
import { rehearsalPaths } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import { rehearsalSettings } from './world.ts';
import type { Rehearsed, RehearsalWorld } from './world.ts';
import { newComparing } from './comparing.ts';
import type { Comparing } from './comparing.ts';

/** What the comparison of one object has shown, as a line of JSON. */
export type ComparedLine = { readonly key: string } & Compared;

/** `failed`: it was not restored, or S3 gave no clear answer. */
type Compared = Comparison | { readonly outcome: 'failed'; readonly reason: string; readonly bytes: 0 };

/**
 * Compares all that the restore of a rehearsal says it has restored. Near the end of the invocation it keeps how far it has come.
 *
 * @returns whether it is done.
 */
export async function compareAll(world: RehearsalWorld, rehearsal: Rehearsal): Promise<boolean> {
  const { files, now, remaining } = world;
  const name = rehearsalPaths.comparison(rehearsal);
  await files.write(name, JSON.stringify(newComparing()), 'absent');
  const file = await files.read(name);
  if (file === undefined) throw new Error(`Cannot go on with "${name}": there is no such file`);
  const comparing: Comparing = JSON.parse(file.text);
  const lines = await linesOf(files, rehearsal);
  const keep = keeper(files, { name, share: comparing, etag: file.etag, now });
  const rehearsed = world.rehearse(rehearsal);
  const then = new Set((await readChoosing(world, rehearsal))?.moment?.keys);
  const known = await readRehearsals(files, rehearsal.from.bucket);
  const kept = now() - rehearsalSettings(world).historyDays * DAY_MS;
  // Before it was first seen there may have been no history; after its days a record goes.
  const since = known && Math.max(Date.parse(known.since), kept);
  try {
    const compared = mapInOrder(lines.slice(comparing.next), {
      limit: AT_A_TIME,
      work: async (line) => {
        if (remaining() < RESERVE_MS) throw new OutOfTime(objectKey(line.key), undefined);
        return { line, result: wasNotThere(line, then) ? NOT_THERE : await patiently(line, { world, rehearsed }) };
      },
    });
    for await (const { line, result } of compared) {
      if (then.has(line.key)) countThen(comparing, line, { result, since });
      count(comparing, line, result);
      keep.add(
        comparing.lines,
        rehearsalPaths.compared(rehearsal),
        JSON.stringify({ key: line.key, ...result } satisfies ComparedLine),
      );
      await keep.keepUp();
    }
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
  }
  await keep.keep();
  return comparing.next >= lines.length;
}

/** Two of the largest are read within an invocation: see `largestFor`. */
const AT_A_TIME = 2;
const RESERVE_MS = 60_000;
const DAY_MS = 86_400_000;

export async function readComparing(files: Files, rehearsal: Rehearsal): Promise<Comparing | undefined> {
  const file = await files.read(rehearsalPaths.comparison(rehearsal));
  return file === undefined ? undefined : JSON.parse(file.text);
}

/** In the order of keys, however the restore has written them down. What had gone before it was restored is left out. */
async function linesOf(files: Files, rehearsal: Rehearsal): Promise<readonly KeyLine[]> {
  const report = await readReport(files, rehearsal);
  const lines: KeyLine[] = [];
  for (const name of report?.keys ?? [])
    for (const text of ((await files.read(name))?.text ?? '').split('\n')) {
      if (text === '') continue;
      const line: KeyLine = JSON.parse(text);
      if (line.outcome !== 'expired' && line.outcome !== 'unknown') lines.push(line);
    }
  return lines.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

export async function readReport(files: Files, rehearsal: Rehearsal): Promise<Report | undefined> {
  const file = await files.read(paths.report(rehearsal));
  return file === undefined ? undefined : JSON.parse(file.text);
}

/** What S3 does not answer clearly is asked again. @throws {OutOfTime} */
async function patiently(
  line: KeyLine,
  { world, rehearsed }: { readonly world: RehearsalWorld; readonly rehearsed: Rehearsed },
): Promise<Compared> {
  if (line.outcome !== 'restored' && line.outcome !== 'same') return notCompared(line.reason);
  for (let attempt = 0; ; attempt++) {
    try {
      return await compareRestored(line, rehearsed);
    } catch (error) {
      // By then every request was given up, so that the error says nothing of the key.
      if (world.remaining() < RESERVE_MS) throw new OutOfTime(objectKey(line.key), error);
      const reason = error instanceof Error ? error.message : String(error);
      if (attempt === MOST_ATTEMPTS - 1) return notCompared(reason);
      await world.sleep(backOff(attempt, world.random()));
    }
  }
}

/** At the moment that was asked for. */
function wasNotThere({ key, outcome }: KeyLine, then: ReadonlySet<string>): boolean {
  return outcome === 'left' && then.has(key);
}

const NOT_THERE: Compared = { outcome: 'gone', bytes: 0 };

function countThen(
  { earlier }: Comparing,
  { outcome, since: held = '', unrecorded: copied }: KeyLine,
  { result, since }: { readonly result: Compared; readonly since: number | undefined },
): void {
  if (outcome === 'left') {
    earlier.left++;
    if (held !== '') earlier.removed++;
  }
  if (result.outcome === 'equal') earlier.equal++;
  if (outcome !== 'restored' && outcome !== 'same') return;
  if (copied === undefined) earlier.recorded++;
  else if (since !== undefined && Date.parse(copied) > since) earlier.unrecorded++;
}

function notCompared(reason: string): Compared {
  return { outcome: 'failed', reason, bytes: 0 };
}

/** Each of them with the SDK's own. */
const MOST_ATTEMPTS = 3;

function count(comparing: Comparing, { key, outcome, size = 0 }: KeyLine, result: Compared): void {
  comparing.next++;
  switch (result.outcome) {
    case 'equal':
      comparing.equal++;
      comparing.bytes += size;
      comparing.by[result.by]++;
      return;
    case 'gone':
      if (outcome !== 'left') comparing.gone++;
      return;
    case 'differs':
    case 'failed':
      comparing.wrong++;
      if (comparing.examples.length < MOST_EXAMPLES) comparing.examples.push({ key, reason: result.reason });
      return;
    default:
      assertNever(result);
  }
}

const MOST_EXAMPLES = 100;
