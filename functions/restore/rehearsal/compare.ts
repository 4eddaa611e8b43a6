import { isDeepStrictEqual } from 'node:util';
import { BucketError, CustomerKeyError } from '../../../shared/objects/bucket.ts';
import type { Bucket, ObjectState, Tag } from '../../../shared/objects/bucket.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../../shared/objects/object-key.ts';
import type { KeyLine } from '../key-line.ts';
import { referencesFor } from './reference.ts';
import type { Reference } from './reference.ts';
import type { Rehearsed } from './world.ts';

/** What became of one object. Bytes are those that were read. */
export type Comparison =
  | { readonly outcome: 'equal'; readonly by: Reference; readonly bytes: number }
  | { readonly outcome: 'differs'; readonly by: Reference | 'replica'; readonly reason: string; readonly bytes: number }
  /** All that it could be compared with is gone. */
  | { readonly outcome: 'gone'; readonly bytes: number };

/**
 * Compares a restored object, byte for byte, with the first of what `referencesFor` names that can be had, and what belongs to it with the replica it was
 * restored from.
 *
 * @throws {BucketError} if S3 gives no clear answer.
 */
export async function compareRestored(
  line: Pick<KeyLine, 'key' | 'version' | 'sourceETag'>,
  { source, replica: replicaAt, scratch }: Pick<Rehearsed, 'source' | 'replica' | 'scratch'>,
): Promise<Comparison> {
  const key = objectKey(line.key);
  const replicas = replicaAt(line.version);
  const restored = await scratch.head(key);
  if (restored === undefined) return differs('replica', 'it is not in the scratch bucket');
  const [replica, live] = await Promise.all([replicas.head(key), readable(() => source.head(key))]);
  if (replica !== undefined) {
    const reason = await differenceBeside(key, { restored, replica, scratch, replicas });
    if (reason !== undefined) return differs('replica', reason);
  }
  for (const reference of referencesFor({ source: live, replica, sourceETag: line.sourceETag })) {
    const compared = await compareBytes(key, reference, { restored, replica, live, source, replicas, scratch });
    if (compared !== undefined) return compared;
  }
  return { outcome: 'gone', bytes: 0 };
}

function differs(by: Reference | 'replica', reason: string, bytes = 0): Comparison {
  return { outcome: 'differs', by, reason, bytes };
}

/** The source may be encrypted with a key that a restore need not know. */
async function readable<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof CustomerKeyError) return undefined;
    if (error instanceof BucketError && error.code === 'status 403') return undefined;
    throw error;
  }
}

async function differenceBeside(
  key: ObjectKey,
  {
    restored,
    replica,
    scratch,
    replicas,
  }: {
    readonly restored: ObjectState;
    readonly replica: ObjectState;
    readonly scratch: Bucket;
    readonly replicas: Bucket;
  },
): Promise<string | undefined> {
  if (restored.size !== replica.size) return `it has ${restored.size} bytes instead of ${replica.size}`;
  if (!isDeepStrictEqual(restored.description, replica.description)) return 'its metadata differ';
  if (replica.description.tagCount === 0) return undefined;
  const [ours, theirs] = await Promise.all([scratch.tags(key, undefined), replicas.tags(key, undefined)]);
  return isDeepStrictEqual(sorted(ours), sorted(theirs)) ? undefined : 'its tags differ';
}

function sorted(tags: readonly Tag[]): readonly Tag[] {
  return tags.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

interface Sides {
  readonly restored: ObjectState;
  readonly replica: ObjectState | undefined;
  readonly live: ObjectState | undefined;
  readonly source: Bucket;
  readonly replicas: Bucket;
  readonly scratch: Bucket;
}

/** @returns `undefined` if that reference is gone, or cannot be read: the next one counts. */
async function compareBytes(key: ObjectKey, by: Reference, sides: Sides): Promise<Comparison | undefined> {
  const { restored, replica, live, source, replicas, scratch } = sides;
  const ours = async (algorithm: 'sha256' | 'md5') => {
    const digest = await scratch.digest(key, { etag: restored.etag, algorithm });
    if (digest === undefined) throw new Error(`"${key}" was overwritten in the scratch bucket`);
    return digest;
  };
  if (by === 'record') {
    if (replica === undefined) return undefined;
    return (await ours('md5')) === replica.etag
      ? { outcome: 'equal', by, bytes: restored.size }
      : differs(by, 'its bytes are not those of which the checksum was recorded', restored.size);
  }
  const [state, bucket] = by === 'source' ? [live, source] : [replica, replicas];
  if (state === undefined) return undefined;
  const theirs = await readable(() => bucket.digest(key, { etag: state.etag, algorithm: 'sha256' }));
  if (theirs === undefined) return undefined;
  const bytes = restored.size + state.size;
  if ((await ours('sha256')) === theirs) return { outcome: 'equal', by, bytes };
  const whose = by === 'source' ? 'the source' : 'the replica';
  return differs(by, `its bytes differ from those of ${whose}`, bytes);
}
