import type { Lull, Tally } from './usual-share.ts';
import {
  answersOf,
  atMost,
  excessOf,
  isLimitedInLulls,
  LULL_DEPTH,
  lullOf,
  NOTHING_HEARD,
  plusAnswer,
  plusQuiet,
  shareOf,
  usualShare,
} from './usual-share.ts';

/**
 * How fast requests are sent to a service that may refuse them, and what the answers of late say about that. Times are in
 * milliseconds, rates in requests a second.
 *
 * S3 refuses for two reasons that look alike: more was sent than it admits, and then a lower rate helps; or it refuses a share of
 * all requests, and then a lower rate only makes everything slow. Nobody can tell them apart by lowering the rate alone, since
 * others take what is left free. So all who write hold back together for a moment, by the clock (`usual-share.ts`): what is refused
 * even then is usual, and only what is refused beyond it lowers the rate.
 */
export interface PaceState {
  /** Without a limit until the service first says SlowDown. */
  readonly rate: number;
  /** When the next request may be sent. */
  readonly next: number;
  /** How many requests have been sent: the number of the next one. */
  readonly count: number;
  /** The answers by which the rate is judged. */
  readonly window: Window;
  /** The window before, while there is no limit. */
  readonly before?: Window | undefined;
  /** The limit was a guess, and no window has held a refusal since: what is admitted lies above. */
  readonly searching: boolean;
  /** Judgements in a row that found no refusal. */
  readonly clean: number;
  /** The rate at which the refusals began that lower it now. */
  readonly fallingFrom?: number | undefined;
  /** How many were really sent in the last window, a second: there may be less to do than the rate allows. */
  readonly sent: number;
  /** The share that is refused whatever the rate. */
  readonly usual: number;
  /** The answers to requests of lulls. */
  readonly quiet: Tally;
  /** The answers to all others since the last lull. */
  readonly full: Tally;
  readonly lull?: Lull | undefined;
  /** The rate when lulls last told enough; no far fall below it until they do again. */
  readonly proven: Proven;
}

interface Window extends Tally {
  /** The number of the first request that was sent at this rate. */
  readonly first: number;
  /** When it was answered: before that, requests of the last rate may still be on their way. */
  readonly began?: number | undefined;
}

interface Proven {
  readonly rate: number;
  /** Answers of lulls since. */
  readonly answers: number;
}

export const UNLIMITED: PaceState = {
  rate: Infinity,
  next: -Infinity,
  count: 0,
  window: from(0),
  searching: true,
  clean: 0,
  sent: Infinity,
  usual: 0,
  quiet: NOTHING_HEARD,
  full: NOTHING_HEARD,
  proven: { rate: Infinity, answers: 0 },
};

/** A window is as long as it takes for a share of refused requests to mean something. */
const WINDOW_MS = 100;
const WINDOW_ANSWERS = 10;
/** Where refusals are usual it takes more, but not for ever. */
const NOISY = 0.02;
const NOISY_ANSWERS = 40;
const NOISY_MS = 500;
/** Before the first SlowDown there is only the number of requests of the last second or two. */
const MEMORY_MS = 1000;
/** A single refusal says little: no lower than this at once. */
const FIRST_LIMIT = 50;
const LOWEST = 4;
/** However many were refused in one window, by no more than this at once... */
const SMALLEST_SHARE = 0.25;
/** ...and by no more than this until so many answers of lulls have shown that a lower rate helps. */
const FARTHEST_FALL = 3;
const PROOF_ANSWERS = 15;
/** Below what was admitted, so that the service recovers, and other invocations that use it find room. */
const MARGIN = 0.98;
/**
 * Requests a second more for each 100 ms without a refusal; and as many more again after each further window in a row, so that it does
 * not take minutes where the service has come to admit ten times as much. At a time no more than a share of the rate.
 */
const STEP = 4;
const LARGEST_STEP = 0.1;
const LARGEST_STEP_OF_LONG_WINDOW = 0.15;
/** While searching. */
const SEARCH_FACTOR = 1.5;
/** While searching, a refusal or two do not end it; a limit that was passed by half refuses a third. */
const SEARCH_TOLERANCE = 0.1;
/** What became usual was held for a limit before, if the rate has fallen by so much. */
const LEARNED = 0.02;
const FELL_FOR_NOTHING = 1.3;
/** A timer that fires late is made up for; a pause is not. */
const LATENESS_MS = 100;

/** How long the next request must wait. */
export function waitOf({ next }: PaceState, now: number): number {
  return Math.max(0, next - now);
}

/** When a request was sent: by the clock that measures times, and by the one on the wall, in milliseconds since 1970. */
export interface SentAt {
  readonly now: number;
  readonly wallClock: number;
}

/** A request was sent. */
export function afterSending(state: PaceState, { now, wallClock }: SentAt): PaceState {
  const count = state.count + 1;
  if (state.rate < Infinity) {
    const { lull, full, isQuiet } = lullOf(state, wallClock);
    const rate = isQuiet ? Math.min(state.rate, state.sent) * LULL_DEPTH : state.rate;
    return { ...state, count, lull, full, next: Math.max(state.next, now - LATENESS_MS) + 1000 / rate };
  }
  const { window } = state;
  const age = window.began === undefined ? Infinity : now - window.began;
  if (age < MEMORY_MS) return { ...state, count };
  return {
    ...state,
    count,
    before: age < 2 * MEMORY_MS ? window : undefined,
    window: { ...from(state.count), began: now },
  };
}

