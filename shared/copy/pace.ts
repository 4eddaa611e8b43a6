/** How fast requests are sent to a service that may refuse them, and what the answers of late say about that. Times are in milliseconds. */
export interface PaceState {
  /** Requests a second; without a limit until the service first says SlowDown. */
  readonly rate: number;
  /** When the next request may be sent. */
  readonly next: number;
  /** How many requests have been sent: the number of the next one. */
  readonly count: number;
  /** The answers by which the rate is judged. */
  readonly window: Window;
  /** The limit was a guess, and no window has held a refusal since: what is admitted lies above. */
  readonly searching: boolean;
  /** Judgements in a row that found no refusal. */
  readonly clean: number;
}

interface Window {
  /** The number of the first request that was sent at this rate. */
  readonly first: number;
  /** When it was answered: before that, requests of the last rate may still be on their way. */
  readonly began?: number;
  readonly admitted: number;
  readonly refused: number;
}

export const UNLIMITED: PaceState = {
  rate: Infinity,
  next: -Infinity,
  count: 0,
  window: from(0),
  searching: true,
  clean: 0,
};

/** A window is as long as it takes for a share of refused requests to mean something. */
const WINDOW_MS = 100;
const WINDOW_ANSWERS = 10;
/** Before the first SlowDown there is only the number of requests of the last second. */
const MEMORY_MS = 1000;
/** A single refusal says little: no lower than this at once, in requests a second. */
const FIRST_LIMIT = 50;
const LOWEST = 1;
/** However many were refused in one window, by no more than this at once. */
const SMALLEST_SHARE = 0.25;
/** Below what was admitted, so that the service recovers, and other invocations that use it find room. */
const MARGIN = 0.98;
/**
 * Requests a second more for each 100 ms without a refusal; and as many more again after each further window in a row, so that it does
 * not take minutes where the service has come to admit ten times as much. At a time no more than this share of the rate.
 */
const STEP = 4;
const LARGEST_STEP = 0.1;
/** While searching. */
const SEARCH_FACTOR = 1.5;
/** A timer that fires late is made up for; a pause is not. */
const LATENESS_MS = 100;

/** How long the next request must wait. */
export function waitOf({ next }: PaceState, now: number): number {
  return Math.max(0, next - now);
}

/** A request was sent. */
export function afterSending(state: PaceState, now: number): PaceState {
  const { rate, window } = state;
  const count = state.count + 1;
  if (rate < Infinity) return { ...state, count, next: Math.max(state.next, now - LATENESS_MS) + 1000 / rate };
  const isRecent = window.began !== undefined && now - window.began < MEMORY_MS;
  return { ...state, count, window: isRecent ? window : { ...from(state.count), began: now } };
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
 *     the window held       the rate becomes
 *     refusals              what was admitted of it, less 2 %; at least a quarter
 *     none, and was used    more by a step that grows with each such window in a row
 *     none, and was not     what it was: nothing has been learned
 *
 * The first SlowDown of all sets the limit: a quarter of what was being sent, since that was many at once, with nothing heard of them yet. From there it grows by half with each window,
 * up to the first that holds a refusal.
 */
export function afterAnswer(state: PaceState, { request, slowDown, now }: Heard): PaceState {
  const { rate, window } = state;
  if (rate === Infinity) return slowDown ? limited(state, now) : state;
  if (request < window.first) return state;
  if (window.began === undefined) return { ...state, window: { ...window, began: now } };
  const { began, first, admitted, refused } = window;
  const more = slowDown ? { admitted, refused: refused + 1 } : { admitted: admitted + 1, refused };
  if (now - began >= WINDOW_MS && admitted + refused >= WINDOW_ANSWERS)
    return judged(state, { ...more, milliseconds: now - began });
  return { ...state, window: { first, began, ...more } };
}

function limited({ count, window }: PaceState, now: number): PaceState {
  const { first, began = now } = window;
  const perSecond = ((count - first) * 1000) / Math.max(WINDOW_MS, now - began);
  const rate = Math.max(FIRST_LIMIT, perSecond / 4);
  return { rate, next: now + 1000 / rate, count, window: from(count), searching: true, clean: 0 };
}

interface Verdict {
  readonly admitted: number;
  readonly refused: number;
  readonly milliseconds: number;
}

function judged(state: PaceState, { admitted, refused, milliseconds }: Verdict): PaceState {
  const { rate, count } = state;
  const window = from(count);
  const perSecond = (admitted * 1000) / milliseconds;
  if (refused > 0) {
    // What was sent late, and came in a bunch, was refused for that; what was not sent could not be admitted.
    const share = Math.max(SMALLEST_SHARE, admitted / (admitted + refused), perSecond / rate);
    return { ...state, rate: Math.max(LOWEST, rate * Math.min(1, share) * MARGIN), window, searching: false, clean: 0 };
  }
  if (perSecond < rate / 2) return { ...state, window };
  if (state.searching) return { ...state, rate: rate * SEARCH_FACTOR, window };
  const clean = state.clean + 1;
  const step = Math.min(rate * LARGEST_STEP, clean * STEP * (milliseconds / WINDOW_MS));
  return { ...state, rate: rate + step, window, clean };
}

function from(first: number): Window {
  return { first, admitted: 0, refused: 0 };
}

/** Says when a request may be sent, and learns from the answers. */
export interface Pace {
  /** Waits for its turn; turns come in the order in which they were asked for. @returns the number of the request. @throws what `sleep` throws. */
  turn(): Promise<number>;
  heard(request: number, answer: { readonly slowDown: boolean }): void;
}

/** What outlives an invocation: the next one in the same container need not learn it anew. */
export interface PaceMemory {
  state: PaceState;
}

/** The pace of one invocation. Until the first SlowDown nobody waits. */
export function createPace(
  memory: PaceMemory,
  { now, sleep }: { readonly now: () => number; readonly sleep: (milliseconds: number) => Promise<unknown> },
): Pace {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  return {
    async turn() {
      if (waiting === 0 && waitOf(memory.state, now()) === 0) return take();
      waiting++;
      const mine = last.then(takeInTime).finally(() => waiting--);
      last = mine.catch(() => undefined);
      return mine;
    },
    heard(request, { slowDown }) {
      memory.state = afterAnswer(memory.state, { request, slowDown, now: now() });
    },
  };

  function take(): number {
    const { count } = memory.state;
    memory.state = afterSending(memory.state, now());
    return count;
  }

  async function takeInTime(): Promise<number> {
    for (;;) {
      const wait = waitOf(memory.state, now());
      if (wait === 0) return take();
      await sleep(Math.ceil(wait));
    }
  }
}
