import { BucketError } from '../../shared/objects/bucket.ts';
import type { ObjectState } from '../../shared/objects/bucket.ts';
import { decide, EXPIRED, mayBeTheSame } from '../../shared/decide.ts';
import type { Action } from '../../shared/decide.ts';
import { expiredUpTo } from '../../shared/expiry.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { scrub } from './scrub.ts';
import type { ScrubAction, Scrubbed } from './scrub.ts';
import { hasTagsOfAnother } from '../../shared/copy/tags.ts';
import type { Hint, World, Attempt } from './attempt.ts';

/** The two sides, and what is to be done. What costs more than a look at each is asked only where it can matter. */
export async function compare(
  { key, compare: by }: Hint,
  seen: ObjectState | undefined,
  { world, attempt }: { readonly world: World; readonly attempt: Attempt },
): Promise<Compared> {
  const compared = await compareStates(key, seen, { world, attempt });
  const { source, replica, action } = compared;
  if (action.reason !== 'same' || source === undefined || replica === undefined) return compared;
  if (await hasTagsOfAnother(key, { source, replica }, world))
    return { source, replica, action: { do: 'copy', reason: 'description differs' } };
  if (by === undefined) return compared;
  const scrubAction = await scrub(key, { source, replica, by }, world);
  if ('scrubbed' in scrubAction) attempt.scrubbed = bothOf(attempt.scrubbed, scrubAction.scrubbed);
  return { source, replica, action: scrubAction };
}

export interface Compared<Found = Action | ScrubAction> {
  readonly source: ObjectState | undefined;
  readonly replica: ObjectState | undefined;
  readonly action: Found;
}

/** What was found once is not forgotten because a copy has mended it meanwhile. */
function bothOf(before: Scrubbed | undefined, now: Scrubbed): Scrubbed {
  return { drift: now.drift || before?.drift === true, bytes: now.bytes + (before?.bytes ?? 0) };
}

async function compareStates(
  key: ObjectKey,
  source: ObjectState | undefined,
  { world, attempt }: { readonly world: World; readonly attempt: Attempt },
): Promise<Compared<Action>> {
  const replica = source && (await world.destination.head(key));
  attempt.seen = { ...attempt.seen, replica };
  if (source !== undefined && replica === undefined)
    return { source, replica, action: await decideOnAbsent(key, source, { world, attempt }) };
  if (source === undefined || !mayBeTheSame(source, replica))
    return { source, replica, action: decide(source, replica) };
  const note = await world.ledger?.note(key);
  const action = decide(source, replica, { note });
  if (action.reason !== 'content differs') return { source, replica, action };
  const summed = await world.source.head(key, CHECKSUM);
  const replicaSummed = await headWithChecksum(key, replica, world);
  attempt.seen = { ...attempt.seen, source: summed, replica: replicaSummed };
  return { source: summed, replica: replicaSummed, action: decide(summed, replicaSummed, { note }) };
}

/** The ledger is asked only where the replica may have expired. */
async function decideOnAbsent(
  key: ObjectKey,
  source: ObjectState,
  { world, attempt }: { readonly world: World; readonly attempt: Attempt },
): Promise<Action> {
  const upTo = await expiredHere({ key, size: source.size }, world);
  const note = upTo && (await world.ledger?.note(key));
  const action = decide(source, undefined, { note, expiredUpTo: upTo });
  attempt.expired = action.reason === EXPIRED ? note : undefined;
  return action;
}

/** What was written until then is not expected to be there any more; `undefined` where nothing of that key has expired. */
export async function expiredHere(
  object: { readonly key: ObjectKey; readonly size?: number },
  { expiryRules, now }: World,
): Promise<Date | undefined> {
  const rules = await expiryRules?.();
  return rules && expiredUpTo(rules, { ...object, now: now() });
}

export const CHECKSUM = { checksum: true };

/** The checksum, not the look itself, needs the key that KMS encrypted a replica with, perhaps a former one: without it the contents count as different. */
async function headWithChecksum(
  key: ObjectKey,
  seen: ObjectState,
  { destination }: World,
): Promise<ObjectState | undefined> {
  try {
    return await destination.head(key, CHECKSUM);
  } catch (error) {
    if (error instanceof BucketError && error.code === 'status 403') return seen;
    throw error;
  }
}
