import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { CustomerKeyError } from '../../../shared/objects/bucket.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { answerOfError } from '../../../shared/s3/s3-answer.ts';
import { s3Bucket } from '../../../shared/s3/s3-bucket.ts';
import { s3Look } from '../../../shared/s3/s3-look.ts';

const s3 = mockClient(S3Client);
afterEach(() => s3.reset());

const KEY = objectKey('k');
const access = {
  name: 'photos',
  owner: '111122223333',
  client: new S3Client({ region: 'us-east-1' }),
  signal: new AbortController().signal,
};
/** Both ways to look at an object. */
const LOOKS = { 'head()': () => s3Bucket(access).head(KEY), 's3Look()': () => s3Look(access, KEY) };

const KMS =
  'User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext';
const POLICY =
  'User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::photos/k" with an explicit deny in a resource-based policy';

describe.each(Object.entries(LOOKS))('%s where S3 refuses', (_, look) => {
  it.each<[string, number, Error | undefined, boolean, RegExp]>([
    ['a key that the role may not use', 403, refusal(403, 'AccessDenied', KMS), true, /status 403: .*kms:Decrypt/],
    [
      'a policy',
      403,
      refusal(403, 'AccessDenied', POLICY),
      true,
      /status 403: .*explicit deny in a resource-based policy/,
    ],
    ["an object of another account's", 403, refusal(403, 'AccessDenied', 'Access Denied'), true, /Object Ownership/],
    [
      "a bucket of another account's",
      403,
      refusal(403, 'AccessDenied', 'Access Denied'),
      false,
      /belongs to another account than expected/,
    ],
    ['no more at the second look', 403, undefined, true, /status 403: access denied, or/],
    [
      'an archived object, at the second look',
      403,
      refusal(403, 'InvalidObjectState', 'archived'),
      true,
      /status 403: access denied, or/,
    ],
    ['a bad request', 400, refusal(400, 'InvalidArgument', 'bad'), true, /status 400: a bad request/],
  ])('%s: says so', async (_name, status, ofGet, isOpen, message) => {
    refusing(status, ofGet, isOpen);
    await expect(look()).rejects.toThrow(
      expect.objectContaining({ code: `status ${status}`, message: expect.stringMatching(message) }),
    );
    for (const { args } of s3.calls()) expect(args[0].input).toMatchObject({ ExpectedBucketOwner: access.owner });
  });

  it('a key of the customer: says so', async () => {
    const why = 'The object was stored using a form of Server Side Encryption. The correct parameters must be provided';
    refusing(400, refusal(400, 'InvalidRequest', why), true);
    await expect(look()).rejects.toThrow(CustomerKeyError);
  });
});

it('a copy that is denied without a reason names the ownership of the object', () => {
  const answer = answerOfError(refusal(403, 'AccessDenied', 'Access Denied'));
  expect(answer).toMatchObject({ answer: 'refused', reason: expect.stringContaining('Object Ownership') });
  expect(answerOfError(refusal(403, 'AccessDenied', KMS))).toEqual({
    answer: 'refused',
    reason: `AccessDenied: ${KMS}`,
  });
});

function refusing(status: number, ofGet: Error | undefined, isOpen: boolean): void {
  s3.on(HeadObjectCommand).rejects(refusal(status, 'Forbidden', 'UnknownError'));
  if (ofGet === undefined) s3.on(GetObjectCommand).resolves({});
  else s3.on(GetObjectCommand).rejects(ofGet);
  if (isOpen) s3.on(HeadBucketCommand).resolves({});
  else s3.on(HeadBucketCommand).rejects(refusal(403, 'Forbidden', 'UnknownError'));
}

function refusal(httpStatusCode: number, name: string, message: string): S3ServiceException {
  return new S3ServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });
}
