interface ForEach<T> {
  readonly limit: number;
  readonly work: (item: T) => Promise<void>;
  /** Begins with `from` at a time, and does twice as many each time that `when` has resolved. `signal`: it is not needed any more. */
  readonly growth?: { readonly from: number; readonly when: (signal: AbortSignal) => Promise<void> };
}

/**
 * Does `work` for every item, at most `limit` at a time, pulling from the iterable only what it can take.
 *
 * @throws what the iterable throws, or the first error of `work`; work that has begun is waited for before.
 */
export async function forEachConcurrently<T>(
  items: Iterable<T> | AsyncIterable<T>,
  { limit, work, growth }: ForEach<T>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  const over = new AbortController();
  let most = Math.min(limit, growth?.from ?? limit);
  let grown = Promise.withResolvers<void>();
  const growing = growth && grow(growth.when);
  try {
    for await (const item of items) {
      const task = work(item)
        .catch((error: unknown) => void errors.push(error))
        .finally(() => running.delete(task));
      running.add(task);
      if (running.size >= most) await Promise.race(most < limit ? [grown.promise, ...running] : running);
      if (errors.length > 0) break;
    }
  } finally {
    over.abort();
    await Promise.all([growing, ...running]);
  }
  if (errors.length > 0) throw errors[0];

  async function grow(when: (signal: AbortSignal) => Promise<void>): Promise<void> {
    while (most < limit) {
      try {
        await when(over.signal);
      } catch (error) {
        if (!over.signal.aborted) errors.push(error);
        return;
      }
      most = Math.min(limit, 2 * most);
      grown.resolve();
      grown = Promise.withResolvers();
    }
  }
}
