/**
 * Does `work` for every item, at most `limit` at a time, and yields the results in the order of the items. No more is taken from the iterable than is worked on, and, where
 * items are `heavy`, no more than weighs `most` and one item.
 *
 * @throws the first error of `work` or of the iterable, in the order of the items: after the results of all items before it. Work that has begun is waited for.
 */
export async function* mapInOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  { limit, heavy, work }: InOrder<T, R>,
): AsyncGenerator<R, void, undefined> {
  const running: Begun<R>[] = [];
  let weight = 0;
  try {
    for await (const begun of beginAll(items, { work, weigh: heavy?.weigh })) {
      running.push(begun);
      weight += begun.weight;
      while (running.length >= limit || weight > (heavy?.most ?? Infinity)) {
        const first = running.shift();
        if (first === undefined) break;
        weight -= first.weight;
        yield await first.result;
      }
    }
    for (let next = running.shift(); next !== undefined; next = running.shift()) yield await next.result;
  } finally {
    await Promise.allSettled(running.map(({ result }) => result));
  }
}

interface InOrder<T, R> {
  readonly limit: number;
  readonly heavy?: { readonly weigh: (item: T) => number; readonly most: number };
  readonly work: (item: T) => Promise<R>;
}

interface Begun<R> {
  readonly result: Promise<R>;
  readonly weight: number;
}

/** An error of the iterable waits for its turn like one of the work. */
async function* beginAll<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  { work, weigh = () => 0 }: Pick<InOrder<T, R>, 'work'> & { readonly weigh: ((item: T) => number) | undefined },
): AsyncGenerator<Begun<R>, void, undefined> {
  try {
    for await (const item of items) yield heardLater(work(item), weigh(item));
  } catch (error) {
    yield heardLater(Promise.reject<R>(error), 0);
  }
}

/** An error that is awaited only later is no unhandled one. */
function heardLater<R>(result: Promise<R>, weight: number): Begun<R> {
  result.catch(() => undefined);
  return { result, weight };
}
