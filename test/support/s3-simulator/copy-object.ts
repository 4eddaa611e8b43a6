import type { ChecksumAlgorithm } from './checksum.ts';
import { checkSource, type ReadCondition } from './conditions.ts';
import { MAX_SINGLE } from './put-object.ts';
import { assertNotArchived, findObject, NEEDS_CUSTOMER_KEY } from './read-object.ts';
import { S3Error } from './s3-error.ts';
import { bucketNamed, type Store } from './store.ts';
import type { Attributes, StoredObject } from './stored-object.ts';
import { beginWrite, commitWrite, type Commit, type Target } from './write.ts';

/**
 * Begins a copy: the source's condition is evaluated and its state taken now. The destination's condition is evaluated, and the
 * copy written, when the returned function is called; until then anything may happen to both.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export function beginCopy(store: Store, copy: Copy): Commit<Copied> {
  const bucket = bucketNamed(store, copy.bucket, copy.expectedOwner);
  const pending = beginWrite(store, copy);
  const source = readSource(store, copy.source);
  if (source.content.size > MAX_SINGLE) throw new S3Error('InvalidRequest', TOO_LARGE);
  if (changesNothing(copy)) throw new S3Error('InvalidRequest', ONTO_ITSELF);
  const { websiteRedirect } = copy;
  const draft = {
    content: source.content,
    headers: copy.replace?.headers ?? source.headers,
    metadata: copy.replace?.metadata ?? source.metadata,
    tags: copy.tags ?? source.tags,
    ...(websiteRedirect !== undefined && { websiteRedirect }),
    storageClass: copy.storageClass ?? 'STANDARD',
    encryption: copy.encryption ?? bucket.encryption,
    checksum: { algorithm: copy.checksumAlgorithm ?? source.checksum.algorithm },
  };
  return () => ({ object: commitWrite(store, pending, draft), sourceVersionId: source.versionId });
}

export function copyObject(store: Store, copy: Copy): StoredObject {
  return beginCopy(store, copy)().object;
}

export interface Copy extends Target {
  readonly source: CopySource;
  /** Headers and metadata under the directive REPLACE; absent: COPY. */
  readonly replace?: Pick<Attributes, 'headers' | 'metadata'>;
  /** Tags under the directive REPLACE; absent: COPY. */
  readonly tags?: Attributes['tags'];
  readonly websiteRedirect?: string;
  readonly storageClass?: string;
  readonly encryption?: Attributes['encryption'];
  readonly checksumAlgorithm?: ChecksumAlgorithm;
}

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly expectedOwner?: string;
  readonly condition?: ReadCondition;
}

export interface Copied {
  readonly object: StoredObject;
  readonly sourceVersionId: string;
}

/** The object to copy from, if its condition holds and its bytes can be read. */
export function readSource(store: Store, from: CopySource): StoredObject {
  const source = findObject(bucketNamed(store, from.bucket, from.expectedOwner), from);
  checkSource(from.condition ?? {}, source);
  assertNotArchived(source);
  if (source.encryption.type === 'SSE-C') throw new S3Error('InvalidRequest', NEEDS_CUSTOMER_KEY);
  return source;
}

/** Copying an old version onto the current one is how it is brought back, and is allowed. */
function changesNothing(copy: Copy): boolean {
  const { source, replace, storageClass, websiteRedirect, encryption } = copy;
  const itself = source.bucket === copy.bucket && source.key === copy.key && source.versionId === undefined;
  return itself && !replace && storageClass === undefined && websiteRedirect === undefined && encryption === undefined;
}

const TOO_LARGE = `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_SINGLE}`;
const ONTO_ITSELF =
  "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
