import { failingOf, hasSeenAll, WALK_BEGINS, walkOn } from './looked-at.ts';
import type { Walk } from './looked-at.ts';
import { readNomination, whyWithheld } from './nomination.ts';
import type { Nomination } from './nomination.ts';
import type { Plan } from './run-plan.ts';
import { paths } from './run.ts';
import type { Run } from './run.ts';
import { waitInWords } from './wait.ts';
import type { Wait } from './wait.ts';
import type { InboxState, Observed, World } from './world.ts';
import type { Settling, SettlingState, InboxSettling } from './settling.ts';

export interface Patience {
  readonly quietMs: number;
  /** The longest that is waited, or in a backfill the longest without progress. */
  readonly patienceMs: number;
  readonly backfill: boolean;
}

/** What one look at an inbox and at the ledger found. */
export interface Look {
  /** `undefined`: it could not be looked at. */
  readonly inbox: InboxState | undefined;
  /** What the ledger shows of what was sent; `undefined`: it could not be read. */
  readonly ledger: { readonly seenAll: boolean; readonly lookedAt: number; readonly failing: number } | undefined;
}

/**
 * What one look says. First line that fits:
 *
 *     paused                                                            over: paused
 *     the ledger: all that was sent was looked at since                 over: settled
 *     the ledger: the same, but some failed; for five minutes           over: failing
 *     the inbox was empty at every look for two minutes                 over: settled
 *     30 minutes have passed; in a backfill, without progress           over: out of patience
 *     otherwise                                                         look again
 *
 * An inbox alone does not tell: it holds what came after, and a copy without a clear answer keeps its message invisible for an hour though its key is equal. The ledger alone
 * does not either: what cannot be noted there is copied all the same. SQS counts approximately, and its counts come true after a minute: one look at an empty inbox proves nothing.
 * Whatever ends the wait proves nothing about a key: that is for the listings which come next.
 */
export function afterLook(
  before: InboxSettling | undefined,
  { inbox, ledger }: Look,
  { now, patience }: { readonly now: number; readonly patience: Patience },
): InboxSettling {
  const { startedAt, fewest, progressAt, emptySince, seenSince, lookedAt } = before ?? {
    startedAt: now,
    fewest: UNKNOWN,
    progressAt: now,
  };
  const messages = inbox?.messages ?? UNKNOWN;
  const known = Math.max(lookedAt ?? 0, ledger?.lookedAt ?? 0);
  const better = messages < fewest || known > (lookedAt ?? 0);
  const state = {
    startedAt,
    fewest: Math.min(fewest, messages),
    progressAt: better ? now : progressAt,
    lookedAt: known,
    ...(messages === 0 && { emptySince: emptySince ?? now }),
    ...(ledger?.seenAll === true && { seenSince: seenSince ?? now }),
  };
  return { ...state, over: over(state, { inbox, ledger }, { now, patience }) };
}

/** Travels as JSON, which has no infinity. */
const UNKNOWN = Number.MAX_SAFE_INTEGER;

function over(
  { emptySince, seenSince, startedAt, progressAt }: InboxSettling,
  { inbox, ledger }: Look,
  { now, patience }: { readonly now: number; readonly patience: Patience },
): InboxSettling['over'] {
  if (inbox?.paused === true) return 'paused';
  if (ledger?.seenAll === true && ledger.failing === 0) return 'settled';
  if (seenSince !== undefined && now - seenSince >= FAILING_MS) return 'failing';
  if (emptySince !== undefined && now - emptySince >= patience.quietMs) return 'settled';
  const since = patience.backfill ? progressAt : startedAt;
  return now - since >= patience.patienceMs ? 'out of patience' : undefined;
}

/** What failed for certain is tried again after a minute, then ever more seldom. */
const FAILING_MS = 5 * 60_000;

/** What is kept of the looks in a file: it may be more than a state machine hands on. */
export interface Looks {
  readonly walks: Readonly<Record<string, Walk>>;
  /** What the run waits for. */
  readonly waits: readonly Wait[];
}

/**
 * Looks what became of what was sent, at each destination to which something was.
 *
 * @returns whether nothing is to be waited for any more; `waiting` says in words for what, for those who look at the execution.
 */
