import type { PaceState } from './pace-rate.ts';
import { afterAnswer, afterSending, waitOf } from './pace-rate.ts';

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

/** What a pace is made from. `wallClock` is in milliseconds since 1970: all who write keep the same time. */
export interface PaceBasis {
  readonly now: () => number;
  readonly wallClock: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** The pace of one invocation. Until the first SlowDown nobody waits. */
export function createPace(memory: PaceMemory, { now, wallClock, sleep }: PaceBasis): Pace {
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
    memory.state = afterSending(memory.state, { now: now(), wallClock: wallClock() });
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
