/**
 * List prices in US dollars, of us-east-1, to know the order of magnitude. They may be old by now, other Regions differ, and
 * nobody's discounts are in them. `PRICED` says when they were last looked up.
 */
export const LIST_PRICES = {
  /** @see https://aws.amazon.com/s3/pricing/ (Requests: PUT, COPY, POST, LIST) */
  listRequest: 0.005 / 1000,
  copyRequest: 0.005 / 1000,
  /** @see https://aws.amazon.com/s3/pricing/ (Requests: GET, SELECT, and all other requests) */
  readRequest: 0.0004 / 1000,
  /** Out of one Region into another. @see https://aws.amazon.com/s3/pricing/ (Data transfer) */
  transferredByte: 0.02 / 1024 ** 3,
  /** Graviton, the first tier. @see https://aws.amazon.com/lambda/pricing/ */
  lambdaGigabyteSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  /** A standard workflow. @see https://aws.amazon.com/step-functions/pricing/ */
  stateTransition: 0.025 / 1000,
  /** Decrypt, GenerateDataKey. @see https://aws.amazon.com/kms/pricing/ */
  kmsRequest: 0.03 / 10_000,
  /** A standard queue. @see https://aws.amazon.com/sqs/pricing/ */
  queueRequest: 0.4 / 1e6,
  /** On demand. @see https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  tableWrite: 0.625 / 1e6,
} as const;

/** Which prices these are, and those of `storage-prices.ts`, as `… by` goes on. Whoever changes one of them looks all of them up. */
export const PRICED = 'list prices of us-east-1 as of December 2026';
