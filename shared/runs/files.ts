/** Files in a bucket of our own: the port through which a run keeps its plan, its progress and its report. */
export interface Files {
  /** @returns `undefined` if there is no such file. @throws {BucketError} */
  read(name: string): Promise<File | undefined>;
  /**
   * Writes a file as a whole. With a condition: only if there is none of that name, or if it still has that ETag.
   *
   * @returns its ETag; `undefined` if it was not written, because the condition does not hold.
   * @throws {BucketError}
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  write(
    name: string,
    text: string,
    condition?: 'absent' | { readonly etag: string },
  ): Promise<{ readonly etag: string } | undefined>;
  /** The names that begin with this, in ascending order. @throws {BucketError} */
  list(prefix: string): Promise<readonly string[]>;
}

export interface File {
  readonly text: string;
  readonly etag: string;
}
