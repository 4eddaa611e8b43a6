import { duration } from '../shared/report/in-words.ts';

/** How long something may show no progress. A clock for the whole would break on a busy machine. */
export interface Patience {
  /** @returns whether it is over; `seen` is whatever changes while things go on. */
  isOver(seen: string): boolean;
  /** What is said while nothing has changed for a while: since when, and until when it is waited for; else empty. */
  said(): string;
}

export function patience(milliseconds: number, now: () => number = Date.now): Patience {
  let last = { seen: '', at: now() };
  const silent = () => now() - last.at;
  return {
    isOver(seen) {
      if (seen !== last.seen) last = { seen, at: now() };
      return silent() > milliseconds;
    },
    said() {
      if (silent() < WORTH_SAYING_MS) return '';
      const until = new Date(last.at + milliseconds).toISOString().slice(11, 19);
      return `; no change for ${duration(silent() / 1000)}, waiting until ${until} UTC`;
    },
  };
}

const WORTH_SAYING_MS = 15_000;
