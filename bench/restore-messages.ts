/** To the version server, first of all: how many versions and delete markers its bucket has, at least. */
export interface Versions {
  readonly versions: number;
}

/** Its answer. */
export interface Versioned {
  readonly endpoint: string;
  readonly bucket: string;
  readonly versions: number;
  readonly keys: number;
  /** As the bucket was at `AT`, counted while it was made. */
  readonly held: Restored;
}

export interface Restored {
  readonly objects: number;
  /** Bytes. */
  readonly size: number;
}

/** To a planner. */
export interface PlanJob {
  readonly endpoint: string;
  readonly bucket: string;
  readonly reader: 'scanner' | 'sdk';
  /** A ledger that knows every version answers at once, in the same process; otherwise there is none. */
  readonly ledger: boolean;
}

/** From a planner. */
export interface PlanDone extends Restored {
  readonly milliseconds: number;
  /** Milliseconds of CPU, without the server's. */
  readonly cpu: number;
  /** The same since the process began: with what it takes to load and compile. */
  readonly cpuOfProcess: number;
  /** The most memory that the process has had, in MiB. */
  readonly peak: number;
}

/** To the version server, at any time: how many pages it has answered since. It answers with a number. */
export interface Asked {
  readonly asked: true;
}

/** The moment that is restored: some keys have been overwritten or removed since, some are newer. */
export const AT = new Date('2026-03-01T00:00:00.000Z');
