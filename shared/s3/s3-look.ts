import type { ObjectState } from '../objects/bucket.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import { withItsReason } from './s3-denied.ts';
import { sendHead } from './s3-head.ts';
import { objectState } from './s3-object-state.ts';
import { s3Bucket } from './s3-bucket.ts';
import type { BucketAccess } from './s3-access.ts';
import { present, unlessStatus } from './s3-wire.ts';

/** An object as a person wants to see it: also what the destination chooses for itself. */
export interface Look {
  readonly state: ObjectState;
  readonly storageClass: string;
  /** `AES256`, `aws:kms` …; absent where S3 does not say. */
  readonly encryption?: string;
  readonly kmsKeyId?: string;
}

/**
 * Looks at one object.
 *
 * @returns `undefined` if there is none of that key, in a bucket that is there.
 * @throws {BucketError}
 */
export async function s3Look(
  access: BucketAccess,
  Key: ObjectKey,
  { checksum } = { checksum: false },
): Promise<Look | undefined> {
  const { name, owner, client, signal } = access;
  const asked = {
    Bucket: name,
    ExpectedBucketOwner: owner,
    Key,
    ...(checksum && { ChecksumMode: 'ENABLED' as const }),
  };
  const look = await unlessStatus(404, `Cannot look at "${Key}" in "${name}"`, async () => {
    const head = await sendHead(client, asked, { abortSignal: signal });
    return {
      state: objectState(head),
      // S3 leaves it out where it is this one.
      storageClass: head.StorageClass ?? 'STANDARD',
      ...present({ encryption: head.ServerSideEncryption, kmsKeyId: head.SSEKMSKeyId }),
    };
  }).catch(async (error: unknown) => {
    throw await withItsReason(access, { error, key: Key });
  });
  // A 404 of a HEAD cannot tell a missing key from a missing bucket.
  if (look === undefined) await s3Bucket(access).look();
  return look;
}
