import type { ObjectKey } from './object-key.ts';

/** What a HEAD tells of one object. ETags are written without quotes. */
export interface ObjectState {
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** S3 tells seconds, no fractions. */
  readonly lastModified: Date;
  /** Absent where the bucket has never been versioned. */
  readonly versionId?: string;
  /** Encrypted by KMS: then the ETag tells nothing of the bytes, and no copy has the same. */
  readonly kms: boolean;
  /** The ARN of that key, where KMS encrypts. */
  readonly kmsKeyArn?: string;
  /** It encrypts in two layers (DSSE-KMS). */
  readonly dsse?: true;
  /** Only where it was asked for. */
  readonly checksum?: Checksum;
  /** True while the bytes are in an archive (Glacier Flexible, Deep Archive, an archive tier) and have not been restored. */
  readonly archived: boolean;
  /** The archive tier of Intelligent-Tiering that it is in: `ARCHIVE_ACCESS` or `DEEP_ARCHIVE_ACCESS`. */
  readonly archiveStatus?: string;
  readonly description: Description;
}

/** A checksum that S3 keeps with an object. Only of a whole object does it say whether two objects have the same bytes. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** `COMPOSITE`: a checksum of the checksums of the parts. */
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  /** Base64, of a composite one followed by `-N`. */
  readonly value: string;
}

export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
export const CHECKSUM_ALGORITHMS = [
  'CRC64NVME',
  'CRC32',
  'CRC32C',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
  'XXHASH64',
  'XXHASH3',
  'XXHASH128',
] as const;

/** What belongs to an object beside its bytes, and must be the same on both sides. */
export interface Description {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentDisposition?: string;
  readonly cacheControl?: string;
  /** The header as it was stored, never parsed. */
  readonly expires?: string;
  readonly websiteRedirect?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tagCount: number;
}

/** A bucket that can be looked at: the port through which everything here reads S3. Every call names the owner it expects. */
export interface Bucket {
  readonly name: string;
  /**
   * The object as it is now, or `undefined` if S3 answers 404 (no such key, a delete marker, or no such bucket: see `look`).
   *
   * @throws {CustomerKeyError} if the object is encrypted with a key of the customer.
   * @throws {BucketError} on every other answer; a 403 is never taken for "absent".
   */
  head(key: ObjectKey, options?: { readonly checksum: boolean }): Promise<ObjectState | undefined>;
  /**
   * One part of an object that was uploaded in parts, as long as the object has that ETag; `undefined` if it has not any more.
   *
   * @throws {BucketError} on every other answer.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (partNumber)
   */
  headPart(key: ObjectKey, part: { readonly etag: string; readonly number: number }): Promise<PartState | undefined>;
  /** @throws {BucketError} also if there is no such object. */
  tags(key: ObjectKey, versionId: string | undefined): Promise<readonly Tag[]>;
  /**
   * A hash of its bytes, hexadecimal, as long as the object has that ETag; `undefined` if it has not any more. The bytes pass through, so that it takes
   * as little memory for a large object as for a small one.
   *
   * @throws {BucketError} also if the bytes break off.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (If-Match)
   */
  digest(
    key: ObjectKey,
    of: { readonly etag: string; readonly algorithm: 'sha256' | 'md5' },
  ): Promise<string | undefined>;
  /**
   * Proves that the bucket itself is there, ours and readable, which a HEAD's 404 does not.
   *
   * @throws {BucketError} if it is not.
   */
  look(): Promise<void>;
}

