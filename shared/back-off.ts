/**
 * How long to wait before asking again, in milliseconds: full jitter under a bound that doubles from 100 ms to 10 s.
 *
 * @param attempt 0 for the first wait.
 * @param random a number in [0, 1).
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backOff(attempt: number, random: number): number {
  return Math.round(Math.min(10_000, 100 * 2 ** attempt) * random);
}
