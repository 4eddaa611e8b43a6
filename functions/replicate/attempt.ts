import type { ObjectState } from '../../shared/objects/bucket.ts';
import type { Note } from '../../shared/objects/note.ts';
import type { ReplicaSeen, Overtaken } from '../../shared/ledger/seen.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { CopyWorld } from '../../shared/copy/copy-world.ts';
import type { Scrubbed } from './scrub.ts';

/** Word that a key may have changed. Nothing in it is trusted: the ETag is a guess that saves requests when it is right. */
export interface Hint {
  readonly key: ObjectKey;
  readonly sourceETag?: string;
  /** When S3 says the key changed. Nothing is done because of it: a copy that is handed over takes it along, to tell how late it is. */
  readonly changedAt?: Date;
  /** Asks for more than a look where both sides are the same by it: for a comparison of all their bytes, or of the checksums that S3 keeps. */
  readonly compare?: 'bytes' | 'checksums';
}

/** Everything outside that `converge` touches. */
export type World = CopyWorld;

/** How a key was left. */
export interface Outcome {
  readonly outcome: 'copied' | 'same' | 'skipped' | 'cannot' | 'handed-over' | 'failed';
  readonly reason: string;
  /** Bytes copied. */
  readonly bytes: number;
  /** An answer was lost, so a copy may yet land: the key must be looked at again once that copy has landed or died. */
  readonly unclear: boolean;
  /** What was thrown, where the outcome is `failed`. */
  readonly error?: unknown;
  readonly seen: Seen;
  /** Replicas that were made and replaced, as the source moved meanwhile; the last one is among what was seen. */
  readonly overtaken?: readonly Overtaken[];
  /** Where contents were compared, if the hint asked for it. */
  readonly scrubbed?: Scrubbed;
  /** Of a replica that has expired: what the ledger knows of it. */
  readonly expired?: Note | undefined;
}

/** The two sides as they were last seen. */
export interface Seen {
  /** Just before the source was looked at, or before anything was done: milliseconds since 1970. */
  readonly at: number;
  /** `undefined`: it is gone, or no look succeeded. */
  readonly source: ObjectState | undefined;
  readonly replica: ReplicaSeen | undefined;
}

/** What has happened to one key so far in this invocation. */
export interface Attempt {
  copies: number;
  bytes: number;
  waits: number;
  unclear: boolean;
  seen: Seen;
  readonly overtaken: Overtaken[];
  scrubbed?: Scrubbed;
  expired?: Note | undefined;
}
