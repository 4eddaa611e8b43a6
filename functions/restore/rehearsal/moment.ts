import { compareKeys } from '../../../shared/objects/key-order.ts';
import { keyHash } from '../../../shared/listing/scrub-sample.ts';
import type { Candidates, Choice, Listed } from './choose.ts';

/** What of a choice is asked for as people ask in a disaster: as it was at a moment. */
export interface AtMoment {
  /** ISO 8601. */
  readonly at: string;
  /** In the order of keys. */
  readonly keys: readonly string[];
}

/**
 * Some of the keys that were chosen, and a moment since the last rehearsal; in the first one, since the youngest of them was written. Half of those that were drawn by lot; where all
 * of the destination is among the largest and the oldest, up to a quarter of these, the largest last. The same seed comes to the same.
 *
 * @returns `undefined` where there is nothing to choose from: what is there now is asked for in any case.
 */
export function momentFor(
  { lot, largest, oldest }: Pick<Candidates, 'lot' | 'largest' | 'oldest'>,
  { keys }: Choice,
  { seed, last, now }: { readonly seed: string; readonly last: string | undefined; readonly now: number },
): AtMoment | undefined {
  if (keys.length < 2) return undefined;
  const start = keyHash(seed, 1);
  const order = (one: string, other: string) => keyHash(one, start) - keyHash(other, start) || compareKeys(one, other);
  const among = (objects: readonly Listed[]) => new Set(objects.map(({ key }) => key));
  const [large, extreme] = [among(largest), among([...largest, ...oldest])];
  const [drawn, small] = [keys.filter((key) => !extreme.has(key)), keys.filter((key) => !large.has(key))];
  const from = [drawn, small].find((some) => some.length > 0) ?? keys;
  const some = from === drawn ? Math.ceil(drawn.length / 2) : Math.max(1, Math.floor(keys.length / 4));
  const asked = from.toSorted(order).slice(0, some).toSorted(compareKeys);
  const chosen = new Set(asked);
  const youngest = Math.max(
    ...[...lot, ...largest, ...oldest].filter(({ key }) => chosen.has(key)).map(({ modified }) => Date.parse(modified)),
  );
  const since = Math.min(last === undefined ? youngest : Date.parse(last), now);
  const at = since + (now - since) * (keyHash(seed, 2) / 2 ** 32);
  return { at: new Date(at).toISOString(), keys: asked };
}
