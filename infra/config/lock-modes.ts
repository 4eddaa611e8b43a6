/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes */
export const LOCK_MODES = ['GOVERNANCE', 'COMPLIANCE'] as const;
