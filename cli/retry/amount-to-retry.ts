import type { LedgerItem } from '../../shared/ledger/dynamo-ledger-search.ts';
import { count, dollars, size } from '../../shared/report/in-words.ts';
import { copyRequestsOf } from '../costs/amount-to-restore.ts';
import { costOfCopies } from '../costs/copy-costs.ts';
import type { Into } from '../costs/copy-costs.ts';
import { messages as messagesInWords } from '../status/found.ts';

/** What failed at a destination, before it is tried again. */
export interface AmountToRetry {
  /** In the queue of the failed; `undefined` if nobody may count them. */
  readonly messages: number | undefined;
  /** That failed, as the ledger has it. */
  readonly keys: number;
  /** Of these: as the ledger has seen the source. */
  readonly sized: number;
  readonly bytes: number;
  readonly copies: number;
  /** Whether there was time for all of them. */
  readonly all: boolean;
}

/** Counts for a while, so that a ledger of any size costs no more than that. */
export async function countFailed(
  failed: AsyncIterable<LedgerItem>,
  {
    messages,
    until,
    now,
  }: { readonly messages: number | undefined; readonly until: number; readonly now: () => number },
): Promise<AmountToRetry> {
  let [keys, sized, bytes, copies] = [0, 0, 0, 0];
  for await (const item of failed) {
    if (keys > 0 && now() >= until) return { messages, keys, sized, bytes, copies, all: false };
    const { size: of, sourceETag } = item;
    keys++;
    copies += typeof sourceETag === 'string' ? copyRequestsOf(sourceETag) : 1;
    if (typeof of !== 'number') continue;
    sized++;
    bytes += of;
  }
  return { messages, keys, sized, bytes, copies, all: true };
}

export interface RetryEstimate {
  readonly said: string;
  readonly dollars: number;
  readonly all: boolean;
}

/**
 * What it takes if all of it is copied. Pure. Messages and ledger mostly name the same keys; what only messages name is as the others are.
 *
 * @returns `undefined` if nothing failed.
 */
export function estimateRetry(
  { messages, keys, sized, bytes, copies, all }: AmountToRetry,
  { queue, ...into }: Into & { readonly queue: string },
): RetryEstimate | undefined {
  const objects = Math.max(keys, messages ?? 0);
  if (objects === 0) return undefined;
  const known = sized === 0 ? undefined : (bytes / sized) * objects;
  const { requests, dollars: cost } = costOfCopies(
    { objects, copies: keys === 0 ? objects : Math.round((copies / keys) * objects), bytes: known ?? 0 },
    into,
  );
  const failed =
    messages === undefined
      ? `messages of ${queue}, which may not be counted`
      : `${messagesInWords(messages)} of ${queue}`;
  const amount = known === undefined ? 'of unknown size' : `about ${size(Math.round(known))}`;
  const without = known === undefined && into.far ? ' and the transfer between Regions' : '';
  return {
    said: `${failed}, and ${all ? '' : 'more than '}${count(keys)} keys of the ledger, mostly the same; ${amount}. If all are copied: ${all ? 'about' : 'more than'} ${count(requests)} requests, ${dollars(cost)} by list price${without}`,
    dollars: cost,
    all,
  };
}
