import { assertNever } from '../../shared/assert-never.ts';
import { backOff } from '../../shared/back-off.ts';
import { BucketError, CustomerKeyError } from '../../shared/objects/bucket.ts';
import type { CopyAnswer, ObjectState } from '../../shared/objects/bucket.ts';
import { copyObject } from '../../shared/copy/copy-object.ts';
import type { LongCopy } from '../../shared/copy/long-copy.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { decideTarget } from './decide-target.ts';
import { lookAtBoth } from './look-at-both.ts';
import type { Counts } from './look-at-both.ts';
import type { Request } from './request.ts';
import { settingsOf } from './settings-of.ts';
import type { Opened, World } from './world.ts';

/** One version of one key of the destination. */
export interface Item {
  readonly key: ObjectKey;
  readonly versionId: string;
  readonly storageClass?: string | undefined;
  /** What must still lie under that id. The id `null` is that of all that is written without versioning: another object may lie there by now. */
  readonly etag?: string | undefined;
  /** Its bytes were asked for from the archive already. */
  readonly asked?: boolean;
}

/** What a run asks of each of its keys. */
export type Order = Pick<Request, 'existing' | 'encryption' | 'storageClass' | 'tier' | 'dryRun'> & {
  readonly startedAt: Date;
};

/** What became of a key. In a dry run: what would. */
export type Result =
  | {
      readonly outcome: 'restored' | 'same' | 'skipped' | 'failed' | 'expired';
      readonly reason: string;
      /** Bytes of what is restored; otherwise 0. */
      readonly bytes: number;
      readonly requests: Requests;
    }
  /** S3 was in trouble, or busy: it may do what it did not now. */
  | { readonly outcome: 'later'; readonly reason: string; readonly requests: Requests }
  /** The bytes were asked for from the archive. */
  | { readonly outcome: 'archived'; readonly requests: Requests }
  /** Goes on in other invocations. */
  | { readonly outcome: 'long'; readonly copy: LongCopy; readonly requests: Requests };

/** Sent to S3. */
export interface Requests {
  readonly reads: number;
  readonly copies: number;
}

/**
 * Puts one version of a key into the target, on condition that the target still is what was seen. A refusal, or no clear answer, makes it look again: what
 * then is there in the very state that is to be restored counts as restored, and what has come meanwhile stays.
 *
 * @throws {OutOfTime} if the time of the invocation is up: nothing is known of the key then.
 */
export async function restoreKey(item: Item, order: Order, world: KeyWorld): Promise<Result> {
  const count = { reads: 0, copies: 0 };
  try {
    const result = await rounds(item, order, { world, count });
    return { ...result, requests: count };
  } catch (error) {
    if (error instanceof OutOfTime || world.remaining() <= OUT_OF_TIME_MS) throw new OutOfTime(item.key, error);
    const reason = reasonOf(error);
    if (mayPass(error)) return { outcome: 'later', reason, requests: count };
    return { outcome: 'failed', reason, bytes: 0, requests: count };
  }
}

/** Whether S3 may answer otherwise later: it gave no clear answer, or refused for its load. */
function mayPass(error: unknown): boolean {
  if (error instanceof NothingHeld) return true;
  if (!(error instanceof BucketError)) return false;
  return (
    !/^status [34]|^(AccessDenied|NoSuch|Invalid|KMS|MethodNotAllowed|Glacier)/.test(error.code) ||
    error.code === 'status 429'
  );
}

/** Every round ended with another one being due. */
class NothingHeld extends Error {
  override readonly name = 'NothingHeld';
}

export type KeyWorld = Pick<World, 'sleep' | 'random' | 'remaining'> & {
  readonly opened: Pick<Opened, 'version' | 'copying' | 'thaw'>;
};

/** The invocation ends; the key is for the next one. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';

  constructor(key: ObjectKey, cause: unknown) {
    super(`Cannot restore "${key}" in this invocation: its time is up`, { cause });
  }
}

/** By then every request was given up, so that an error says nothing of the key. */
const OUT_OF_TIME_MS = 12_000;

export function reasonOf(error: unknown): string {
  if (error instanceof CustomerKeyError) return 'SSE-C: encrypted with a key of the customer, which S3 does not keep';
  return error instanceof Error ? error.message : String(error);
}

type Unnumbered<R> = R extends unknown ? Omit<R, 'requests'> : never;
interface Work {
  readonly world: KeyWorld;
  readonly count: Counts;
}

const ROUNDS = 10;

async function rounds(item: Item, order: Order, { world, count }: Work): Promise<Unnumbered<Result>> {
  const { key, versionId } = item;
  const { opened } = world;
  const source = opened.version(versionId);
  let last: Exclude<CopyAnswer, { answer: 'copied' }> | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    if (last !== undefined) await pauseAfter(last, { round, world });
    count.reads += 2;
    const version = await source.head(key);
    if (version === undefined || (item.etag !== undefined && version.etag !== item.etag))
      return { outcome: 'expired', reason: `the version ${versionId} is gone from the destination`, bytes: 0 };
    const { destination, ...rest } = opened.copying(versionId, settingsOf(order, version));
    const sides = await lookAtBoth(key, { source, destination, version, count });
    const action = decideTarget(sides, { ...order, sameTags: sides.sameTags });
    if (action.do === 'leave') return { ...action, bytes: action.outcome === 'restored' ? version.size : 0 };
    if (order.dryRun) return { outcome: 'restored', reason: reasonFor(sides.target, action.do), bytes: version.size };
    if (action.do === 'wait') {
      const { storageClass } = item;
      const { archiveStatus } = version;
      if (item.asked !== true) await opened.thaw(key, { versionId, storageClass, archiveStatus, tier: order.tier });
      return { outcome: 'archived' };
    }
    let handedOver: LongCopy | undefined;
    const long = rest.long && {
      ...rest.long,
      handOver: async (copy: LongCopy) => {
        handedOver = copy;
        return 'handed over' as const;
      },
    };
    count.copies++;
    const both = { source: version, replica: sides.target };
    const answer = await copyObject(key, both, { ...rest, destination, ...(long && { long }) });
    if (answer.answer === 'copied')
      return { outcome: 'restored', reason: reasonFor(sides.target, 'copy'), bytes: version.size };
    if (answer.answer === 'handed over') {
      if (handedOver === undefined) throw new TypeError('A copy was handed over to nobody');
      return { outcome: 'long', copy: handedOver };
    }
    if (answer.answer === 'refused') throw new Error(`Cannot copy "${key}" to "${destination.name}": ${answer.reason}`);
    last = answer;
  }
  throw new NothingHeld(
    `Cannot restore "${key}": no copy held through ${ROUNDS} rounds; the last answer: ${last?.reason}`,
  );
}

function reasonFor(target: ObjectState | undefined, does: 'copy' | 'wait'): string {
  const what = target === undefined ? 'the target had no such object' : 'replaces another object';
  return does === 'wait' ? `${what}; from the archive` : what;
}

async function pauseAfter(
  { answer }: Exclude<CopyAnswer, { answer: 'copied' }>,
  { round, world }: { readonly round: number; readonly world: KeyWorld },
): Promise<void> {
  switch (answer) {
    case 'moved':
    case 'refused':
      return;
    case 'later':
      return await world.sleep(backOff(round - 1, world.random()));
    case 'unclear':
      // Looked at again at once; but no service in trouble is asked again and again.
      if (round > 1) await world.sleep(backOff(round - 2, world.random()));
      return;
    default:
      assertNever(answer);
  }
}
