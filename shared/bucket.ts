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
  /** True while the bytes are in an archive (Glacier Flexible, Deep Archive, an archive tier) and have not been restored. */
  readonly archived: boolean;
  readonly description: Description;
}

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
   * @throws {BucketError} on every other answer; a 403 is never taken for "absent".
   */
  head(key: ObjectKey): Promise<ObjectState | undefined>;
  /**
   * Proves that the bucket itself is there, ours and readable, which a HEAD's 404 does not.
   *
   * @throws {BucketError} if it is not.
   */
  look(): Promise<void>;
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
  /** 409, 429, 503 SlowDown: nothing was written; ask again after a pause. */
  | { readonly answer: 'later'; readonly reason: string }
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
