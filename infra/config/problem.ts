import type { Destination, Source } from './replicator.ts';

/** Something wrong with the configuration, told at the field where it can be mended. */
export interface Problem {
  readonly path: (string | number)[];
  /** What is wrong, and the remedy. */
  readonly message: string;
}

export type Placed = Pick<Source, 'bucket' | 'existing'> & { readonly path: (string | number)[] };

export type PlacedSource = Source & { readonly path: (string | number)[] };

export type PlacedDestination = Destination & { readonly source: Source; readonly path: (string | number)[] };
