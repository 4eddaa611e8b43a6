import type { StorageClass } from './objects/storage-classes.ts';

/** What S3 takes for one storage class. US dollars. */
export interface StoragePrice {
  /** A PUT, COPY, POST or part that writes into it. */
  readonly write: number;
  /** A GET or HEAD. */
  readonly read: number;
  /** Whatever is read from it, for each byte. */
  readonly readByte: number;
  /** For each byte and month. */
  readonly byteMonth: number;
}

const GIB = 1024 ** 3;

/**
 * List prices of us-east-1, the first tier of each; `PRICED` says as of when. S3 counts a gigabyte as 2^30 bytes.
 *
 * @see https://aws.amazon.com/s3/pricing/ (Storage; Requests & data retrievals)
 */
export const STORAGE_PRICES: Readonly<Record<StorageClass, StoragePrice>> = {
  STANDARD: { write: 0.005 / 1000, read: 0.0004 / 1000, readByte: 0, byteMonth: 0.023 / GIB },
  STANDARD_IA: { write: 0.01 / 1000, read: 0.001 / 1000, readByte: 0.01 / GIB, byteMonth: 0.0125 / GIB },
  ONEZONE_IA: { write: 0.01 / 1000, read: 0.001 / 1000, readByte: 0.01 / GIB, byteMonth: 0.01 / GIB },
  // Storage as in its tier of frequent access, where everything begins.
  INTELLIGENT_TIERING: { write: 0.005 / 1000, read: 0.0004 / 1000, readByte: 0, byteMonth: 0.023 / GIB },
  GLACIER_IR: { write: 0.02 / 1000, read: 0.01 / 1000, readByte: 0.03 / GIB, byteMonth: 0.004 / GIB },
  GLACIER: { write: 0.03 / 1000, read: 0.0004 / 1000, readByte: 0, byteMonth: 0.0036 / GIB },
  DEEP_ARCHIVE: { write: 0.05 / 1000, read: 0.0004 / 1000, readByte: 0, byteMonth: 0.00099 / GIB },
};

/** What an archive takes to give back: for each object that it is asked for, and for each byte. */
export interface RetrievalPrice {
  readonly request: number;
  readonly byte: number;
}

/**
 * As above. Deep Archive knows no haste: there a restore asks at the standard tier.
 *
 * @see https://aws.amazon.com/s3/pricing/ (Requests & data retrievals)
 * @see https://repost.aws/knowledge-center/s3-manage-data-retrieval (the same, reckoned for 100 TB)
 */
export const RETRIEVAL_PRICES = {
  GLACIER: {
    expedited: { request: 10 / 1000, byte: 0.03 / GIB },
    standard: { request: 0.05 / 1000, byte: 0.01 / GIB },
    bulk: { request: 0, byte: 0 },
  },
  DEEP_ARCHIVE: {
    expedited: { request: 0.1 / 1000, byte: 0.02 / GIB },
    standard: { request: 0.1 / 1000, byte: 0.02 / GIB },
    bulk: { request: 0.025 / 1000, byte: 0.0025 / GIB },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, RetrievalPrice>>>>;
