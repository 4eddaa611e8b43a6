/** What a look at the source saw. */
export interface SourceSeen {
  readonly etag: string;
  readonly versionId?: string;
  readonly lastModified: Date;
  /** Bytes. */
  readonly size: number;
}

/** What a look at the destination saw. */
export interface ReplicaSeen {
  readonly etag: string;
  readonly versionId?: string | undefined;
  /** Of a replica that was just made, a moment before: no later than what S3 says, which is the beginning of an upload in parts. */
  readonly lastModified?: Date | undefined;
}

/** What S3 said of a key at a moment. */
export interface SourceEvent {
  readonly at: Date;
  /**
   * `removed`: from then on there was no object. `version removed`: one version, or a delete marker, was removed for good; what was current then, if
   * anything, the event does not say.
   */
  readonly what: 'created' | 'removed' | 'version removed';
  readonly versionId?: string;
  readonly etag?: string;
}

/** Of a state that was overwritten while it was being copied, only the ETag may be known. */
export type SourceVersion = Pick<SourceSeen, 'etag' | 'versionId'> & Partial<SourceSeen>;

export interface ReplicaVersion {
  readonly etag: string;
  readonly versionId: string;
}

/** A replica that was made, and overwritten by the same attempt as its source had moved meanwhile. */
export interface Overtaken {
  readonly source: SourceVersion;
  readonly replica: ReplicaSeen;
  readonly at: Date;
}
