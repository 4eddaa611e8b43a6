import { expect, it } from 'vitest';
import type { World } from '../../../functions/replicate/attempt.ts';
import { scrub } from '../../../functions/replicate/scrub.ts';
import type { ScrubAction } from '../../../functions/replicate/scrub.ts';
import { BucketError } from '../../../shared/objects/bucket.ts';
import type { Checksum, ObjectState } from '../../../shared/objects/bucket.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { DESTINATION, SOURCE } from '../../support/replicate-rig.ts';
import { inProcessBucket, inProcessDestination } from '../../support/s3-simulator/in-process.ts';
import { createBucket, createStore } from '../../support/s3-simulator/store.ts';

/** One side, and what it answers when it is asked for more. */
interface Side extends Partial<ObjectState> {
  /** `undefined`: it is another object by now. */
  readonly sha256?: string | undefined;
  readonly md5?: string | undefined;
  /** As it is when its checksums are asked for, if not as before. */
  readonly later?: Partial<ObjectState> | 'gone' | 'denied';
}

const crc32 = (value: string): Checksum => ({ algorithm: 'CRC32', type: 'FULL_OBJECT', value });
const composite = (value: string): Checksum => ({ algorithm: 'CRC32', type: 'COMPOSITE', value });

it.each<[string, 'bytes' | 'checksums', { source?: Side; replica?: Side; left?: number }, string, ScrubAction['do']]>([
  ['equal bytes', 'bytes', {}, 'bytes compared', 'skip'],
  ['other bytes', 'bytes', { replica: { sha256: 'b' } }, 'bytes differ', 'copy'],
  ['a source that is not its ETag', 'bytes', { source: { sha256: 'b', md5: 'x' } }, 'source is damaged', 'cannot'],
  ['a source that changes before its MD5', 'bytes', { source: { sha256: 'b', md5: undefined } }, 'again', 'look again'],
  ['a source that changes', 'bytes', { source: { sha256: undefined } }, 'again', 'look again'],
  ['a replica that changes', 'bytes', { replica: { sha256: undefined } }, 'again', 'look again'],
  ['a source in an archive', 'bytes', { source: { archived: true } }, 'not compared: in an archive', 'skip'],
  ['a replica in an archive', 'bytes', { replica: { archived: true } }, 'not compared: in an archive', 'skip'],
  ['no time', 'bytes', { left: 119_999 }, 'not compared: no time was left for it', 'skip'],
  ['time enough', 'bytes', { left: 120_000 }, 'bytes compared', 'skip'],
  ['other bytes under KMS', 'bytes', { source: { kms: true, sha256: 'b' } }, 'bytes differ', 'copy'],
  ['other bytes in parts', 'bytes', { source: { etag: 'e-2', sha256: 'b' } }, 'bytes differ', 'copy'],
  [
    'other bytes in parts, over a replica that would be lost',
    'bytes',
    { source: { etag: 'e-2', sha256: 'b' }, replica: { versionId: 'null' } },
    'either side may be damaged',
    'cannot',
  ],
  ['an archive, by checksums', 'checksums', { source: { archived: true } }, 'not compared: in an archive', 'skip'],
  ['equal checksums', 'checksums', {}, 'checksums compared', 'skip'],
  ['other checksums', 'checksums', { replica: { checksum: crc32('b') } }, 'checksums differ', 'copy'],
  ['checksums, though no time is left', 'checksums', { left: 0 }, 'checksums compared', 'skip'],
  [
    'checksums of checksums at the source',
    'checksums',
    { source: { checksum: composite('b') } },
    'not compared: too large, and without checksums of the whole',
    'skip',
  ],
  [
    'checksums of checksums at the destination',
    'checksums',
    { replica: { checksum: composite('b') } },
    'not compared: too large, and without checksums of the whole',
    'skip',
  ],
  [
    'checksums of two kinds',
    'checksums',
    { replica: { checksum: { ...crc32('b'), algorithm: 'SHA1' } } },
    'not compared: too large, and without checksums of the whole',
    'skip',
  ],
  ['a source that is another one then', 'checksums', { source: { later: { etag: 'x' } } }, 'again', 'look again'],
  ['a replica that is another one then', 'checksums', { replica: { later: { etag: 'x' } } }, 'again', 'look again'],
  ['a source that is gone then', 'checksums', { source: { later: 'gone' } }, 'again', 'look again'],
  ['what must not be read', 'checksums', { replica: { later: 'denied' } }, 'not compared: it must not be read', 'skip'],
])('%s, to be compared by %s', async (_, by, { source = {}, replica = {}, left }, reason, does) => {
  const world = worldOf({ source, replica, left });
  const action = await scrub(objectKey('k'), { source: stateOf(source), replica: stateOf(replica), by }, world);
  expect([action.do, 'reason' in action ? action.reason : 'again']).toEqual([does, reason]);
});

function stateOf({ sha256: _sha256, md5: _md5, later: _later, ...side }: Side): ObjectState {
  return {
    etag: 'e',
    size: 3,
    lastModified: new Date(0),
    versionId: 'v',
    kms: false,
    archived: false,
    checksum: crc32('a'),
    description: { metadata: {}, tagCount: 0 },
    ...side,
  };
}

function worldOf({ source, replica, left }: { source: Side; replica: Side; left: number | undefined }): World {
  const store = createStore({ now: () => 0 });
  createBucket(store, { ...SOURCE, region: 'us-east-1' });
  createBucket(store, { ...DESTINATION, region: 'eu-west-1' });
  return {
    source: { ...inProcessBucket({ store, ...SOURCE }), ...answersOf(source) },
    destination: { ...inProcessDestination({ store, ...DESTINATION, source: SOURCE }), ...answersOf(replica) },
    sleep: () => expect.unreachable(),
    now: () => 0,
    random: () => 0,
    ...(left !== undefined && { long: { timeLeft: () => left, partsPerInvocation: 1 } }),
  };
}

function answersOf(side: Side): Pick<World['source'], 'head' | 'digest'> {
  const digests = { sha256: 'a', md5: 'e', ...side };
  return {
    digest: async (_, { algorithm }) => digests[algorithm],
    async head() {
      if (side.later === 'denied') throw new BucketError('denied', { code: 'status 403', cause: undefined });
      return side.later === 'gone' ? undefined : { ...stateOf(side), ...side.later };
    },
  };
}