export interface PartState {
  /** Bytes. */
  readonly size: number;
  /** How many parts the object has. */
  readonly count: number;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A bucket that can be written, by conditional copies and in no other way. */
export interface DestinationBucket extends Bucket {
  /**
   * Copies one object by one request that is sent once, without retries of the SDK. Never throws: every way in which
   * S3 can answer, or fail to, is a `CopyAnswer`.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
   */
  copy(request: CopyRequest): Promise<CopyAnswer>;
  /**
   * Begins an upload in parts. Everything but the bytes is said here; nothing is visible before it is completed.
   *
   * @throws {BucketError}
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
   */
  beginUpload(request: NewUpload): Promise<BegunUpload>;
  /**
   * Copies one part. Harmless to repeat: a part counts once, under its number, and only when the upload is completed.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
   */
  copyPart(upload: Upload, part: PartCopy): Promise<PartAnswer>;
  /**
   * The parts that an upload has, by number; `undefined` if it has ended: completed or aborted.
   *
   * @throws {BucketError}
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
   */
  doneParts(upload: Upload): Promise<readonly CopiedPart[] | undefined>;
  /**
   * Makes the object of the parts, on the condition of `CopyRequest`, by one request that is sent once. `size`: S3 refuses
   * if the parts do not add up to it. Also `moved` if a write of somebody else crossed it (409): the upload is then of no use any more.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
   */
  completeUpload(upload: Upload, parts: CompletedParts): Promise<CopyAnswer>;
  /** Ends an upload of ours: from then on it cannot be completed. No error if it has ended already. @throws {BucketError} */
  abortUpload(upload: Upload): Promise<void>;
  /**
   * By one request that is sent once. S3 knows no condition for it: without the id of a version the tags land on whatever object is there then.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
   */
  setTags(
    key: ObjectKey,
    tags: { readonly versionId: string | undefined; readonly tags: readonly Tag[] },
  ): Promise<TagsAnswer>;
}

/** An upload whose id we hold. Of others nobody can tell what they were begun for: they are left alone. */
export interface Upload {
  readonly key: ObjectKey;
  readonly id: string;
}

export interface BegunUpload extends Upload {
  /** Encrypted by KMS: then the ETags of its parts tell nothing of the bytes. */
  readonly kms: boolean;
}

export interface NewUpload {
  readonly key: ObjectKey;
  readonly description: Description;
  /** As many as fit into a header; see `setTags`. */
  readonly tags: readonly Tag[];
  /** Absent: S3 chooses. */
  readonly checksum?: Pick<Checksum, 'algorithm' | 'type'>;
}

export interface PartCopy {
  /** From 1. */
  readonly number: number;
  /** The source must still have this ETag: otherwise bytes of two states would be put together. */
  readonly sourceETag: string;
  /** First and last byte; absent: the whole object, which may then be smaller than a part may be. */
  readonly range?: { readonly first: number; readonly last: number };
}

export interface CopiedPart {
  readonly number: number;
  readonly etag: string;
  /** Base64, of the part; a composite checksum is made of these. */
  readonly checksum?: Pick<Checksum, 'algorithm' | 'value'>;
}

export type PartAnswer =
  { readonly answer: 'copied'; readonly part: CopiedPart } | Exclude<CopyAnswer, { answer: 'copied' }>;

export type TagsAnswer = { readonly answer: 'set' } | Exclude<CopyAnswer, { answer: 'copied' }>;

export interface CompletedParts {
  readonly parts: readonly CopiedPart[];
  readonly replicaETag: string | undefined;
  readonly size: number;
}

export interface CopyRequest {
  readonly key: ObjectKey;
  /** The source must still have this ETag when the copy begins. */
  readonly sourceETag: string;
  /** The destination must still have this ETag when the copy commits; `undefined`: it must hold no object. */
  readonly replicaETag: string | undefined;
  /** A copy does not carry a website redirect by itself. */
  readonly websiteRedirect?: string;
}

export type CopyAnswer =
  | {
      readonly answer: 'copied';
      readonly etag: string;
      readonly versionId?: string;
      /** The version that was copied, where the source is versioned. */
      readonly sourceVersionId?: string;
    }
  /** 412, 404: one of the two sides is not what it was taken for; nothing was written. */
  | { readonly answer: 'moved'; readonly reason: string }
  /** 409, 429, 503 SlowDown: nothing was written; ask again after a pause. `slowDown`: S3 refuses for its load, not for this object. */
  | { readonly answer: 'later'; readonly reason: string; readonly slowDown?: true }
  /** Time-out, reset, 5xx: it may have been written, or may yet be. */
  | { readonly answer: 'unclear'; readonly reason: string }
  /** Access denied, a missing bucket, a wrong owner, a bad request: nothing was written, and asking again will not mend it. */
  | { readonly answer: 'refused'; readonly reason: string };

/** S3 said no, or nothing. The message says what was being done, to what, and why it failed. */
export class BucketError extends Error {
  override readonly name = 'BucketError';
  /** S3's error code, or the name of the network's error. */
  readonly code: string;

  constructor(message: string, options: { readonly code: string; readonly cause: unknown }) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}

/** The object is encrypted with a key of the customer (SSE-C), which S3 does not keep: nobody can copy it without that key. */
export class CustomerKeyError extends Error {
  override readonly name = 'CustomerKeyError';
  readonly bucket: string;

  constructor(key: ObjectKey, bucket: string) {
    super(`Cannot look at "${key}" in "${bucket}": it is encrypted with a key of the customer (SSE-C)`);
    this.bucket = bucket;
  }
}
