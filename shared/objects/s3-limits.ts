const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/**
 * What S3 allows.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html ("5 GB", in S3's words, are 5 GiB)
 */
export const S3_LIMITS = {
  /** Bytes that one request copies. */
  singleCopy: 5 * GIB,
  /** Bytes of a part, but for the last one. */
  smallestPart: 5 * MIB,
  largestPart: 5 * GIB,
  parts: 10_000,
  /** 48.8 TiB. */
  largestObject: 10_000 * 5 * GIB,
} as const;
