import { isDeepStrictEqual } from 'node:util';
import { assertNever } from '../../shared/assert-never.ts';
import { backOff } from '../../shared/back-off.ts';
import { CustomerKeyError } from '../../shared/objects/bucket.ts';
import type { CopyAnswer, ObjectState } from '../../shared/objects/bucket.ts';
import { EXPIRED } from '../../shared/decide.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { copyObject } from '../../shared/copy/copy-object.ts';
import { partsIn } from '../../shared/copy/plan-copy.ts';
import type { Hint, World, Outcome, Seen, Attempt } from './attempt.ts';
import { compare, expiredHere } from './compare-sides.ts';

/**
 * Makes the destination's object what the source's object is now. The only code that writes to a destination. Never throws:
 * what goes wrong is an outcome.
 *
 * Every copy is conditional on both sides, and after it the source is looked at once more, so that a slow copy of an old
 * state is never the last word. The guess "absent there, unchanged here" comes first: for a new object it is right, and
 * costs one copy and one look.
 */
export async function converge(hint: Hint, world: World): Promise<Outcome> {
  const attempt: Attempt = { copies: 0, bytes: 0, waits: 0, unclear: false, seen: nothingYet(world), overtaken: [] };
  const { outcome, reason, error } = await endingOf(hint, world, attempt);
  const ending = outcome === 'same' && attempt.copies > 0 ? 'copied' : outcome;
  return {
    outcome: ending,
    reason,
    bytes: attempt.bytes,
    unclear: attempt.unclear,
    seen: attempt.seen,
    ...(attempt.overtaken.length > 0 && { overtaken: attempt.overtaken }),
    ...(attempt.scrubbed && { scrubbed: attempt.scrubbed }),
    ...(attempt.expired && { expired: attempt.expired }),
    ...(error === undefined ? {} : { error }),
  };
}

function nothingYet({ now }: World): Seen {
  return { at: now(), source: undefined, replica: undefined };
}

type Ending = Pick<Outcome, 'outcome' | 'reason' | 'error'>;

async function endingOf(hint: Hint, world: World, attempt: Attempt): Promise<Ending> {
  try {
    return (await copyAsNew(hint, world, attempt)) ?? (await lookAndCopy(hint, world, attempt));
  } catch (error) {
    if (error instanceof CustomerKeyError && error.bucket === world.source.name)
      return { outcome: 'cannot', reason: 'SSE-C' };
    return { outcome: 'failed', reason: messageOf(error), error };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Takes the hint at its word. `undefined`: it was wrong, or says too little. */
async function copyAsNew({ key, sourceETag }: Hint, world: World, attempt: Attempt): Promise<Ending | undefined> {
  if (sourceETag === undefined || partsIn(sourceETag) !== undefined) return undefined;
  // Where replicas expire, "absent" may mean that this one has.
  if ((await expiredHere({ key }, world)) !== undefined) return undefined;
  const began = world.now();
  const answer = await world.destination.copy({ key, sourceETag, replicaETag: undefined });
  await heed(answer, world, { attempt, began });
  if (answer.answer !== 'copied') return undefined;
  const now = await lookAtSource(key, world, attempt);
  const { sourceVersionId: versionId } = answer;
  const rewritten = now?.etag !== sourceETag || rewrittenSince(began, { copiedVersion: versionId, now });
  if (now?.etag === sourceETag) attempt.bytes += now.size;
  // A copy does not carry a website redirect, and only this look shows that there is one: the loop sets it.
  if (!rewritten && now.description.websiteRedirect === undefined) return { outcome: 'copied', reason: 'absent' };
  const copied = rewritten ? { etag: sourceETag, ...(versionId !== undefined && { versionId }) } : now;
  attempt.overtaken.push({ source: copied, replica: answer, at: new Date(world.now()) });
  return undefined;
}

/** The same bytes may have been written again, with another description, while they were being copied. */
function rewrittenSince(
  began: number,
  { copiedVersion, now }: { readonly copiedVersion: string | undefined; readonly now: ObjectState },
): boolean {
  // "null" is the version of everything that is written while versioning is suspended.
  if (copiedVersion !== undefined && copiedVersion !== 'null') return copiedVersion !== now.versionId;
  return now.lastModified.getTime() > began;
}

async function lookAtSource(key: ObjectKey, world: World, attempt: Attempt): Promise<ObjectState | undefined> {
  const at = world.now();
  const source = await world.source.head(key);
  attempt.seen = { ...attempt.seen, at, source };
  return source;
}

const ROUNDS = 10;
const MOST_BROKEN_READS = 3;

async function lookAndCopy(hint: Hint, world: World, attempt: Attempt): Promise<Ending> {
  const { key } = hint;
  let source = await lookAtSource(key, world, attempt);
  for (let round = 0; round < ROUNDS; round++) {
    const { replica, action, ...both } = await compare(hint, source, { world, attempt });
    source = both.source;
    if (action.do === 'look again') {
      if (action.error !== undefined && round >= MOST_BROKEN_READS)
        return { outcome: 'failed', reason: messageOf(action.error), error: action.error };
      await world.sleep(backOff(attempt.waits++, world.random()));
      source = await lookAtSource(key, world, attempt);
      continue;
    }
    if (action.do === 'cannot') return { outcome: 'cannot', reason: action.reason };
    if (source === undefined) return await skipped(world);
    if (action.reason === EXPIRED) return { outcome: 'skipped', reason: action.reason };
    if (action.do === 'skip') return { outcome: 'same', reason: action.reason };

    const began = world.now();
    const answer = await copyObject(key, { source, replica, changedAt: hint.changedAt }, world);
    if (answer.answer === 'handed over') return { outcome: 'handed-over', reason: answer.reason };
    await heed(answer, world, { attempt, began });
    if (answer.answer === 'refused')
      throw new Error(`Cannot copy "${key}" to "${world.destination.name}": ${answer.reason}`);
    if (answer.answer === 'copied') attempt.bytes += source.size;

    const now = await lookAtSource(key, world, attempt);
    if (answer.answer === 'copied') {
      if (isSameState(source, now)) return { outcome: 'copied', reason: action.reason };
      attempt.overtaken.push({ source, replica: answer, at: new Date(world.now()) });
    }
    source = now;
  }
  throw new Error(`Cannot settle "${key}" in "${world.destination.name}": no copy held through ${ROUNDS} rounds`);
}

/** Nothing has happened to the object since. */
function isSameState(seen: ObjectState, now: ObjectState | undefined): boolean {
  const { checksum: _, ...state } = seen;
  return isDeepStrictEqual(state, now);
}

/** A HEAD's 404 cannot tell a missing key from a missing bucket: only a look at the bucket makes "gone" certain. */
async function skipped({ source }: World): Promise<Ending> {
  await source.look();
  return { outcome: 'skipped', reason: 'source is gone' };
}

async function heed(
  answer: CopyAnswer,
  world: World,
  { attempt, began }: { readonly attempt: Attempt; readonly began: number },
): Promise<void> {
  switch (answer.answer) {
    case 'copied':
      attempt.copies++;
      attempt.seen = { ...attempt.seen, replica: { ...answer, lastModified: new Date(began) } };
      return;
    case 'later':
      return await world.sleep(backOff(attempt.waits++, world.random()));
    case 'unclear':
      // Looked at again at once, so that the copy is not late; but no service in trouble is asked again and again.
      if (attempt.unclear) await world.sleep(backOff(attempt.waits++, world.random()));
      attempt.unclear = true;
      return;
    case 'moved':
    case 'refused':
      return;
    default:
      assertNever(answer);
  }
}
