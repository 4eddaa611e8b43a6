import { EXTREMES } from '../../functions/restore/rehearsal/choose.ts';
import { startsAMonth } from '../../infra/config/hours-between-runs.ts';
import type { Rehearsal } from '../../infra/config/replicator.ts';
import { LIST_PRICES, PRICED } from '../../shared/list-prices.ts';
import { count, dollars, size } from '../../shared/report/in-words.ts';
import type { StorageClass } from '../../shared/objects/storage-classes.ts';
import { STORAGE_PRICES } from '../../shared/storage-prices.ts';
import { costsInWords } from './costs-in-words.ts';
import { BYTES_A_KEY, KEYS_A_PAGE } from './estimate.ts';

/** One destination, as a rehearsal meets it. */
export interface Rehearsed {
  readonly bucket: string;
  /** In another Region than the source, where the scratch bucket is. */
  readonly far: boolean;
  /** Of replicas; what is in an archive is left out. */
  readonly storageClass: StorageClass;
  readonly isKmsEncrypted: boolean;
  /** Objects in it, all of which are listed; `undefined`: nobody knows. */
  readonly objects: number | undefined;
}

/** What one rehearsal of it takes, at most. Money in US dollars, by list prices. */
export interface RehearsalEstimate {
  readonly rehearsed: Rehearsed;
  readonly keys: number;
  readonly bytes: number;
  readonly costs: Readonly<
    Record<'listing' | 'requests' | 'retrieval' | 'transfer' | 'kms' | 'scratch' | 'functions', number>
  >;
  /** The sum of these. */
  readonly dollars: number;
}

/** Pure. At most: the limits of the configuration, and each object compared with its replica, which is read a second time for that. */
export function estimateRehearsal(
  rehearsed: Rehearsed,
  { objects, maxGigabytes }: Pick<Rehearsal, 'objects' | 'maxGigabytes'>,
): RehearsalEstimate {
  const { far, storageClass, isKmsEncrypted } = rehearsed;
  const keys = objects + 2 * EXTREMES;
  const bytes = maxGigabytes * 1024 ** 3;
  const listed = rehearsed.objects ?? 0;
  const price = STORAGE_PRICES[storageClass];
  const standard = STORAGE_PRICES.STANDARD;
  const costs = {
    listing:
      Math.ceil(listed / KEYS_A_PAGE) * LIST_PRICES.listRequest +
      (far ? listed * BYTES_A_KEY * LIST_PRICES.transferredByte : 0),
    requests: keys * (standard.write + READS * Math.max(price.read, standard.read)),
    retrieval: READINGS * bytes * price.readByte,
    transfer: far ? READINGS * bytes * LIST_PRICES.transferredByte : 0,
    kms: isKmsEncrypted ? READINGS * keys * LIST_PRICES.kmsRequest : 0,
    scratch: bytes * standard.byteMonth * (SCRATCH_DAYS / 30),
    functions:
      TRANSITIONS * LIST_PRICES.stateTransition +
      ((2 * bytes) / BYTES_A_SECOND) * 0.5 * LIST_PRICES.lambdaGigabyteSecond,
  };
  return { rehearsed, keys, bytes, costs, dollars: Object.values(costs).reduce((sum, one) => sum + one, 0) };
}

/** Of one object: looks of the restore, HEADs of the three sides, their bytes and tags. */
const READS = 8;
/** Of the replica: by the copy, and where it is what the copy is compared with. */
const READINGS = 2;
/** The lifecycle deletes what is a day old, at the next midnight. */
const SCRATCH_DAYS = 2;
/** Of the state machine, about. */
const TRANSITIONS = 60;
/** Read and hashed by a function with half a gigabyte: a guess, rather too low. */
const BYTES_A_SECOND = 30 * 1024 ** 2;

export function rehearsalInWords(
  estimates: readonly RehearsalEstimate[],
  { schedule }: Pick<Rehearsal, 'schedule'>,
): string {
  const total = estimates.reduce((sum, one) => sum + one.dollars, 0);
  const starts = startsAMonth(schedule) ?? 0;
  return [
    ...estimates.map(({ rehearsed: { bucket, objects }, keys, bytes, costs, dollars: cost }) => {
      const parts = costsInWords([
        ['listing', costs.listing],
        ['requests', costs.requests],
        ['retrieval', costs.retrieval],
        ['transfer between Regions', costs.transfer],
        ['KMS', costs.kms],
        ['the scratch bucket', costs.scratch],
        ['functions', costs.functions],
      ]);
      const listing = objects === undefined ? ', and to list the bucket: $5 for a thousand million objects' : '';
      return `Rehearsal of ${bucket}: at most ${count(keys)} objects, ${size(bytes)}; at most ${dollars(cost)}${parts}${listing}`;
    }),
    `By the schedule, ${schedule}, that is ${timesInWords(starts)} a month: at most ${dollars(starts * total)}. By ${PRICED}; replicas as they are written, without what a lifecycle has moved.`,
  ].join('\n');
}

function timesInWords(starts: number): string {
  const times = Number(starts.toFixed(starts < 10 ? 1 : 0));
  return times === 1 ? 'once' : `${count(times)} times`;
}
