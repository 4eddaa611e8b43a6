/** What a number of requests were answered: how many were admitted, and how many refused by SlowDown. */
export interface Tally {
  readonly admitted: number;
  readonly refused: number;
}

export const NOTHING_HEARD: Tally = { admitted: 0, refused: 0 };

export function answersOf({ admitted, refused }: Tally): number {
  return admitted + refused;
}

export function plusAnswer({ admitted, refused }: Tally, { slowDown }: { readonly slowDown: boolean }): Tally {
  return slowDown ? { admitted, refused: refused + 1 } : { admitted: admitted + 1, refused };
}

/** The share of the requests that was refused, 0 to 1. */
export function shareOf(tally: Tally): number {
  return tally.refused / Math.max(1, answersOf(tally));
}

/**
 * A lull: the first quarter of every second second, by the clock on the wall, so that all invocations of all functions take it at the
 * same moment. What is still refused then does not come of the rate.
 */
const PERIOD_MS = 2000;
const LULL_MS = 250;
/** What was sent before it must have been answered, by most. */
const LEAD_MS = 30;
/** So many answers tell enough; who sends fast need not hold back for all of it. */
const ENOUGH = 40;
/** The share of the rate that is sent in a lull. */
export const LULL_DEPTH = 0.5;

/** Which lull the moment belongs to; undefined between two. */
export function lullAt(wallClock: number): { readonly index: number; readonly counts: boolean } | undefined {
  const within = wallClock % PERIOD_MS;
  if (within >= LULL_MS) return undefined;
  return { index: Math.floor(wallClock / PERIOD_MS), counts: within >= LEAD_MS };
}

/** A lull costs requests: it is taken while it may teach something, and if there is something to compare it with. */
const FEWEST_FULL = 5;
const FIRST_ANSWERS = 20;
const UNEXPLAINED = 0.06;
const EVERY_NTH = 4;

/** Whether a lull is taken: at first; while more is refused than usual; and now and then, since what is usual changes. */
export function isLullWorthwhile({
  index,
  sent,
  quiet,
  full,
  usual,
}: {
  readonly index: number;
  /** Requests sent in this lull so far. */
  readonly sent: number;
  readonly quiet: Tally;
  /** The answers between the last lull and this one. */
  readonly full: Tally;
  readonly usual: number;
}): boolean {
  if (sent >= ENOUGH || answersOf(full) < FEWEST_FULL) return false;
  if (answersOf(quiet) < FIRST_ANSWERS || shareOf(full) - usual > UNEXPLAINED) return true;
  return index % EVERY_NTH === 0 && full.refused > 0;
}

export interface Lull {
  readonly index: number;
  /** The number of its first request, and of the first one behind it. */
  readonly first: number;
  readonly end?: number;
  /** The answers between the lull before and this one. */
  readonly full: Tally;
}

/** What is known when the next request is sent: `count` is its number. */
interface Known {
  readonly count: number;
  readonly quiet: Tally;
  readonly full: Tally;
  readonly usual: number;
  readonly lull?: Lull | undefined;
}

/** Whether the next request is one of a lull; a lull that begins takes the answers so far with it. */
export function lullOf(
  { lull, full, quiet, usual, count }: Known,
  wallClock: number,
): Pick<Known, 'lull' | 'full'> & { readonly isQuiet: boolean } {
  const at = lullAt(wallClock);
  const mine = at !== undefined && lull?.index === at.index ? lull : undefined;
  const sent = mine === undefined ? 0 : count - mine.first;
  const isQuiet =
    at !== undefined && isLullWorthwhile({ index: at.index, sent, quiet, full: mine?.full ?? full, usual });
  if (isQuiet && mine === undefined && at.counts)
    return { lull: { index: at.index, first: count, full }, full: NOTHING_HEARD, isQuiet };
  if (!isQuiet && lull !== undefined && lull.end === undefined) return { lull: { ...lull, end: count }, full, isQuiet };
  return { lull, full, isQuiet };
}

/** How many answers of lulls are remembered. */
const MEMORY_ANSWERS = 80;

/** An answer to a request that was sent in a lull. */
export function plusQuiet(quiet: Tally, answer: { readonly slowDown: boolean }): Tally {
  const more = plusAnswer(quiet, answer);
  const kept = Math.min(1, MEMORY_ANSWERS / answersOf(more));
  return { admitted: more.admitted * kept, refused: more.refused * kept };
}

/** By so much more than half must be admitted at the full rate as in the lull, or a limit binds even in the lull. */
const CLEARLY = 1.15;

/** Whether as many were admitted at the full rate as while half was sent: then lulls say nothing of what is usual. */
export function isLimitedInLulls(quiet: Tally, full: Tally): boolean {
  return 1 - shareOf(full) < (1 - shareForSure(quiet)) * LULL_DEPTH * CLEARLY;
}

/** A service that refuses nearly all is out of order or has a limit far below; neither is usual. */
const MOST_USUAL = 0.6;
/** Few refusals may be too few by chance: by half of their standard deviation more, but no more than is refused at the full rate. */
const BENEFIT = 0.5;

/** The share of requests that is refused whatever the rate: what is refused in lulls. */
export function usualShare(quiet: Tally, full: Tally): number {
  const high = (quiet.refused + BENEFIT * Math.sqrt(quiet.refused)) / Math.max(1, answersOf(quiet));
  return Math.min(MOST_USUAL, Math.max(shareForSure(quiet), Math.min(shareOf(full), high)));
}

/** Three that were admitted are taken for granted, so that one refusal alone says little. */
const GRANTED = 3;

function shareForSure(quiet: Tally): number {
  return quiet.refused / (answersOf(quiet) + GRANTED);
}

/** What chance makes of so few answers, in standard deviations. */
const CHANCE = 2;

/** The share of what would usually be admitted that was refused beyond what is usual; 0 where chance explains it. */
export function excessOf(tally: Tally, usual: number): number {
  const chance = CHANCE * Math.sqrt((usual * (1 - usual)) / answersOf(tally));
  return Math.max(0, (shareOf(tally) - usual - chance) / (1 - usual));
}

/** What is usual cannot be more than what is refused at all, but for chance. */
export function atMost(usual: number, tally: Tally): number {
  const share = shareOf(tally);
  return Math.min(usual, share + 2 * Math.sqrt((Math.max(share, 0.02) * (1 - share)) / answersOf(tally)));
}
