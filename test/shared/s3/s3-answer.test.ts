import { expect, it } from 'vitest';
import { answerOfError } from '../../../shared/s3/s3-answer.ts';

/** As the SDK throws it; an error inside a 200 bears the status 503. */
function s3Error(status: number | undefined, name: string): Error {
  return Object.assign(new Error('what S3 says'), {
    name,
    ...(status !== undefined && { $metadata: { httpStatusCode: status } }),
  });
}

it.each([
  ['moved', 412, 'PreconditionFailed'],
  ['moved', 503, 'PreconditionFailed'],
  ['moved', 404, 'NoSuchKey'],
  ['moved', 404, 'Unknown'],
  ['later', 503, 'SlowDown'],
  ['later', 409, 'ConditionalRequestConflict'],
  ['later', 409, 'SomethingElse'],
  ['later', 429, 'Unknown'],
  ['later', 400, 'RequestTimeout'],
  ['unclear', 500, 'InternalError'],
  ['unclear', 503, 'InternalError'],
  ['unclear', 503, 'ServiceUnavailable'],
  ['unclear', 502, 'Unknown'],
  ['unclear', 504, 'Unknown'],
  ['unclear', 200, 'SyntaxError'],
  ['unclear', undefined, 'TimeoutError'],
  ['unclear', undefined, 'AbortError'],
  ['refused', 403, 'AccessDenied'],
  ['refused', 503, 'AccessDenied'],
  ['refused', 403, 'InvalidObjectState'],
  ['refused', 503, 'InvalidArgument'],
  ['refused', 404, 'NoSuchBucket'],
  ['refused', 400, 'EntityTooLarge'],
  ['refused', 400, 'KMS.DisabledException'],
  ['refused', 503, 'KMS.NotFoundException'],
  ['refused', 301, 'PermanentRedirect'],
  ['refused', 307, 'TemporaryRedirect'],
  ['refused', 501, 'NotImplemented'],
] as const)('says "%s" of the status %s with the code %s', (answer, status, code) => {
  expect(answerOfError(s3Error(status, code))).toMatchObject({ answer, reason: `${code}: what S3 says` });
});

it.each([
  [true, 503, 'SlowDown'],
  [true, 429, 'Unknown'],
  [false, 409, 'ConditionalRequestConflict'],
  [false, 400, 'RequestTimeout'],
  [false, 503, 'InternalError'],
] as const)('says slowDown: %s of the status %s with the code %s', (slowDown, status, code) => {
  expect('slowDown' in answerOfError(s3Error(status, code))).toBe(slowDown);
});

it('takes the code of the network where there is no answer', () => {
  const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  expect(answerOfError(reset)).toEqual({ answer: 'unclear', reason: 'ECONNRESET: socket hang up' });
});
