import type { Request } from '../functions/restore/request.ts';
import { count, dollars, duration, size } from '../shared/report/in-words.ts';
import { LIST_PRICES } from '../shared/list-prices.ts';
import type { VersionListing } from '../shared/version-listing.ts';

/** What is known of the keys that a restore will look at. */
export interface Amount {
  readonly keys: number;
  /** Of the newest version of each; `undefined` where it was not looked at. */
  readonly bytes: number | undefined;
  /** Whether there was time for all of them. */
  readonly all: boolean;
}

/** What a restore will take, at most: what is in the target already is not copied. Money in US dollars, by list prices that may be old. */
export interface Estimate extends Amount {
  readonly requests: number;
  readonly dollars: number;
  /** By the workers and the pace that are usual; archives not counted. */
  readonly seconds: number;
}

/** Lists for a while, so that a bucket of any size costs no more than that. */
export async function countKeys(
  listing: VersionListing,
  { prefix, until, now }: { readonly prefix: string | undefined; readonly until: number; readonly now: () => number },
): Promise<Amount> {
  let [keys, bytes] = [0, 0];
  let cursor: Awaited<ReturnType<VersionListing['page']>>['next'];
  let last: string | undefined;
  do {
    const page = await listing.page({ ...(prefix !== undefined && { prefix }), ...(cursor && { cursor }) });
    for (const { key, versions } of page.keys) {
      // A key may go on from the page before.
      if (key === last) continue;
      last = key;
      keys++;
      bytes += versions.find(({ deleteMarker }) => !deleteMarker)?.size ?? 0;
    }
    cursor = page.next;
  } while (cursor !== undefined && now() < until);
  return { keys, bytes, all: cursor === undefined };
}

/** Pure. `far`: the target is in another Region. */
export function estimateRestore(
  amount: Amount,
  { dryRun, far }: { readonly dryRun: boolean; readonly far: boolean },
): Estimate {
  const { keys, bytes = 0 } = amount;
  const reads = 2 * keys;
  const copies = dryRun ? 0 : keys;
  const lambda = (keys / KEYS_A_SECOND) * WORKERS * 0.5 * LIST_PRICES.lambdaGigabyteSecond;
  const transfer = far && !dryRun ? bytes * LIST_PRICES.transferredByte : 0;
  return {
    ...amount,
    requests: reads + copies,
    dollars: reads * LIST_PRICES.readRequest + copies * LIST_PRICES.copyRequest + lambda + transfer,
    seconds: START_SECONDS + Math.max(keys / KEYS_A_SECOND, dryRun ? 0 : bytes / BYTES_A_SECOND),
  };
}

/** Steps of the state machine, and cold starts. */
const START_SECONDS = 20;
const WORKERS = 20;
/** Of all workers together, as S3 admits to one prefix (3,500 writes a second) with room for others. */
const KEYS_A_SECOND = 2_000;
/** S3 copies by itself; large objects go in parts, sixteen at a time. */
const BYTES_A_SECOND = 4 * 1024 ** 3;

export function estimateInWords(
  { keys, bytes, all, requests, dollars: price, seconds }: Estimate,
  { from, to, tier, dryRun }: Pick<Request, 'tier' | 'dryRun'> & { readonly from: string; readonly to: string },
): string {
  const what = [`${all ? '' : 'more than '}${count(keys)} keys`, ...(bytes === undefined ? [] : [size(bytes)])].join(
    ', ',
  );
  const archive = { expedited: 'minutes', standard: 'up to 12 hours', bulk: 'up to 48 hours' }[tier];
  return [
    `${dryRun ? 'Dry run' : 'Restore'} from ${from} to ${to}: ${what}, at most`,
    `About ${count(requests)} requests, ${dollars(price)} by list price; about ${duration(seconds)}, and ${archive} more for what is archived`,
  ].join('\n');
}
