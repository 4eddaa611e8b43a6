import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import type { ListedVersion, VersionedBucket } from '../listing/listed-version.ts';
import { decodeForm } from '../objects/object-key.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import type { BucketAccess } from './s3-access.ts';
import { explained, present, unquoted } from './s3-wire.ts';

/** A bucket whose versions are listed through the AWS SDK. */
export function s3VersionedBucket({ name, owner, client, signal }: BucketAccess): VersionedBucket {
  return {
    async *versionsOf(key) {
      let from: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } = {};
      for (;;) {
        const command = new ListObjectVersionsCommand({
          Bucket: name,
          ExpectedBucketOwner: owner,
          // The key itself comes first of all that begin with it.
          Prefix: key,
          // XML cannot hold every character of a key.
          EncodingType: 'url',
          ...from,
        });
        const doing = `Cannot list the versions of "${key}" in "${name}"`;
        const page = await explained(doing, () => client.send(command, { abortSignal: signal }));
        yield versionsIn(page, key);
        const next = nextOf(page);
        if (next?.KeyMarker !== key) return;
        if (next.VersionIdMarker === from.VersionIdMarker) throw new Error(`${doing}: S3 goes on where it began`);
        from = next;
      }
    },
  };
}

/** Versions and delete markers arrive in two lists, each in its order. */
function versionsIn(
  { Versions = [], DeleteMarkers = [], EncodingType }: ListObjectVersionsCommandOutput,
  key: ObjectKey,
) {
  const objects = Versions.map((version) => ({ ...version, deleteMarker: false }));
  const markers = DeleteMarkers.map((marker) => ({
    ...marker,
    deleteMarker: true,
    ETag: '',
    Size: 0,
    StorageClass: undefined,
  }));
  return [...objects, ...markers]
    .filter(({ Key = '' }) => decoded(Key, EncodingType) === key)
    .map(
      ({
        VersionId = 'null',
        LastModified = new Date(0),
        IsLatest = false,
        deleteMarker,
        ETag = '',
        ...rest
      }): ListedVersion => ({
        versionId: VersionId,
        lastModified: LastModified,
        isLatest: IsLatest,
        deleteMarker,
        etag: unquoted(ETag),
        size: rest.Size ?? 0,
        ...present({ storageClass: rest.StorageClass }),
      }),
    )
    .toSorted(
      (one, other) =>
        Number(other.isLatest) - Number(one.isLatest) || other.lastModified.getTime() - one.lastModified.getTime(),
    );
}

/** The key that a page ends with is encoded like the others, though it is sent as it is. */
function nextOf({ IsTruncated, NextKeyMarker, NextVersionIdMarker, EncodingType }: ListObjectVersionsCommandOutput) {
  if (IsTruncated !== true || NextKeyMarker === undefined) return undefined;
  return { KeyMarker: decoded(NextKeyMarker, EncodingType), ...present({ VersionIdMarker: NextVersionIdMarker }) };
}

/** S3 says whether it encoded them; other stores do not do what they are asked. */
function decoded(text: string, encoding: string | undefined): string {
  return encoding === 'url' ? decodeForm(text) : text;
}
