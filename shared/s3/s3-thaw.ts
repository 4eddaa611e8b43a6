import { RestoreObjectCommand } from '@aws-sdk/client-s3';
import type { Tier } from '@aws-sdk/client-s3';
import type { ObjectKey } from '../objects/object-key.ts';
import { errorCode } from './s3-answer.ts';
import type { BucketAccess } from './s3-access.ts';
import { explained } from './s3-wire.ts';

/** Days for which the bytes stay within reach. */
export const THAWED_DAYS = 7;

const TIERS: Readonly<Record<'standard' | 'bulk' | 'expedited', Tier>> = {
  standard: 'Standard',
  bulk: 'Bulk',
  expedited: 'Expedited',
};

/**
 * Asks an archive for the bytes of one version. It is no error if they have been asked for already.
 *
 * An archive tier of Intelligent-Tiering gives them back for good, and takes no days; Deep Archive, and the tier of that name, know no haste.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
 */
export function s3Thaw({ name, owner, client, signal }: BucketAccess) {
  return async (
    key: ObjectKey,
    {
      versionId,
      storageClass,
      archiveStatus,
      tier,
    }: {
      readonly versionId: string;
      readonly storageClass: string | undefined;
      readonly archiveStatus: string | undefined;
      readonly tier: keyof typeof TIERS;
    },
  ): Promise<void> => {
    const isDeep = storageClass === 'DEEP_ARCHIVE' || archiveStatus === 'DEEP_ARCHIVE_ACCESS';
    const command = new RestoreObjectCommand({
      Bucket: name,
      ExpectedBucketOwner: owner,
      Key: key,
      VersionId: versionId,
      RestoreRequest: {
        ...(storageClass !== 'INTELLIGENT_TIERING' && { Days: THAWED_DAYS }),
        GlacierJobParameters: {
          Tier: isDeep && tier === 'expedited' ? 'Standard' : TIERS[tier],
        },
      },
    });
    await explained(`Cannot ask the archive for "${key}" in "${name}"`, async () => {
      try {
        await client.send(command, { abortSignal: signal });
      } catch (error) {
        if (errorCode(error) !== 'RestoreAlreadyInProgress') throw error;
      }
    });
  };
}
