import type { CopyRequest, ObjectState } from '../../shared/bucket.ts';
import type { ObjectKey } from '../../shared/object-key.ts';

/**
 * The one request that makes `replica` what `source` is, on condition that both still are what was seen.
 *
 * @throws {Error} if one request cannot do it exactly: over 5 GiB, or uploaded in parts, where one request would give the
 * replica another ETag than the source's.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export function copyRequest(
  key: ObjectKey,
  {
    source,
    replica,
    to,
  }: { readonly source: ObjectState; readonly replica: ObjectState | undefined; readonly to: string },
): CopyRequest {
  if (source.size > LARGEST_COPY)
    throw cannotYet(key, to, `it has ${source.size} bytes, one request copies ${LARGEST_COPY}`);
  if (!isSinglePart(source.etag)) throw cannotYet(key, to, `it was uploaded in parts (ETag ${source.etag})`);
  const { websiteRedirect } = source.description;
  return {
    key,
    sourceETag: source.etag,
    replicaETag: replica?.etag,
    ...(websiteRedirect === undefined ? {} : { websiteRedirect }),
  };
}

/** The ETag of an object that was put together from N parts ends in `-N`. */
export function isSinglePart(etag: string): boolean {
  return !etag.includes('-');
}

const LARGEST_COPY = 5 * 1024 ** 3;

function cannotYet(key: ObjectKey, to: string, why: string): Error {
  return new Error(`Cannot copy "${key}" to "${to}": ${why}, and copying part by part is not supported yet`);
}
