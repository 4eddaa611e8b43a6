import { expect, it } from 'vitest';
import { OutOfTime, restoreKey } from '../../../functions/restore/restore-key.ts';
import type { KeyWorld } from '../../../functions/restore/restore-key.ts';
import { BucketError, CustomerKeyError } from '../../../shared/objects/bucket.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { requestFor } from '../../support/restore-rig.ts';
import { inProcessBucket } from '../../support/s3-simulator/in-process.ts';
import { createBucket, createStore } from '../../support/s3-simulator/store.ts';

const KEY = objectKey('k');
const BUCKET = { name: 'photos-eu', owner: '111122223333' };
const { existing, encryption, storageClass, tier, dryRun } = requestFor();
const ORDER = { existing, encryption, storageClass, tier, dryRun, startedAt: new Date(0) };

/** Every look fails so, with so many milliseconds left. */
async function restore(thrown: unknown, remaining = 12_001) {
  const store = createStore({ now: () => 0 });
  createBucket(store, { ...BUCKET, region: 'eu-west-1' });
  const version = {
    ...inProcessBucket({ store, ...BUCKET }),
    head: async () => {
      throw thrown;
    },
  };
  const world: KeyWorld = {
    sleep: () => Promise.resolve(),
    random: () => 0,
    remaining: () => remaining,
    opened: {
      version: () => version,
      copying: () => expect.unreachable(),
      thaw: () => expect.unreachable(),
    },
  };
  return await restoreKey({ key: KEY, versionId: 'v' }, ORDER, world);
}

const refused = (code: string) => new BucketError(`S3 says ${code}`, { code, cause: undefined });

it.each([
  ['later', 'SlowDown'],
  ['later', 'InternalError'],
  ['later', 'TimeoutError'],
  ['later', 'ECONNRESET'],
  ['later', 'status 500'],
  ['later', 'status 503'],
  ['later', 'status 429'],
  ['failed', 'status 403'],
  ['failed', 'status 400'],
  ['failed', 'status 301'],
  ['failed', 'AccessDenied'],
  ['failed', 'NoSuchBucket'],
  ['failed', 'InvalidRequest'],
  ['failed', 'KMS.DisabledException'],
])('is %s, with the reason, where S3 answers %s', async (outcome, code) => {
  expect(await restore(refused(code))).toMatchObject({ outcome, reason: `S3 says ${code}`, requests: { reads: 2 } });
});

it('has failed where the key of a customer is needed, and where it is we who err', async () => {
  const customer = await restore(new CustomerKeyError(KEY, BUCKET.name));
  expect(customer).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/^SSE-C/) });
  expect(await restore(new TypeError('oh'))).toMatchObject({ outcome: 'failed', reason: 'oh', bytes: 0 });
});

it.each(['status 403', 'SlowDown'])(
  'says nothing of the key when the time is up, whatever was heard (%s)',
  async (code) => {
    await expect(restore(refused(code), 12_000)).rejects.toThrow(OutOfTime);
  },
);
