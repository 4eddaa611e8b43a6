/** How the server behaves. */
export interface Ground {
  /** Milliseconds of every request. */
  readonly latency: number;
  /** Copies a second, and at once; absent: all. */
  readonly admits?: { readonly perSecond: number; readonly burst: number };
}

export interface Counts {
  readonly copies: number;
  /** Copies answered 503. */
  readonly refused: number;
  readonly heads: number;
  /** Objects that were copied. */
  readonly replicas: number;
}

export interface FromServer {
  readonly endpoint?: string;
  readonly counts?: Counts;
}

/** What a contestant is to do. */
export interface Job {
  readonly endpoint: string;
  readonly run: string;
  readonly objects: number;
  readonly inFlight: number;
}

/** What a contestant has to say. */
export interface Done {
  readonly milliseconds: number;
  /** Objects that it reports as not copied. */
  readonly failed: number;
  /** Milliseconds of CPU, without the server's. */
  readonly cpu: number;
}
