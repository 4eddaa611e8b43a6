import type { ObjectKey } from '../objects/object-key.ts';
import type { Texts } from './texts.ts';

/** A bucket that can be listed: the port through which the sweep reads both sides. */
export interface ListedBucket {
  readonly name: string;
  /**
   * The objects of a range, page by page, in ascending order of `compareKeys`. A page may be empty; only the end of the iteration
   * is the end.
   *
   * @throws {BucketError} if a page cannot be had, or is not what a listing is: out of order, outside of the range, cut off
   * without saying how it goes on. What was not listed never looks as if it were not there.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
   */
  pages(range: KeyRange): AsyncIterable<ListingPage>;
  /**
   * What lies directly below a prefix, as `ls` shows a folder: the first page of a listing with the delimiter `/`.
   *
   * @throws {BucketError}
   */
  level(prefix: string): Promise<Level>;
}

/** The keys behind `after` up to `through`, which is among them; without a bound: from the first, to the last. */
export interface KeyRange {
  readonly after?: ObjectKey;
  readonly through?: ObjectKey;
  /** Only keys that begin with this. */
  readonly prefix?: string;
}

/** One page in columns: number i of each belongs to one object. (An object for each row cost a sweep a third of its time, and strings a quarter of what was left.) */
export interface ListingPage {
  /** Each can be the key of an object. There are as many rows as keys: behind those, other columns may have more, which do not count. */
  readonly keys: Texts;
  /** Without quotes. */
  readonly etags: Texts;
  /** Bytes. */
  readonly sizes: ArrayLike<number>;
  /** Last-modified times: ISO 8601 in UTC with milliseconds, so that texts compare as times do. */
  readonly modified: Texts;
  /** As S3 names them. */
  readonly storageClasses: Texts;
}

/** The first entries below a prefix, both lists in ascending order. */
export interface Level {
  /** Common prefixes, each with its `/` at the end. */
  readonly prefixes: readonly string[];
  readonly keys: readonly ObjectKey[];
  /** Whether there are more. */
  readonly truncated: boolean;
}
