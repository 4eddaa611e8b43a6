import type { Operation } from './http/operation.ts';
import type { Store } from './store.ts';

/**
 * Carries a call to S3, and the answer back. `serve` is what S3 does; it awaits `step` before it looks at the source (`begin`) and
 * before it looks at the destination and writes (`commit`; for a read: before it looks).
 *
 * A wire that throws {@link LostAnswer} leaves its caller without a clear answer, whatever becomes of the call.
 */
export type Wire = <Result>(call: Call, serve: (step: ServerStep) => Promise<Result>) => Promise<Result>;

export type ServerStep = (at: 'begin' | 'commit') => Promise<void>;

export interface Call {
  readonly operation: Operation;
  readonly bucket: string;
  readonly key: string;
}

export class LostAnswer extends Error {
  override readonly name = 'TimeoutError';
}

export function wireOf({ wire = directWire }: Pick<InProcess, 'wire'>): Wire {
  return wire;
}

export const directWire: Wire = (_, serve) => serve(() => Promise.resolve());

export interface InProcess extends Owned {
  readonly store: Store;
  /** What lies between the caller and S3; absent: nothing. */
  readonly wire?: Wire;
}

export interface InProcessDestination extends InProcess {
  readonly source: Owned;
  /** Leaves the destination's condition out, for a test that proves that it is needed. */
  readonly unconditional?: boolean;
}

export interface Owned {
  readonly name: string;
  readonly owner: string;
  /** Of every key that version; absent: the current one. */
  readonly versionId?: string;
}
