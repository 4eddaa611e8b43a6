import { describe, expect, it } from 'vitest';
import { converge } from '../../../functions/replicate/converge.ts';
import type { World } from '../../../functions/replicate/attempt.ts';
import type { ObjectState } from '../../../shared/objects/bucket.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { DESTINATION, SOURCE } from '../../support/replicate-rig.ts';
import { inProcessBucket, inProcessDestination } from '../../support/s3-simulator/in-process.ts';
import { createBucket, createStore } from '../../support/s3-simulator/store.ts';

const KEY = objectKey('k');
const SUM = { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'AAAA' } as const;

function stateOf(etag: string, more: Partial<ObjectState> = {}): ObjectState {
  const description = { metadata: {}, tagCount: 0 };
  return { etag, size: 3, lastModified: new Date(0), kms: false, archived: false, description, ...more };
}

/** A world in which each look, with or without checksums, has an answer of its own; every request takes a second of its clock. */
function worldOf(looks: Record<'source' | 'replica', (checksum: boolean) => ObjectState | undefined>): World {
  let now = 0;
  const answered = async <T>(answer: T): Promise<T> => {
    now += 1000;
    return answer;
  };
  const store = createStore({ now: () => 0 });
  createBucket(store, { ...SOURCE, region: 'us-east-1' });
  createBucket(store, { ...DESTINATION, region: 'eu-west-1' });
  return {
    source: {
      ...inProcessBucket({ store, ...SOURCE }),
      head: (_, options) => answered(looks.source(options?.checksum === true)),
    },
    destination: {
      ...inProcessDestination({ store, ...DESTINATION, source: SOURCE }),
      head: (_, options) => answered(looks.replica(options?.checksum === true)),
      copy: ({ sourceETag }) => answered({ answer: 'copied', etag: sourceETag }),
    },
    sleep: () => Promise.resolve(),
    now: () => now,
    random: () => 0,
  };
}

describe('what was seen is what was decided on', () => {
  it('also where one side, or both, are other ones when their checksums are asked for', async () => {
    const { outcome, seen } = await converge(
      { key: KEY },
      worldOf({
        source: (checksum) => stateOf(checksum ? 'new-2' : 'old-2', checksum ? { checksum: SUM } : {}),
        replica: (checksum) => stateOf(checksum ? 'theirs-1' : 'before-1', checksum ? { checksum: SUM } : {}),
      }),
    );
    expect(outcome).toBe('same');
    expect(seen).toMatchObject({ source: { etag: 'new-2' }, replica: { etag: 'theirs-1' } });
  });

  it('the source at a time before the look, the replica at one before the copy: what comes later is later for certain', async () => {
    const etag = 'e'.repeat(32);
    const guessed = await converge(
      { key: KEY, sourceETag: etag },
      worldOf({ source: () => stateOf(etag), replica: () => undefined }),
    );
    expect(guessed).toMatchObject({ outcome: 'copied', seen: { at: 1000, replica: { lastModified: new Date(0) } } });
    const looked = await converge({ key: KEY }, worldOf({ source: () => stateOf(etag), replica: () => undefined }));
    expect(looked).toMatchObject({ outcome: 'copied', seen: { at: 3000, replica: { lastModified: new Date(2000) } } });
  });
});
