/**
 * Does `work` for every item, at most `limit` at a time, and yields the results in the order of the items. No more is taken from the iterable than is worked on.
 *
 * @throws the first error of `work` or of the iterable, in the order of the items: after the results of all items before it. Work that has begun is waited for.
 */
export async function* mapInOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  { limit, work }: { readonly limit: number; readonly work: (item: T) => Promise<R> },
): AsyncGenerator<R, void, undefined> {
  const running: Promise<R>[] = [];
  try {
    for await (const { result } of begun(items, work)) {
      running.push(result);
      const first = running.length >= limit ? running.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (let next = running.shift(); next !== undefined; next = running.shift()) yield await next;
  } finally {
    await Promise.allSettled(running);
  }
}

/** An error of the iterable waits for its turn like one of the work. */
async function* begun<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<R>,
): AsyncGenerator<{ readonly result: Promise<R> }, void, undefined> {
  try {
    for await (const item of items) yield heardLater(work(item));
  } catch (error) {
    yield heardLater(Promise.reject<R>(error));
  }
}

/** An error that is awaited only later is no unhandled one. */
function heardLater<R>(result: Promise<R>): { readonly result: Promise<R> } {
  result.catch(() => undefined);
  return { result };
}