/** What the answer to one request said. */
export interface Heard {
  /** The number of the request. */
  readonly request: number;
  readonly slowDown: boolean;
  readonly now: number;
}

/**
 * A request was answered. Additive increase, multiplicative decrease, by windows: a rate is judged by requests that were sent at
 * that rate, all of them, when the first request behind them is answered. (Judged by every answer as it comes, the refusals of one
 * burst would bring the rate down once each.)
 *
 *     the window held                      the rate becomes
 *     more refusals than are usual         what would be admitted of it, less 2 %; at least a quarter
 *     no more, and was used                more by a step that grows with each such window in a row
 *     no more, and was not                 what it was: nothing has been learned
 *
 * The first SlowDown of all sets the limit: a quarter of what was being sent, since that was many at once, with nothing heard of them
 * yet. From there it grows by half with each window, up to the first that holds many more refusals than are usual; so it does after a deep
 * fall, and when refusals that were held for a limit turn out to be usual.
 */
export function afterAnswer(state: PaceState, { request, slowDown, now }: Heard): PaceState {
  const { rate, window, lull } = state;
  if (rate === Infinity) return slowDown ? limited(state, now) : state;
  if (lull !== undefined && request >= lull.first && request < (lull.end ?? Infinity))
    return afterQuietAnswer(state, lull, { slowDown });
  if (request < window.first) return state;
  if (window.began === undefined) return { ...state, window: { ...window, began: now } };
  const heard = { ...state, full: plusAnswer(state.full, { slowDown }) };
  const tally = plusAnswer(window, { slowDown });
  const milliseconds = now - window.began;
  if (milliseconds >= WINDOW_MS && answersOf(tally) >= answersNeeded(state, milliseconds))
    return judged(heard, { tally, milliseconds });
  return { ...heard, window: { first: window.first, began: window.began, ...tally } };
}

function answersNeeded({ usual }: PaceState, milliseconds: number): number {
  return usual > NOISY && milliseconds < NOISY_MS ? NOISY_ANSWERS : WINDOW_ANSWERS;
}

function afterQuietAnswer(state: PaceState, lull: Lull, answer: { readonly slowDown: boolean }): PaceState {
  const { rate, fallingFrom, searching } = state;
  const answers = state.proven.answers + 1;
  const proven = answers < PROOF_ANSWERS ? { rate: Math.max(rate, state.proven.rate), answers } : { rate, answers: 0 };
  const quiet = plusQuiet(state.quiet, answer);
  if (isLimitedInLulls(quiet, lull.full)) return { ...state, proven, quiet: NOTHING_HEARD, usual: 0 };
  const usual = usualShare(quiet, lull.full);
  const fellForNothing = usual - state.usual > LEARNED && (fallingFrom ?? 0) > rate * FELL_FOR_NOTHING;
  return { ...state, proven, quiet, usual, searching: searching || fellForNothing };
}

function limited({ window, before, ...state }: PaceState, now: number): PaceState {
  const { first, began = now } = before ?? window;
  const perSecond = ((state.count - first) * 1000) / Math.max(WINDOW_MS, now - began);
  const rate = Math.max(FIRST_LIMIT, perSecond / 4);
  return {
    ...state,
    rate,
    next: now + 1000 / rate,
    window: from(state.count),
    searching: true,
    proven: { rate, answers: 0 },
  };
}

interface Verdict {
  readonly tally: Tally;
  readonly milliseconds: number;
}

function judged(previous: PaceState, { tally, milliseconds }: Verdict): PaceState {
  const sent = (answersOf(tally) * 1000) / milliseconds;
  const usual = atMost(previous.usual, tally);
  const state = { ...previous, window: from(previous.count), sent, usual };
  const excess = excessOf(tally, usual);
  if (excess > (state.searching ? SEARCH_TOLERANCE : 0))
    return lowered(state, { excess, admitted: sent * (1 - shareOf(tally)) });
  const { rate } = state;
  if (sent < rate / 2) return state;
  if (state.searching) return { ...state, fallingFrom: undefined, rate: rate * SEARCH_FACTOR };
  const clean = state.clean + 1;
  const windows = milliseconds / WINDOW_MS;
  const largest = Math.min(LARGEST_STEP_OF_LONG_WINDOW, LARGEST_STEP * windows);
  return { ...state, clean, fallingFrom: undefined, rate: rate + Math.min(rate * largest, clean * STEP * windows) };
}

function lowered(
  state: PaceState,
  { excess, admitted }: { readonly excess: number; readonly admitted: number },
): PaceState {
  const { rate, fallingFrom = rate, proven } = state;
  // What was sent late, and came in a bunch, was refused for that; what was not sent could not be admitted.
  const share = Math.max(SMALLEST_SHARE, Math.min(1, Math.max(1 - excess, admitted / rate)) * MARGIN);
  const lowest = Math.min(rate, Math.max(LOWEST, proven.rate / FARTHEST_FALL));
  const lower = Math.max(lowest, rate * share);
  return { ...state, rate: lower, clean: 0, fallingFrom, searching: lower < fallingFrom / 2 };
}

function from(first: number): Window {
  return { first, ...NOTHING_HEARD };
}
