import { BucketError } from '../../../shared/objects/bucket.ts';
import type { CopyAnswer } from '../../../shared/objects/bucket.ts';
import { S3Error } from './s3-error.ts';
import { LostAnswer } from './wire.ts';

export async function answering<T extends object>(
  ask: () => Promise<T>,
): Promise<T | Exclude<CopyAnswer, { answer: 'copied' }>> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LostAnswer) return { answer: 'unclear', reason: error.message };
    if (!(error instanceof S3Error)) throw error;
    const answer = answerOf(error);
    const reason = `${error.code}: ${error.message}`;
    return answer === 'later'
      ? { answer, reason, ...(error.status !== 409 && { slowDown: true }) }
      : { answer, reason };
  }
}

export async function translating<Result>(what: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw bucketError(what, error);
  }
}

/** What the port makes of a refusal; the contract suite holds this one and the real adapter to the same answers. */
function answerOf({ code, status }: S3Error): 'moved' | 'later' | 'unclear' | 'refused' {
  if (code === 'PreconditionFailed' || code === 'NoSuchKey' || code === 'NoSuchVersion') return 'moved';
  if (code === 'SlowDown' || status === 409 || status === 429) return 'later';
  return status >= 500 ? 'unclear' : 'refused';
}

function bucketError(what: string, cause: unknown): unknown {
  if (cause instanceof S3Error) return new BucketError(`Cannot ${what}: ${cause.message}`, { code: cause.code, cause });
  if (cause instanceof LostAnswer) return new BucketError(`Cannot ${what}: no answer`, { code: cause.name, cause });
  return cause;
}
