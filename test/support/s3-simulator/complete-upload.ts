import { createHash } from 'node:crypto';
import { checksum } from './checksum.ts';
import { contentChecksum, join, MIB } from './content.ts';
import { uploadOf } from './multipart-upload.ts';
import type { WhichUpload } from './multipart-upload.ts';
import type { Upload, UploadedPart } from './upload.ts';
import { S3Error } from './s3-error.ts';
import { bucketNamed, type Store } from './store.ts';
import type { StoredObject } from './stored-object.ts';
import { beginWrite, commitWrite, etagOf, type Commit, type Draft, type Target } from './write.ts';

/**
 * Begins to put the parts together. The destination's condition is evaluated at the commit; uploads under way do not count.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export function beginComplete(store: Store, complete: Complete): Commit<StoredObject> {
  const upload = uploadOf(store, complete);
  const pending = beginWrite(store, complete);
  const parts = chooseParts(upload, complete);
  const draft = assemble(store, upload, parts);
  if (complete.size !== undefined && complete.size !== draft.content.size) {
    throw new S3Error(
      'InvalidRequest',
      'The provided x-amz-mp-object-size does not match the size of the completed object.',
    );
  }
  const { value } = complete;
  if (
    value !== undefined &&
    value !== (draft.checksum.composite ?? contentChecksum(draft.content, draft.checksum.algorithm))
  ) {
    throw new S3Error(
      'BadDigest',
      `The ${upload.checksum.algorithm} you specified did not match the calculated checksum.`,
    );
  }
  return () => {
    uploadOf(store, complete);
    if (upload.conflicted) throw new S3Error('ConditionalRequestConflict');
    const object = refusing(() => commitWrite(store, pending, draft), upload);
    bucketNamed(store, complete.bucket).uploads.delete(upload.id);
    return object;
  };
}

export interface Complete extends WhichUpload, Target {
  readonly parts: readonly ChosenPart[];
  /** `x-amz-mp-object-size` */
  readonly size?: number;
  /** The checksum of the whole object, base64. */
  readonly value?: string;
}

export interface ChosenPart {
  readonly number: number;
  readonly etag: string;
  readonly checksum?: string;
}

function chooseParts(upload: Upload, complete: Complete): readonly UploadedPart[] {
  if (complete.parts.length === 0) throw new S3Error('MalformedXML');
  const numbers = complete.parts.map((part) => part.number);
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? 0))) throw new S3Error('InvalidPartOrder');
  const composite = upload.checksum.type === 'COMPOSITE';
  return complete.parts.map((chosen, index) => {
    if (composite && chosen.checksum === undefined) {
      const algorithm = upload.checksum.algorithm.toLowerCase();
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${chosen.number} in the request.`,
      );
    }
    // S3 answers so instead of refusing: a composite checksum needs all parts, from the first on.
    if (composite && chosen.number !== index + 1) throw new S3Error('InternalError');
    const part = upload.parts.get(chosen.number);
    const differs = chosen.checksum !== undefined && chosen.checksum !== part?.checksum;
    if (!part || part.etag !== chosen.etag || differs) throw new S3Error('InvalidPart');
    if (index < complete.parts.length - 1 && part.content.size < 5 * MIB) throw new S3Error('EntityTooSmall');
    return part;
  });
}

function assemble(store: Store, upload: Upload, parts: readonly UploadedPart[]): Draft {
  const { algorithm, type } = upload.checksum;
  const content = join(parts.map((part) => part.content));
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part.etag, 'hex');
  // With a KMS key the part ETags are no MD5 and the object's is not made from them; it keeps its `-N`.
  const { encryption } = upload.attributes;
  const base = encryption.type === 'AES256' ? md5.digest('hex') : etagOf(content, encryption, store);
  const sums = parts.map((part) => Buffer.from(part.checksum, 'base64'));
  return {
    ...upload.attributes,
    content,
    etag: `${base}-${parts.length}`,
    checksum: { algorithm, ...(type === 'COMPOSITE' && { composite: `${checksum(algorithm, sums)}-${parts.length}` }) },
    parts: parts.map((part) => ({ number: part.number, size: part.content.size, checksum: part.checksum })),
  };
}

function refusing(commit: Commit<StoredObject>, upload: Upload): StoredObject {
  try {
    return commit();
  } catch (error) {
    if (error instanceof S3Error && error.code === 'ConditionalRequestConflict') upload.conflicted = true;
    throw error;
  }
}
