import type { Plan } from './plan.ts';
import { readNomination } from './nominate.ts';
import { paths } from './run.ts';
import type { Run } from './run.ts';
import type { InboxState, Observed, World } from './world.ts';

/** The inboxes, by the bucket's name. Times in milliseconds since 1970. */
export type Settling = Readonly<Record<string, InboxSettling>>;

/** What is remembered from one look at the inboxes to the next. */
export interface SettlingState {
  readonly looks?: number | undefined;
  readonly inboxes?: Settling | undefined;
}

export interface InboxSettling {
  /** Since when every look has found it empty. */
  readonly emptySince?: number;
  /** When it last held fewer messages than ever before. */
  readonly progressAt: number;
  readonly fewest: number;
  readonly startedAt: number;
  readonly over?: 'settled' | 'paused' | 'out of patience' | undefined;
}

export interface Patience {
  readonly quietMs: number;
  /** The longest that is waited, or in a backfill the longest without progress. */
  readonly patienceMs: number;
  readonly backfill: boolean;
}

/**
 * What one look at an inbox says. First line that fits:
 *
 *     paused                                                    over: paused
 *     empty at every look for two minutes                       over: settled
 *     30 minutes have passed; in a backfill, without progress   over: out of patience
 *     otherwise                                                 look again
 *
 * SQS counts approximately, and its counts come true after a minute: one look proves nothing. `undefined`: it could not be looked at.
 */
export function afterLook(
  before: InboxSettling | undefined,
  seen: InboxState | undefined,
  { now, patience }: { readonly now: number; readonly patience: Patience },
): InboxSettling {
  const { startedAt, fewest, progressAt, emptySince } = before ?? { startedAt: now, fewest: UNKNOWN, progressAt: now };
  const messages = seen?.messages ?? UNKNOWN;
  const better = messages < fewest;
  const state = {
    startedAt,
    fewest: Math.min(fewest, messages),
    progressAt: better ? now : progressAt,
    ...(messages === 0 && { emptySince: emptySince ?? now }),
  };
  return { ...state, over: over(state, seen, { now, patience }) };
}

/** Travels as JSON, which has no infinity. */
const UNKNOWN = Number.MAX_SAFE_INTEGER;

function over(
  { emptySince, startedAt, progressAt }: InboxSettling,
  seen: InboxState | undefined,
  { now, patience }: { readonly now: number; readonly patience: Patience },
): InboxSettling['over'] {
  if (seen?.paused === true) return 'paused';
  if (emptySince !== undefined && now - emptySince >= patience.quietMs) return 'settled';
  const since = patience.backfill ? progressAt : startedAt;
  return now - since >= patience.patienceMs ? 'out of patience' : undefined;
}

/** Looks at the inboxes to which something was sent. @returns whether nothing is to be waited for any more. */
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
): Promise<{ readonly settled: boolean; readonly waitSeconds: number; readonly state: SettlingState }> {
  const { sent = [] } = (await readNomination(world, run)) ?? {};
  const { quietSeconds } = world.settings;
  const patience = {
    quietMs: quietSeconds * 1000,
    patienceMs: PATIENCE_MS,
    backfill: run.request.trigger === 'deploy',
  };
  const now = world.now();
  const seen = await Promise.all(
    plan.destinations.map(async ({ bucket }, to) => {
      const before = Object.hasOwn(inboxes, bucket) ? inboxes[bucket] : undefined;
      if ((sent[to] ?? 0) === 0) return [];
      if (before?.over !== undefined) return [[bucket, before] as const];
      const state = await destinations[to]?.inbox.state().catch((error: unknown) => {
        world.log.warn('inbox unread', { destination: bucket, error });
        return undefined;
      });
      return [[bucket, afterLook(before, state, { now, patience })] as const];
    }),
  );
  const after: Settling = Object.fromEntries(seen.flat());
  const settled = Object.values(after).every((inbox) => inbox.over !== undefined) || looks >= MOST_LOOKS;
  if (settled) await world.files.write(paths.settling(run), JSON.stringify(after));
  return { settled, waitSeconds: pauseAfter(looks, quietSeconds), state: { looks: looks + 1, inboxes: after } };
}

const PATIENCE_MS = 30 * 60_000;

/**
 * In seconds. A backfill may take days, and an execution has room for 25,000 events, of which a look takes nine: a day of looks every
 * few minutes is few, and no inbox keeps a message for longer than four.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
function pauseAfter(looks: number, quietSeconds: number): number {
  if (looks >= 500) return 300;
  if (looks >= 150) return 60;
  return Math.max(1, Math.min(15, Math.ceil(quietSeconds / 4)));
}

/** Four days and more. */
const MOST_LOOKS = 2000;
