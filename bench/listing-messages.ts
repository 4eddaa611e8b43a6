import type { Samples } from '../functions/reconcile/plan.ts';
import type { ObjectKey } from '../shared/objects/object-key.ts';

/** To the listing server, first of all: how many objects the source has. */
export interface Shelves {
  readonly objects: number;
}

/** Its answer. The destination lacks some of the source's objects, has some with other bytes, and some that the source has not. */
export interface Shelved {
  readonly endpoint: string;
  readonly source: Contents;
  readonly destination: Contents;
  readonly differences: { readonly missing: number; readonly changed: number; readonly extra: number };
}

export interface Contents {
  readonly bucket: string;
  readonly objects: number;
  /** Bytes of all objects. */
  readonly size: number;
  /** Of all keys and ETags, in order: see `listing-sum.ts`. */
  readonly sum: string;
}

/** To the listing server, at any time. */
export interface Latency {
  /** Milliseconds of every page. */
  readonly latency: number;
}

/** Its answer to that. */
export interface Served {
  /** Since it was asked last. */
  readonly requests: number;
}

/** To a lister. */
export interface ListJob {
  readonly endpoint: string;
  readonly bucket: string;
  /** `sum`: makes the sum of all keys and ETags, which costs time of its own; otherwise it only counts. */
  readonly sum: boolean;
  /** Keys at which it may be cut, where they are known. */
  readonly samples?: readonly ObjectKey[];
}

/** From a lister. */
export interface ListDone {
  readonly milliseconds: number;
  /** Milliseconds of CPU, without the server's. */
  readonly cpu: number;
  readonly objects: number;
  readonly size: number;
  readonly sum: string | undefined;
}

/** To a sweeper. */
export interface SweepJob {
  readonly endpoint: string;
  readonly source: string;
  readonly destination: string;
  /** Of the last run, if there was one. */
  readonly samples?: Samples;
}

/** From a sweeper. */
export interface SweepDone {
  readonly milliseconds: number;
  /** Milliseconds of CPU, without the server's. */
  readonly cpu: number;
  /** The same since the process began: with what it takes to load and compile. */
  readonly cpuOfProcess: number;
  /** The most memory that the process has had, in MiB. */
  readonly peak: number;
  readonly keys: number;
  readonly equal: number;
  readonly differences: Shelved['differences'];
  /** Pages that it asked for. */
  readonly requests: number;
  /** For the next run. */
  readonly samples: Samples;
}
