import type { ListedVersion } from './listed-version.ts';
import type { ObjectKey } from '../objects/object-key.ts';

/** A bucket whose versions are listed, of all keys: the port through which a restore reads a destination. */
export interface VersionListing {
  /** The bucket. */
  readonly name: string;
  /**
   * One page of all versions and delete markers. It may be empty, or hold delete markers only; without a `next`, and only then, it is the last.
   *
   * @throws {BucketError} if it cannot be had, or is not what a listing is: out of order, outside of what was asked for, cut off without saying how it goes on.
   * What was not listed never looks as if it were not there.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
   */
  page(request: VersionRequest): Promise<VersionPage>;
}

/** From `cursor` on; without one, behind all versions of the key `after`; without both, from the first key. */
export interface VersionRequest {
  readonly cursor?: VersionCursor;
  readonly after?: ObjectKey;
  /** Only keys that begin with this. */
  readonly prefix?: string;
}

/** The next page begins behind this version of this key; without a version, behind the key. */
export interface VersionCursor {
  readonly key: string;
  readonly version?: string;
}

export interface VersionPage {
  /** In ascending order of `compareKeys`, each once. The first may go on from the page before, the last may go on in the next. */
  readonly keys: readonly KeyVersions[];
  readonly next?: VersionCursor;
}

export interface KeyVersions {
  readonly key: ObjectKey;
  /** Newest first, at least one. */
  readonly versions: readonly ListedVersion[];
}
