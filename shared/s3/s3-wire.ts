import { BucketError } from '../objects/bucket.ts';
import type { CopyAnswer } from '../objects/bucket.ts';
import { answerOfError, errorCode, statusOf } from './s3-answer.ts';

/** @throws {BucketError} that says what was being done, and why it failed. */
export async function explained<T>(doing: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw bucketError(doing, cause);
  }
}

/**
 * `undefined` where S3 answers that status, and only there. A bucket that is gone is an error: nobody knows what was in it. (The
 * answer to a HEAD does not tell the two apart.)
 *
 * @throws {BucketError}
 */
export async function unlessStatus<T>(status: number, doing: string, ask: () => Promise<T>): Promise<T | undefined> {
  return explained(doing, async () => {
    try {
      return await ask();
    } catch (error) {
      if (statusOf(error) === status && errorCode(error) !== 'NoSuchBucket') return undefined;
      throw error;
    }
  });
}

export function destinationCondition(replicaETag: string | undefined) {
  return replicaETag === undefined ? { IfNoneMatch: '*' } : { IfMatch: quoted(replicaETag) };
}

type Refusal = Exclude<CopyAnswer, { answer: 'copied' }>;

/** Sends a request that commits: what goes wrong is an answer. What is not even sent is certain not to land. */
export async function sentOnce<T>(
  signal: AbortSignal,
  send: () => Promise<T>,
  answerOf: (error: unknown) => Refusal = answerOfError,
): Promise<T | Refusal> {
  if (signal.aborted) return { answer: 'refused', reason: 'not sent, as the time of the invocation is up' };
  try {
    return await send();
  } catch (error) {
    return answerOf(error);
  }
}

/** An answer 200 without an ETag is not S3's: the SDK takes an error body that ends in a newline for a result. */
export function copiedAs(
  etag: string | undefined,
  versions: { readonly versionId: string | undefined; readonly sourceVersionId?: string | undefined },
): CopyAnswer {
  if (etag === undefined) return { answer: 'unclear', reason: 'S3 answered 200 without a result' };
  return { answer: 'copied', etag: unquoted(etag), ...present(versions) };
}

/** A HEAD's error has no body: its status is all there is to say. */
function bucketError(doing: string, cause: unknown): BucketError {
  const status = statusOf(cause);
  const code = status === undefined ? errorCode(cause) : `status ${status}`;
  const why = MEANING.get(status) ?? (cause instanceof Error ? cause.message : String(cause));
  return new BucketError(`${doing}: ${code}: ${why}`, { code, cause });
}

const MEANING: ReadonlyMap<number | undefined, string> = new Map([
  [301, 'the bucket is in another Region than configured'],
  [400, 'a bad request, or an object encrypted with a key of the customer (SSE-C)'],
  [403, 'access denied, or the bucket belongs to another account than expected'],
  [404, 'there is no such bucket'],
]);

export function quoted(etag: string): string {
  return `"${etag}"`;
}

export function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}

/** Also KMS in two layers (`aws:kms:dsse`). */
export function isKms(encryption: string | undefined): boolean {
  return encryption?.startsWith('aws:kms') ?? false;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that have a value: absent and `undefined` must not compare as different. */
export function present<T extends object>(fields: T): Present<T> {
  const result: Present<T> = { ...fields };
  for (const name in result) if (result[name] === undefined) delete result[name];
  return result;
}
