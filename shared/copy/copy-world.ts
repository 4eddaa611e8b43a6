import type { Bucket, DestinationBucket } from '../objects/bucket.ts';
import type { ExpiryRule } from '../expiry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LongCopy } from './long-copy.ts';

/** Everything outside that the making of one copy touches. */
export interface CopyWorld {
  readonly source: Bucket;
  readonly destination: DestinationBucket;
  /** Never throws; absent where none is configured. */
  readonly ledger?: Ledger | undefined;
  /** How the destination expires objects; absent: not at all, by what is known. @throws if that cannot be asked. */
  readonly expiryRules?: (() => Promise<readonly ExpiryRule[]>) | undefined;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Absent: every copy is made at once, however long it takes. */
  readonly long?: LongCopies;
}

/** What becomes of copies that are longer than an invocation. */
export interface LongCopies {
  /** Milliseconds until this invocation gives S3 up. */
  readonly timeLeft: () => number;
  /** How many parts of one object an invocation copies at most. */
  readonly partsPerInvocation: number;
  /** Leaves a copy to the state machine. Absent where none is configured: then such a copy is tried, and fails when the time is up. */
  readonly handOver?: (copy: LongCopy) => Promise<'handed over' | 'under way'>;
}
