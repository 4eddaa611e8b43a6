import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { CHECKSUM_ALGORITHMS } from '../objects/bucket.ts';
import type { Checksum, Description, ObjectState } from '../objects/bucket.ts';
import { isKms, present, unquoted } from './s3-wire.ts';

/** What the answer to a HEAD says, in this project's words. */
export function objectState(head: HeadObjectCommandOutput): ObjectState {
  const { ETag, ContentLength, LastModified, VersionId } = head;
  if (ETag === undefined || ContentLength === undefined || LastModified === undefined) {
    throw new TypeError('S3 answered a HEAD without ETag, length or date');
  }
  return {
    etag: unquoted(ETag),
    size: ContentLength,
    lastModified: LastModified,
    ...present({ versionId: VersionId, checksum: checksumOf(head) }),
    kms: isKms(head.ServerSideEncryption),
    ...present({ kmsKeyArn: head.SSEKMSKeyId }),
    ...(head.ServerSideEncryption === 'aws:kms:dsse' && { dsse: true }),
    archived: isArchived(head),
    ...present({ archiveStatus: head.ArchiveStatus }),
    description: description(head),
  };
}

function description(head: HeadObjectCommandOutput): Description {
  return {
    ...present({
      contentType: head.ContentType,
      contentEncoding: head.ContentEncoding,
      contentLanguage: head.ContentLanguage,
      contentDisposition: head.ContentDisposition,
      cacheControl: head.CacheControl,
      expires: head.ExpiresString,
      websiteRedirect: head.WebsiteRedirectLocation,
    }),
    metadata: head.Metadata ?? {},
    tagCount: head.TagCount ?? 0,
  };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (x-amz-restore, x-amz-archive-status) */
function isArchived({ StorageClass, ArchiveStatus, Restore }: HeadObjectCommandOutput): boolean {
  const restored = Restore?.includes('ongoing-request="false"') ?? false;
  if (restored) return false;
  return ArchiveStatus !== undefined || StorageClass === 'GLACIER' || StorageClass === 'DEEP_ARCHIVE';
}

/** S3 keeps one checksum with an object, and tells it only where it is asked for (ChecksumMode). */
function checksumOf(head: HeadObjectCommandOutput): Checksum | undefined {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = head[`Checksum${algorithm}`];
    if (value !== undefined) return { algorithm, type: head.ChecksumType ?? 'FULL_OBJECT', value };
  }
  return undefined;
}
