import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { CANARY_KEY } from '../shared/names.ts';

/** What a listing says of one object. */
export interface Listed {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970; S3 itself tells whole seconds, the emulator all. */
  readonly lastModified: number;
}

/** A bucket and a client for its Region. */
export interface BucketAccess {
  readonly s3: S3Client;
  readonly bucket: string;
}

/**
 * All objects of a bucket, by key, but for the canary, which is overwritten between one listing and the next. Asks for encoded keys, as XML cannot hold
 * every character of a key.
 */
export async function listBucket({ s3, bucket }: BucketAccess): Promise<ReadonlyMap<string, Listed>> {
  const objects = new Map<string, Listed>();
  let token: string | undefined;
  do {
    const page = await s3
      .send(new ListObjectsV2Command({ Bucket: bucket, EncodingType: 'url', ContinuationToken: token }))
      .catch((cause: unknown) => {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`Cannot list the bucket "${bucket}": ${why}`, { cause });
      });
    for (const { Key = '', ETag = '', Size = 0, LastModified } of page.Contents ?? []) {
      const key = decodeURIComponent(Key.replaceAll('+', ' '));
      if (key === CANARY_KEY) continue;
      objects.set(key, { key, etag: ETag.replaceAll('"', ''), size: Size, lastModified: LastModified?.getTime() ?? 0 });
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return objects;
}
