/**
 * Admits so many requests a second, and no more than `burst` at once: a token bucket. What is not admitted gets 503 SlowDown.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
 */
export function rateLimit({ perSecond, burst = perSecond, now = Date.now }: RateLimit): () => boolean {
  let tokens = burst;
  let last = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + ((time - last) * perSecond) / 1000);
    last = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

export interface RateLimit {
  readonly perSecond: number;
  readonly burst?: number;
  /** Milliseconds. */
  readonly now?: () => number;
}
