import { LIST_PRICES } from '../../shared/list-prices.ts';
import { costOfCopies } from './copy-costs.ts';

/** What is known before a run, of the keys that it will look at. `undefined`: not known. */
export interface Known {
  readonly source: string;
  readonly prefix: string | undefined;
  readonly objects: number | undefined;
  readonly bytes: number | undefined;
  /** Where these two come from. */
  readonly from: string | undefined;
  /** How many objects have come since the last run, by S3's counts, and which part of those of then they are. Negative: gone. */
  readonly grown?: { readonly objects: number; readonly part: number };
  /** What else the estimate rests on, in sentences. */
  readonly notes: readonly string[];
  readonly destinations: readonly KnownDestination[];
  /** Repairs nothing. */
  readonly verifyOnly: boolean;
}

export interface KnownDestination {
  readonly bucket: string;
  /** In another Region than the source: what goes between them has its price. */
  readonly far: boolean;
  /** Whether it was ever compared to its end: if not, whatever is not there is copied. */
  readonly compared: boolean;
  /** What the last run found there. */
  readonly found: Amount | undefined;
  /** Objects that S3 counted there after the last run, all versions. */
  readonly held?: number;
}

interface Amount {
  readonly objects: number;
  readonly bytes: number;
}

/** What a run will take. Money in US dollars, by list prices that may be old. */
export interface Estimate {
  readonly known: Known;
  /** Pages of listings; `undefined` where it is not known how many objects there are. */
  readonly listRequests: number | undefined;
  readonly listDollars: number | undefined;
  readonly destinations: readonly EstimatedCopies[];
  readonly totalDollars: number | undefined;
}

export interface EstimatedCopies {
  readonly bucket: string;
  /**
   * `at most`: a first run, which copies what is not there, or only a part of what the last run found, or that and all that has come since, though events should have brought it; `at least`: by S3's
   * counts so much is missing there; `as last time`: what the last run found.
   */
  readonly basis: 'at most' | 'at least' | 'as last time' | 'nothing is repaired' | 'not known';
  readonly objects: number | undefined;
  readonly bytes: number | undefined;
  readonly requests: number | undefined;
  readonly dollars: number | undefined;
}

/** Pure. */
export function estimate(known: Known): Estimate {
  const { objects } = known;
  const sides = known.destinations.length + 1;
  const listRequests =
    objects === undefined ? undefined : Math.ceil(sides * Math.max(1, objects / KEYS_A_PAGE) * PARTLY_FILLED);
  const listDollars =
    objects === undefined || listRequests === undefined
      ? undefined
      : listRequests * LIST_PRICES.listRequest + transferOf(known, objects) + computeOf(sides, objects);
  const destinations = known.destinations.map((destination) => copiesTo(destination, known));
  const dollars = [listDollars, ...destinations.map((copies) => copies.dollars)];
  return {
    known,
    listRequests,
    listDollars,
    destinations,
    totalDollars: dollars.reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0),
  };
}

export const KEYS_A_PAGE = 1000;
/** Ranges end anywhere: their last pages are not full. */
const PARTLY_FILLED = 1.08;
/** Of the answer of a listing, as measured. */
export const BYTES_A_KEY = 350;
/** Of a function with 512 MB, for reading and comparing. */
const SECONDS_A_MILLION_KEYS = 10;

function transferOf({ destinations }: Known, objects: number): number {
  return destinations.filter(({ far }) => far).length * objects * BYTES_A_KEY * LIST_PRICES.transferredByte;
}

function computeOf(sides: number, objects: number): number {
  return ((sides * objects) / 1e6) * SECONDS_A_MILLION_KEYS * 0.5 * LIST_PRICES.lambdaGigabyteSecond;
}

function copiesTo(destination: KnownDestination, known: Known): EstimatedCopies {
  const { bucket, far } = destination;
  const nothing = { bucket, objects: 0, bytes: 0, requests: 0, dollars: 0 };
  if (known.verifyOnly) return { ...nothing, basis: 'nothing is repaired' };
  const { objects, bytes, basis } = differencesAt(destination, known);
  if (objects === undefined || bytes === undefined)
    return { bucket, basis: 'not known', objects, bytes, requests: undefined, dollars: undefined };
  return {
    bucket,
    basis,
    objects,
    bytes,
    ...costOfCopies({ objects, copies: objects, bytes }, { storageClass: 'STANDARD', far, kmsRequests: 0 }),
  };
}

type Differences = Pick<EstimatedCopies, 'objects' | 'bytes' | 'basis'>;

/** What a run would copy to one destination. */
function differencesAt({ compared, found, held }: KnownDestination, known: Known): Differences {
  const { objects, bytes, prefix, grown } = known;
  if (!compared) return { objects, bytes, basis: 'at most' };
  if (found === undefined) return { objects: undefined, bytes: undefined, basis: 'not known' };
  if (prefix !== undefined)
    return {
      objects: Math.min(found.objects, objects ?? Infinity),
      bytes: Math.min(found.bytes, bytes ?? Infinity),
      basis: 'at most',
    };
  if (objects !== undefined && held !== undefined && objects - held > MUCH * objects) {
    const missing = Math.max(found.objects, objects - held);
    return { objects: missing, bytes: averageOf(known, missing), basis: 'at least' };
  }
  // Where the destination was counted, too, and holds as many, what has come to the source has come to it.
  if (grown !== undefined && grown.part > MUCH && held === undefined) {
    const more = averageOf(known, grown.objects);
    return {
      objects: found.objects + grown.objects,
      bytes: more === undefined ? undefined : found.bytes + more,
      basis: 'at most',
    };
  }
  return { ...found, basis: 'as last time' };
}

/** Less than this the counts of two buckets differ by the hour at which S3 makes them. */
const MUCH = 0.1;

function averageOf({ objects, bytes }: Known, some: number): number | undefined {
  return objects === undefined || objects === 0 || bytes === undefined
    ? undefined
    : Math.round((bytes / objects) * some);
}
