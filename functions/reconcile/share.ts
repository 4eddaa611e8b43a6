import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { KeyRange } from '../../shared/listing/listing.ts';

/**
 * What one worker lists, and how far it has come: a file in the reports bucket, which is the only thing that counts. Results in
 * other files belong to it as soon as it names them, and not before.
 */
export interface Share<Tally> {
  readonly ranges: RangeProgress[];
  /** One for each destination of the plan. */
  readonly tallies: Tally[];
  source: { keys: number; bytes: number };
  requests: number;
  /** Grows with every step forward. */
  progress: number;
  /** When the first of its listings began. */
  startedAt?: string;
  /** The files with what became of keys. */
  readonly keys: string[];
  /** Why the last attempt at it failed. */
  failure?: string;
  /** Destinations that could not be listed, by their number in the plan. */
  readonly trouble: Record<string, Trouble>;
}

export interface Trouble {
  /** How often in a row, with nothing dealt with in between. */
  readonly count: number;
  readonly why: string;
  /** How far the share was. */
  readonly after: number;
}

export interface RangeProgress {
  readonly range: KeyRange;
  /** The last key that is dealt with. */
  cursor?: ObjectKey;
  done: boolean;
  /** The files with what differs, in order. While verifying: those that the sweep wrote. */
  readonly differences: string[];
  /** The files with what is to be compared by more than listings, in order. While verifying, such a range has no differences, and is not listed. */
  scrubs?: string[];
  /** Every so many keys one, for the ranges of the next run. */
  readonly samples: ObjectKey[];
}

export function newShare<Tally>(
  ranges: readonly Pick<RangeProgress, 'range' | 'differences' | 'scrubs'>[],
  tallies: Tally[],
): Share<Tally> {
  return {
    ranges: ranges.map(({ range, differences, scrubs }) => ({
      range,
      done: false,
      differences: [...differences],
      ...(scrubs && { scrubs: [...scrubs] }),
      samples: [],
    })),
    tallies,
    source: { keys: 0, bytes: 0 },
    requests: 0,
    progress: 0,
    keys: [],
    trouble: {},
  };
}

export function isComplete({ ranges }: Share<unknown>): boolean {
  return ranges.every(({ done }) => done);
}

/** What the report needs of a share: without what grows with the bucket, but for the samples. */
export interface ShareSummary<Tally> extends Pick<
  Share<Tally>,
  'tallies' | 'source' | 'requests' | 'startedAt' | 'failure' | 'trouble' | 'keys'
> {
  readonly complete: boolean;
  readonly samples: readonly ObjectKey[];
}

export function summaryOf<Tally>(share: Share<Tally>): ShareSummary<Tally> {
  const { ranges, ...others } = share;
  return { ...others, complete: isComplete(share), samples: ranges.flatMap(({ samples }) => samples) };
}

export function tallyOf<Tally>({ tallies }: Share<Tally>, destination: number): Tally {
  const tally = tallies[destination];
  if (tally === undefined) throw new TypeError(`The plan has no destination ${destination}`);
  return tally;
}

/** A destination that could not be listed. */
export class ReplicasUnlisted extends Error {
  override readonly name = 'ReplicasUnlisted';
  /** Its number in the plan. */
  readonly to: number;

  constructor(to: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.to = to;
  }
}

/** @throws {ReplicasUnlisted} what the pages throw. */
export async function* listedAs<Page>(to: number, pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  try {
    yield* pages;
  } catch (error) {
    throw new ReplicasUnlisted(to, error);
  }
}

/**
 * Whether a destination has failed so often that the share goes on without it: it must not keep the others from being
 * compared. What the share says of it is then not all.
 */
export function isGivenUp({ trouble }: Pick<Share<unknown>, 'trouble'>, to: number): boolean {
  return (trouble[to]?.count ?? 0) >= 3;
}

/** Counts each page as a request. */
export async function* counted<Page>(pages: AsyncIterable<Page>, share: Share<unknown>): AsyncGenerator<Page> {
  for await (const page of pages) {
    share.requests++;
    yield page;
  }
}

/** What is left of a range. */
export function rest({ range, cursor }: RangeProgress): KeyRange {
  return cursor === undefined ? range : { ...range, after: cursor };
}
