import type { ObjectKey } from '../objects/object-key.ts';

/** What a listing of versions says of one version of a key. */
export interface ListedVersion {
  /** `null` where the bucket was not versioned. */
  readonly versionId: string;
  readonly lastModified: Date;
  readonly isLatest: boolean;
  /** Then there is no object: somebody has removed it from this bucket. */
  readonly deleteMarker: boolean;
  /** Without quotes; empty for a delete marker. */
  readonly etag: string;
  /** Bytes; 0 for a delete marker. */
  readonly size: number;
  readonly storageClass?: string;
}

/** A bucket whose versions can be listed. */
export interface VersionedBucket {
  /** All versions of one key, newest first as S3 tells them, a page at a time. @throws {BucketError} */
  versionsOf(key: ObjectKey): AsyncGenerator<readonly ListedVersion[], void, undefined>;
}
