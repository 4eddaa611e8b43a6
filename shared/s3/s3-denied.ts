import { GetObjectCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { BucketError, CustomerKeyError } from '../objects/bucket.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import { errorCode, whyDenied } from './s3-answer.ts';
import type { PinnedAccess } from './s3-access.ts';
import { present } from './s3-wire.ts';

/**
 * The error of a HEAD, with its reason: S3 sends none with it, but does with a GET of the first byte.
 *
 *     status   S3 says of the GET                the bucket        the error
 *     400      InvalidRequest, about SSE         any               CustomerKeyError
 *     403      which action is denied, and why   any               that
 *     403      no reason                         can be looked at  the object may be another account's
 *     403      no reason                         cannot            as it was: denied, or another owner
 *     other    any, or the GET works             any               as it was
 */
export async function withItsReason(
  access: PinnedAccess,
  { error, key }: { readonly error: unknown; readonly key: ObjectKey },
): Promise<unknown> {
  if (!(error instanceof BucketError && (error.code === 'status 400' || error.code === 'status 403'))) return error;
  const refusal = await refusalOfFirstByte(access, key);
  if (!(refusal instanceof Error)) return error;
  const { name } = access;
  if (error.code === 'status 400') {
    const isKeyMissing = errorCode(refusal) === 'InvalidRequest' && /Server Side Encryption/i.test(refusal.message);
    return isKeyMissing ? new CustomerKeyError(key, name) : error;
  }
  if (errorCode(refusal) !== 'AccessDenied') return error;
  const why = whyDenied(refusal.message);
  if (why !== refusal.message && !(await isOpen(access))) return error;
  return new BucketError(`Cannot look at "${key}" in "${name}": ${error.code}: ${why}`, {
    code: error.code,
    cause: error,
  });
}

/** @returns `undefined` if the byte can be read. */
async function refusalOfFirstByte(
  { name, owner, client, signal, versionId }: PinnedAccess,
  key: ObjectKey,
): Promise<unknown> {
  const command = new GetObjectCommand({
    Bucket: name,
    ExpectedBucketOwner: owner,
    Key: key,
    Range: 'bytes=0-0',
    ...present({ VersionId: versionId }),
  });
  try {
    const { Body } = await client.send(command, { abortSignal: signal });
    // Left unread, it would keep its connection.
    await Body?.transformToByteArray();
    return undefined;
  } catch (refusal) {
    return refusal;
  }
}

async function isOpen({ name, owner, client, signal }: PinnedAccess): Promise<boolean> {
  const command = new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: owner });
  return client.send(command, { abortSignal: signal }).then(
    () => true,
    () => false,
  );
}
