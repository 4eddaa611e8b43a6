import type { Bucket, DestinationBucket } from '../../shared/objects/bucket.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';

/** Two buckets behind the port, and hands that put things into them past it. */
export interface Ground {
  readonly source: Bucket;
  readonly destination: DestinationBucket;
  /** The same two, but with the expectation that they belong to an account that they do not belong to. */
  readonly strange: {
    readonly source: Bucket;
    readonly destination: DestinationBucket;
    readonly copyOfStrangers: DestinationBucket;
  };
  /** The same two, where the source is seen, and copied from, as that version of each key. */
  readonly pinned: (versionId: string) => { readonly source: Bucket; readonly destination: DestinationBucket };
  /** A bucket that does not exist. */
  readonly missing: { readonly source: Bucket; readonly destination: DestinationBucket };
  readonly put: (side: Side, key: ObjectKey, object: NewObject) => Promise<void>;
  /** Both buckets are versioned: this puts a delete marker on top. */
  readonly remove: (side: Side, key: ObjectKey) => Promise<void>;
  /** Takes away everything that was made, and fails if something is left. */
  readonly cleanUp: () => Promise<void>;
}

export type Side = 'source' | 'destination';

export interface NewObject {
  readonly content: string;
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentDisposition?: string;
  readonly cacheControl?: string;
  readonly expires?: Date;
  readonly websiteRedirect?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export type Clauses = Readonly<Record<string, (ground: Ground, key: ObjectKey) => Promise<void>>>;
