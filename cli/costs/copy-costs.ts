import { LIST_PRICES } from '../../shared/list-prices.ts';
import { STORAGE_PRICES } from '../../shared/storage-prices.ts';
import type { StorageClass } from '../../shared/objects/storage-classes.ts';

/** What is copied to a destination. */
export interface Copies {
  readonly objects: number;
  /** Requests that copy them: one each, or one for each part and two more. */
  readonly copies: number;
  readonly bytes: number;
}

export interface Into {
  readonly storageClass: StorageClass;
  /** In another Region than the source: what goes between them has its price. */
  readonly far: boolean;
  /** Requests to KMS for each request that copies. */
  readonly kmsRequests: number;
}

/** HEADs of both sides before and after, and the one that verifies. */
export const READS_A_COPY = 4;

/** Pure. Of a function it is half a second with half a gigabyte for each object, as S3 does the copying. */
export function costOfCopies(
  { objects, copies, bytes }: Copies,
  { storageClass, far, kmsRequests }: Into,
): { readonly requests: number; readonly dollars: number } {
  const anObject =
    READS_A_COPY * LIST_PRICES.readRequest +
    LIST_PRICES.tableWrite +
    LIST_PRICES.queueRequest +
    LIST_PRICES.lambdaRequest +
    0.25 * LIST_PRICES.lambdaGigabyteSecond;
  const aCopy = STORAGE_PRICES[storageClass].write + kmsRequests * LIST_PRICES.kmsRequest;
  return {
    requests: copies + objects * READS_A_COPY,
    dollars: objects * anObject + copies * aCopy + (far ? bytes * LIST_PRICES.transferredByte : 0),
  };
}
