import { assertNever } from '../../shared/assert-never.ts';
import type { ObjectState } from '../../shared/bucket.ts';
import type { ReplicaSettings } from '../../shared/s3-bucket.ts';
import type { Request } from './request.ts';

/**
 * How a restored object is written. `as-is` is as the version is encrypted; its KMS key must then be in the Region of the target, where S3 would
 * otherwise not find it.
 */
export function settingsOf(
  { encryption, storageClass }: Pick<Request, 'encryption' | 'storageClass'>,
  version: Pick<ObjectState, 'kms' | 'kmsKeyArn'>,
): ReplicaSettings {
  return {
    ...(storageClass !== undefined && { StorageClass: storageClass }),
    ...encryptionOf(encryption, version),
  };
}

function encryptionOf(
  encryption: Request['encryption'],
  { kms, kmsKeyArn }: Pick<ObjectState, 'kms' | 'kmsKeyArn'>,
): ReplicaSettings {
  switch (encryption.as) {
    case 'as-is':
      return kms ? withKms(kmsKeyArn) : { ServerSideEncryption: 'AES256' };
    case 'sse-s3':
      return { ServerSideEncryption: 'AES256' };
    case 'sse-kms':
      return withKms(encryption.kmsKeyArn);
    default:
      return assertNever(encryption);
  }
}

/** Without a Bucket Key every copy is a request to KMS. */
function withKms(arn: string | undefined): ReplicaSettings {
  return { ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true, ...(arn !== undefined && { SSEKMSKeyId: arn }) };
}
