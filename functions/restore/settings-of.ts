import { assertNever } from '../../shared/assert-never.ts';
import type { ObjectState } from '../../shared/objects/bucket.ts';
import type { ReplicaSettings } from '../../shared/s3/s3-access.ts';
import type { Request } from './request.ts';

/**
 * How a restored object is written. `as-is` is as the version is encrypted; its KMS key must then be in the Region of the target, where S3 would
 * otherwise not find it.
 */
export function settingsOf(
  { encryption, storageClass }: Pick<Request, 'encryption' | 'storageClass'>,
  version: Encrypted,
): ReplicaSettings {
  return {
    ...(storageClass !== undefined && { StorageClass: storageClass }),
    ...encryptionOf(encryption, version),
  };
}

type Encrypted = Pick<ObjectState, 'kms' | 'kmsKeyArn' | 'dsse'>;

function encryptionOf(encryption: Request['encryption'], { kms, kmsKeyArn, dsse }: Encrypted): ReplicaSettings {
  switch (encryption.as) {
    case 'as-is':
      if (dsse) return { ServerSideEncryption: 'aws:kms:dsse', ...withKey(kmsKeyArn) };
      return kms ? withKms(kmsKeyArn) : { ServerSideEncryption: 'AES256' };
    case 'sse-s3':
      return { ServerSideEncryption: 'AES256' };
    case 'sse-kms':
      return withKms(encryption.kmsKeyArn);
    default:
      return assertNever(encryption);
  }
}

/** Without a Bucket Key every copy is a request to KMS. In two layers (`aws:kms:dsse`) there is none. */
function withKms(arn: string | undefined): ReplicaSettings {
  return { ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true, ...withKey(arn) };
}

function withKey(arn: string | undefined): ReplicaSettings {
  return arn === undefined ? {} : { SSEKMSKeyId: arn };
}
