import type { ObjectState } from '../objects/bucket.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import type { ReplicaSeen } from '../ledger/seen.ts';
import type { CopyWorld } from './copy-world.ts';
import { fingerprint, type LongCopy } from './long-copy.ts';
import { again, noClearAnswer, refusal, SOURCE_MOVED, type Resumed } from './resumed.ts';
import { sourceTags } from './tags.ts';

/**
 * The replica is there: notes what it was made from, before anything else can fail, and leaves the rest to an invocation of its own, which can then be
 * repeated without copying anything again.
 */
export async function completed(
  copy: LongCopy,
  { at, source, replica }: { readonly at: number; readonly source: ObjectState; readonly replica: ReplicaSeen },
  world: CopyWorld,
): Promise<Resumed> {
  const now = world.now();
  await world.ledger?.record({
    key: copy.key,
    outcome: 'handed-over',
    reason: 'to the next invocation',
    lookedAt: new Date(at),
    recordedAt: new Date(now),
    source,
    replica,
    copiedAt: new Date(now),
  });
  const { etag, versionId } = replica;
  const { uploadId: _, ...rest } = copy;
  return again({ ...rest, completed: { etag, versionId, at: now } });
}

/** Sets the tags that the upload could not begin with, and looks at the source once more. */
export async function finish(
  copy: LongCopy,
  { at, ...replica }: NonNullable<LongCopy['completed']>,
  world: CopyWorld,
): Promise<Resumed> {
  const { key } = copy;
  let look = await lookAtSource(copy, world);
  if (look === undefined) return MOVED;
  const { left } = await sourceTags(key, look.source, world);
  if (left.length > 0) {
    const tagged = await world.destination.setTags(key, { versionId: replica.versionId, tags: left });
    if (tagged.answer === 'moved') return { status: 'look again', reason: tagged.reason };
    if (tagged.answer === 'unclear') return noClearAnswer(copy, { reason: tagged.reason, world });
    if (tagged.answer !== 'set') throw refusal(copy, { answer: tagged, world });
    look = await lookAtSource(copy, world);
  }
  if (look === undefined) return MOVED;
  await world.ledger?.record({
    key,
    outcome: 'copied',
    reason: 'in several invocations',
    lookedAt: new Date(look.at),
    recordedAt: new Date(world.now()),
    source: look.source,
    replica: await dated(key, replica, world),
    // As it was recorded already, unless that was lost.
    ...(at !== undefined && { copiedAt: new Date(at) }),
  });
  return { status: 'done' };
}

/** Where replicas expire, their days count from the beginning of the upload, which may be days ago: S3 knows it. */
async function dated(
  key: ObjectKey,
  replica: ReplicaSeen,
  { destination, expiryRules }: CopyWorld,
): Promise<ReplicaSeen> {
  if (expiryRules === undefined) return replica;
  const now = await destination.head(key);
  return now?.etag === replica.etag && now.versionId === replica.versionId
    ? { ...replica, lastModified: now.lastModified }
    : replica;
}

const MOVED: Resumed = { status: 'look again', reason: SOURCE_MOVED };

/** `undefined`: it is not any more what was copied. */
async function lookAtSource(
  { key, source: copied }: LongCopy,
  world: CopyWorld,
): Promise<{ readonly at: number; readonly source: ObjectState } | undefined> {
  const at = world.now();
  const source = await world.source.head(key);
  return source !== undefined && fingerprint(source) === copied ? { at, source } : undefined;
}
