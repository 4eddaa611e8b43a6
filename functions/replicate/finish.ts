import type { ObjectState } from '../../shared/bucket.ts';
import type { ReplicaSeen } from '../../shared/ledger.ts';
import type { ObjectKey } from '../../shared/object-key.ts';
import type { World } from './converge.ts';
import { ledgerRecord } from './ledger-record.ts';
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
  world: World,
): Promise<Resumed> {
  const outcome = { outcome: 'handed-over', reason: 'to the next invocation', ...NOTHING_NEW } as const;
  const seen = { at, source, replica: undefined };
  const now = world.now();
  const record = ledgerRecord({ key: copy.key }, { ...outcome, seen }, now);
  await world.ledger?.record({ ...record, replica, copiedAt: new Date(now) });
  const { etag, versionId } = replica;
  const { uploadId: _, ...rest } = copy;
  return again({ ...rest, completed: { etag, versionId, at: now } });
}

/** Sets the tags that the upload could not begin with, and looks at the source once more. */
export async function finish(
  copy: LongCopy,
  { at, ...replica }: NonNullable<LongCopy['completed']>,
  world: World,
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
  const outcome = { outcome: 'copied', reason: 'in several invocations', ...NOTHING_NEW } as const;
  const seen = { ...look, replica: await dated(key, replica, world) };
  const { copiedAt: _, ...record } = ledgerRecord({ key }, { ...outcome, seen }, world.now());
  // As it was recorded already, unless that was lost.
  await world.ledger?.record({ ...record, ...(at !== undefined && { copiedAt: new Date(at) }) });
  return { status: 'done' };
}

/** Where replicas expire, their days count from the beginning of the upload, which may be days ago: S3 knows it. */
async function dated(key: ObjectKey, replica: ReplicaSeen, { destination, expiryRules }: World): Promise<ReplicaSeen> {
  if (expiryRules === undefined) return replica;
  const now = await destination.head(key);
  return now?.etag === replica.etag && now.versionId === replica.versionId
    ? { ...replica, lastModified: now.lastModified }
    : replica;
}

const NOTHING_NEW = { bytes: 0, unclear: false } as const;
const MOVED: Resumed = { status: 'look again', reason: SOURCE_MOVED };

/** `undefined`: it is not any more what was copied. */
async function lookAtSource(
  { key, source: copied }: LongCopy,
  world: World,
): Promise<{ readonly at: number; readonly source: ObjectState } | undefined> {
  const at = world.now();
  const source = await world.source.head(key);
  return source !== undefined && fingerprint(source) === copied ? { at, source } : undefined;
}
