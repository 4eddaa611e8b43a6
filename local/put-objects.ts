import { PutObjectCommand } from '@aws-sdk/client-s3';
import { forEachConcurrently } from '../shared/for-each.ts';
import type { BucketAccess } from './listing.ts';
import type { ObjectToPut } from './odd-objects.ts';

/** What S3 answered to the put of one key. */
export interface Put {
  /** Without quotes. */
  readonly etag: string;
  /** When the answer came, in milliseconds since 1970: the beginning of the object's lag. */
  readonly at: number;
}

/** Puts objects into a bucket, several at a time, and notes each in `puts`, which others may watch. */
export async function putObjects(
  objects: readonly ObjectToPut[],
  { s3, bucket, puts }: BucketAccess & { readonly puts: Map<string, Put> },
): Promise<void> {
  await forEachConcurrently(objects, {
    limit: 16,
    async work({ key, body, contentType, cacheControl, contentLanguage, metadata, tags }) {
      const { ETag = '' } = await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: await body(),
          ContentType: contentType,
          CacheControl: cacheControl,
          ContentLanguage: contentLanguage,
          Metadata: metadata,
          Tagging: tags,
        }),
      );
      puts.set(key, { etag: ETag.replaceAll('"', ''), at: Date.now() });
    },
  });
}
