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

/** To a lister. */
export interface ListJob {
  readonly endpoint: string;
  readonly bucket: string;
  /** `sum`: makes the sum of all keys and ETags, which costs time of its own; otherwise it only counts. */
  readonly sum: boolean;
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
