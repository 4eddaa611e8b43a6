import type { CopyAnswer } from '../objects/bucket.ts';

/**
 * What an error of the SDK means for a request that commits. The code decides before the status does, because the SDK gives
 * every error inside a 200 the status 503.
 *
 *     what S3 said                                             answer
 *     PreconditionFailed, NoSuchKey, NoSuchVersion, 412, 404   moved
 *     SlowDown, ConditionalRequestConflict and the like, 409, 429   later
 *     AccessDenied, Invalid…, NoSuchBucket, KMS.… and the like,
 *     every other 3xx (another Region) and 4xx, 501             refused
 *     InternalError, every other 5xx, no answer at all         unclear
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function answerOfError(error: unknown): Exclude<CopyAnswer, { answer: 'copied' }> {
  const code = errorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const reason = `${code}: ${code === 'AccessDenied' ? whyDenied(message) : message}`;
  const answer = BY_CODE.get(code) ?? byStatus(statusOf(error), code);
  return answer === 'later'
    ? { answer, reason, ...(isSlowDown(error, code) && { slowDown: true }) }
    : { answer, reason };
}

/**
 * Why access is denied. To a caller of the bucket's own account S3 says which action is denied, and by which policy; where it gives no reason, the object
 * itself may belong to another account, which no policy of the bucket's account reaches.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export function whyDenied(message: string): string {
  if (!/^\s*Access Denied\.?\s*$/i.test(message)) return message;
  return 'S3 denies access and gives no reason. An object that another account wrote belongs to that account, unless the Object Ownership of the bucket is "bucket owner enforced": set it so, or have its owner grant access. If it is not that, a bucket policy, an SCP or a VPC endpoint refuses it';
}

function isSlowDown(error: unknown, code: string): boolean {
  return code === 'SlowDown' || code === 'TooManyRequests' || statusOf(error) === 429;
}

/** S3's error code, or the name of the network's error. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'UnknownError';
  if ('Code' in error && typeof error.Code === 'string') return error.Code;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name;
}

type Refusal = 'moved' | 'later' | 'unclear' | 'refused';

const BY_CODE: ReadonlyMap<string, Refusal> = new Map([
  ['PreconditionFailed', 'moved'],
  ['NoSuchKey', 'moved'],
  ['NoSuchVersion', 'moved'],
  ['SlowDown', 'later'],
  ['ConditionalRequestConflict', 'later'],
  ['OperationAborted', 'later'],
  ['RequestTimeout', 'later'],
  ['TooManyRequests', 'later'],
  ['InternalError', 'unclear'],
  ['AccessDenied', 'refused'],
  ['EntityTooLarge', 'refused'],
] as const);

function byStatus(status: number | undefined, code: string): Refusal {
  if (/^(KMS\.|Invalid|NoSuch)/.test(code)) return 'refused';
  if (status === 412 || status === 404) return 'moved';
  if (status === 409 || status === 429) return 'later';
  if (status !== undefined && status >= 300 && status < 500) return 'refused';
  if (status === 501) return 'refused';
  return 'unclear';
}

/** The status of the answer; `undefined` if there was none. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
