import type { ObjectState } from '../objects/bucket.ts';

/** The two sides of a key, as they were seen. */
export interface Sides {
  readonly source: ObjectState;
  readonly replica: ObjectState | undefined;
  /** When S3 says the key changed, where that is known. */
  readonly changedAt?: Date | undefined;
}
