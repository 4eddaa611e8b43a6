import type { KeyRange } from '../../shared/listing/listing.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { newTally } from './tally.ts';
import type { Tally } from './tally.ts';

/**
 * What one worker restores, and how far it has come: a file in the reports bucket, which is the only thing that counts. Results in
 * other files belong to it as soon as it names them, and not before.
 */
export interface Share {
  readonly parts: Part[];
  readonly tally: Tally;
  /** The files with what became of keys. */
  readonly keys: string[];
  /** The files with what has to wait. */
  readonly waiting: string[];
  /** While finishing: those for the next pass. */
  readonly next: string[];
  /** Passes that are behind. */
  passes: number;
  /** Grows with every step forward. */
  progress: number;
  startedAt?: string;
  /** Why the last attempt at it failed. */
  failure?: string;
}

/** Keys of which one listing tells, or that were asked for by name. */
export interface Part {
  readonly of: { readonly range: KeyRange } | { readonly keyFile: string } | { readonly key: ObjectKey };
  /** The last key that is dealt with. */
  cursor?: ObjectKey;
  done: boolean;
}

export function newShare(parts: readonly Part['of'][], waiting: readonly string[] = []): Share {
  return {
    parts: parts.map((of) => ({ of, done: false })),
    tally: newTally(),
    keys: [],
    waiting: [...waiting],
    next: [],
    passes: 0,
    progress: 0,
  };
}

export function isComplete({ parts }: Share): boolean {
  return parts.every(({ done }) => done);
}
