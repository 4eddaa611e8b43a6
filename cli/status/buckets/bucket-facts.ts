import type { Reading } from '../reading.ts';

/** What a bucket is by itself, whoever made it. */
export interface BucketFacts {
  readonly bucket: string;
  readonly is: 'source' | 'destination';
  readonly state: Reading<BucketState>;
  /** The KMS keys that the configuration names for it, and the one that the bucket takes by default. */
  readonly keys: Reading<readonly Key[]>;
}

export interface BucketState {
  /** Nobody of this account has such a bucket. */
  readonly gone?: true;
  /** Where it is, if not where the configuration says. */
  readonly elsewhere?: string;
  readonly keepsVersions: boolean;
  /** Statements of its policy that deny something which we need: to everybody, or under a condition that is not weighed here. */
  readonly denials: readonly Denial[];
}

export interface Denial {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly conditional: boolean;
}

export interface Key {
  readonly arn: string;
  /** As KMS says it: `Enabled`, `Disabled`, `PendingDeletion` …; `NotFound`. */
  readonly state: string;
  /** The bucket takes it by default. */
  readonly byDefault: boolean;
  /** The functions may use it: the configuration names it, or AWS keeps it. */
  readonly granted: boolean;
}
