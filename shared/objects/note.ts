/** "The replica with this ETag was made from the source with that ETag." */
export interface Note {
  readonly sourceETag: string;
  readonly replicaETag: string;
  /** The date of that source; absent where it is not known. */
  readonly sourceLastModified?: Date;
  /** From when on the days of the replica count; absent where it is not known. */
  readonly replicaFrom?: Date;
}
