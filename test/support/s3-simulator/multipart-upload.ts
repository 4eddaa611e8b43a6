import { contentChecksum, contentMd5, MIB, slice, type Content } from './content.ts';
import { readSource, type CopySource } from './copy-object.ts';
import { MAX_SINGLE } from './put-object.ts';
import { S3Error } from './s3-error.ts';
import { bucketNamed, type Store } from './store.ts';
import { PLAIN, type Attributes } from './stored-object.ts';
import { beginWrite, type Commit, type Target } from './write.ts';
import type { Upload, UploadChecksum, UploadedPart } from './upload.ts';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export function createUpload(store: Store, target: Target & NewUpload): Upload {
  const bucket = bucketNamed(store, target.bucket, target.expectedOwner);
  beginWrite(store, target);
  const upload: Upload = {
    id: `upload-${String(store.next()).padStart(12, '0')}`,
    key: target.key,
    initiated: store.now(),
    attributes: { ...PLAIN, encryption: bucket.encryption, ...target.attributes },
    checksum: uploadChecksum(target.checksum ?? {}),
    parts: new Map(),
    conflicted: false,
  };
  bucket.uploads.set(upload.id, upload);
  return upload;
}

export interface NewUpload {
  readonly attributes?: Partial<Attributes>;
  readonly checksum?: Partial<UploadChecksum>;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export function uploadPart(store: Store, which: WhichPart, content: Content): UploadedPart {
  const upload = uploadOf(store, which);
  if (!(which.number >= 1 && which.number <= 10_000)) {
    throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  }
  if (content.size > MAX_SINGLE) throw new S3Error('EntityTooLarge');
  const part: UploadedPart = {
    number: which.number,
    content,
    etag: contentMd5(content),
    modified: store.now(),
    checksum: contentChecksum(content, upload.checksum.algorithm),
  };
  upload.parts.set(part.number, part);
  return part;
}

/**
 * Begins the copy of a part: the source is looked at, and its bytes taken, now.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 */
export function beginPartCopy(store: Store, which: WhichPart, from: PartSource): Commit<UploadedPart> {
  uploadOf(store, which);
  const source = readSource(store, from);
  const { size } = source.content;
  const { range } = from;
  if (range && size <= 5 * MIB) {
    throw new S3Error('InvalidRequest', 'The specified copy source is not supported as a byte-range copy source');
  }
  if (range && !(range.first <= range.last && range.last < size)) {
    throw new S3Error('InvalidArgument', `Range specified is not valid for source object of size: ${size}`);
  }
  const content = range ? slice(source.content, range.first, range.last + 1) : source.content;
  if (content.size > MAX_SINGLE) {
    throw new S3Error(
      'InvalidRequest',
      'The specified copy source is larger than the maximum allowable size for a copy source',
    );
  }
  return () => uploadPart(store, which, content);
}

export interface PartSource extends CopySource {
  /** Both ends belong to it. */
  readonly range?: { readonly first: number; readonly last: number };
}

export interface WhichUpload {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly expectedOwner?: string;
}

export interface WhichPart extends WhichUpload {
  readonly number: number;
}

export function abortUpload(store: Store, which: WhichUpload): void {
  uploadOf(store, which);
  bucketNamed(store, which.bucket).uploads.delete(which.uploadId);
}

/** @throws {S3Error} NoSuchUpload */
export function uploadOf(store: Store, which: WhichUpload): Upload {
  const upload = bucketNamed(store, which.bucket, which.expectedOwner).uploads.get(which.uploadId);
  if (upload?.key !== which.key) throw new S3Error('NoSuchUpload');
  return upload;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
function uploadChecksum({ algorithm = 'CRC64NVME', type }: Partial<UploadChecksum>): UploadChecksum {
  const full = algorithm === 'CRC64NVME';
  const composite = !full && !algorithm.startsWith('CRC32');
  if ((full && type === 'COMPOSITE') || (composite && type === 'FULL_OBJECT')) {
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  }
  return { algorithm, type: type ?? (full ? 'FULL_OBJECT' : 'COMPOSITE') };
}