export async function settle(
  world: World,
  {
    run,
    plan,
    destinations,
    state: { looks = 0, inboxes = {} },
  }: {
    readonly run: Run;
    readonly plan: Plan;
    readonly destinations: readonly Observed[];
    readonly state: SettlingState;
  },
): Promise<{
  readonly settled: boolean;
  readonly waitSeconds: number;
  readonly state: SettlingState;
  readonly waiting: readonly string[];
}> {
  const nomination = await readNomination(world, run);
  const { quietSeconds } = world.settings;
  const patience = {
    quietMs: quietSeconds * 1000,
    patienceMs: PATIENCE_MS,
    backfill: run.request.trigger === 'deploy',
  };
  const now = world.now();
  const { walks } = await readLooks(world, run);
  const seen = await Promise.all(
    plan.destinations.map(async ({ bucket }, to): Promise<readonly Seen[]> => {
      const before = Object.hasOwn(inboxes, bucket) ? inboxes[bucket] : undefined;
      const destination = destinations[to];
      const sent = nomination?.sent[to] ?? 0;
      if (nomination === undefined || destination === undefined || sent === 0) return [];
      const walk = (Object.hasOwn(walks, bucket) ? walks[bucket] : undefined) ?? WALK_BEGINS;
      if (before?.over !== undefined) return [{ bucket, sent, walk, after: before }];
      const walked = await walkSafely(world, { run, shares: plan.shares, nomination, to, destination, walk });
      const inbox = await destination.inbox.state().catch((error: unknown) => {
        world.log.warn('inbox unread', { destination: bucket, error });
        return undefined;
      });
      const ledger = walked && {
        seenAll: hasSeenAll(walked),
        lookedAt: walked.lookedAt,
        failing: failingOf(walked),
      };
      return [{ bucket, sent, walk: walked ?? walk, after: afterLook(before, { inbox, ledger }, { now, patience }) }];
    }),
  );
  const all = seen.flat();
  const after: Settling = Object.fromEntries(all.map((one) => [one.bucket, one.after] as const));
  const waits = all.flatMap((one) => waitOf(one, patience));
  const kept: Looks = { walks: Object.fromEntries(all.map(({ bucket, walk }) => [bucket, walk] as const)), waits };
  await world.files.write(paths.looks(run), JSON.stringify(kept));
  const settled = waits.length === 0;
  if (settled) await world.files.write(paths.settling(run), JSON.stringify(after));
  return {
    settled,
    waitSeconds: pauseAfter(looks, quietSeconds),
    state: { looks: looks + 1, inboxes: after },
    waiting: waits.map(waitInWords),
  };
}

interface Seen {
  readonly bucket: string;
  readonly sent: number;
  readonly walk: Walk;
  readonly after: InboxSettling;
}

/** @returns `undefined` where only the inbox can tell: the ledger cannot be read, or not all was sent that was to be. */
async function walkSafely(
  world: World,
  about: Parameters<typeof walkOn>[1] & { readonly nomination: Nomination },
): Promise<Walk | undefined> {
  const { name } = about.destination.bucket;
  if (whyWithheld(about.nomination, name) !== undefined) return undefined;
  try {
    return await walkOn(world, about);
  } catch (error) {
    world.log.warn('ledger unread', { destination: name, error });
    return undefined;
  }
}

function waitOf({ bucket, sent, walk, after }: Seen, { backfill, patienceMs }: Patience): readonly Wait[] {
  if (after.over !== undefined) return [];
  const seenAll = after.seenSince !== undefined;
  const since = seenAll ? after.seenSince : backfill ? after.progressAt : after.startedAt;
  return [
    {
      destination: bucket,
      sent,
      lookedAt: Math.min(walk.lookedAt, sent),
      failing: failingOf(walk),
      until: new Date(since + (seenAll ? FAILING_MS : patienceMs)).toISOString(),
      longer: backfill && !seenAll,
    },
  ];
}

async function readLooks({ files }: World, run: Run): Promise<Looks> {
  const file = await files.read(paths.looks(run));
  return file === undefined ? { walks: {}, waits: [] } : JSON.parse(file.text);
}

const PATIENCE_MS = 30 * 60_000;

/** In seconds. What is quick is soon over; a backfill may take days, and every look takes nine of the 25,000 events of an execution. */
function pauseAfter(looks: number, quietSeconds: number): number {
  if (looks >= 500) return 300;
  if (looks >= 150) return 60;
  return Math.max(1, Math.min(looks < 12 ? 5 : 15, Math.ceil(quietSeconds / 4)));
}
