import { isDeepStrictEqual } from 'node:util';
import { BucketError } from '../../shared/objects/bucket.ts';
import type { Bucket, ObjectState, Tag } from '../../shared/objects/bucket.ts';
import { decide, mayBeTheSame } from '../../shared/decide.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';

/** Requests that were sent for one key so far. */
export interface Counts {
  reads: number;
  copies: number;
}

interface Seen {
  readonly version: ObjectState;
  readonly target: ObjectState | undefined;
}

/** The version that comes back, and what the target holds now. */
export interface Both extends Seen {
  readonly sameTags: boolean;
}

/** What costs more than a look at each is asked only where it can matter. */
export async function lookAtBoth(
  key: ObjectKey,
  {
    source,
    destination,
    version,
    count,
  }: { readonly source: Bucket; readonly destination: Bucket; readonly version: ObjectState; readonly count: Counts },
): Promise<Both> {
  const seen = { version, target: await destination.head(key) };
  const states = await withChecksums(key, { source, destination, seen, count });
  if (version.description.tagCount === 0 || decide(states.version, states.target).reason !== 'same')
    return { ...states, sameTags: true };
  count.reads += 2;
  const [one, other] = [await source.tags(key, undefined), await destination.tags(key, undefined)];
  return { ...states, sameTags: isDeepStrictEqual(sorted(one), sorted(other)) };
}

async function withChecksums(
  key: ObjectKey,
  {
    source,
    destination,
    seen,
    count,
  }: { readonly source: Bucket; readonly destination: Bucket; readonly seen: Seen; readonly count: Counts },
): Promise<Seen> {
  const { version, target } = seen;
  const maybe: boolean = mayBeTheSame(version, target);
  if (target === undefined || !maybe) return seen;
  count.reads += 2;
  return {
    version: (await source.head(key, CHECKSUM).catch(withoutChecksum(version))) ?? version,
    target: await destination.head(key, CHECKSUM).catch(withoutChecksum(target)),
  };
}

const CHECKSUM = { checksum: true };

/** The checksum, not the look itself, needs the key of KMS: without it the contents count as different. */
function withoutChecksum(seen: ObjectState): (error: unknown) => ObjectState {
  return (error) => {
    if (error instanceof BucketError && error.code === 'status 403') return seen;
    throw error;
  };
}

function sorted(tags: readonly Tag[]): readonly Tag[] {
  return tags.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}
