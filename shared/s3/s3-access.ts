import type { CopyObjectCommandInput, S3Client } from '@aws-sdk/client-s3';

/** Which bucket, whose it must be, and how to reach it. */
export interface BucketAccess {
  readonly name: string;
  /** The account that must own the bucket: a name that changed hands gets an error, never data. */
  readonly owner: string;
  /** For requests that only read; the SDK repeats them. */
  readonly client: S3Client;
  /** Ends every request of one invocation before the invocation itself ends. */
  readonly signal: AbortSignal;
}

/** A bucket of which each key is seen as one of its versions (`null`: that from before versioning); without: as the current one. */
export interface PinnedAccess extends BucketAccess {
  readonly versionId?: string;
}

/** What the destination chooses for its replicas; what is left out is S3's or the bucket's default. */
export type ReplicaSettings = Pick<
  CopyObjectCommandInput,
  'StorageClass' | 'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'
>;

/** Where replicas come from, and how they are written. */
export interface Replication {
  /** With a version: that of the one key that is copied. */
  readonly source: { readonly name: string; readonly owner: string; readonly versionId?: string };
  readonly settings: ReplicaSettings;
  /** For the requests that commit: a client that sends everything once. */
  readonly commitClient: S3Client;
}
