import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import type { DestinationBucket } from '../../../shared/objects/bucket.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { s3DestinationBucket } from '../../../shared/s3/s3-bucket.ts';

const s3 = mockClient(S3Client);
afterEach(() => s3.reset());

const KEY = objectKey('k');
const OWNER = '111122223333';

function destination(signal: AbortSignal): DestinationBucket {
  const client = new S3Client({ region: 'eu-west-1' });
  return s3DestinationBucket(
    { name: 'photos-eu', owner: OWNER, client, signal },
    { source: { name: 'photos', owner: OWNER }, settings: {}, commitClient: client },
  );
}

describe('a request that was never sent, as the time was up before', () => {
  it.each<[string, (bucket: DestinationBucket) => Promise<unknown>]>([
    ['copy()', (bucket) => bucket.copy({ key: KEY, sourceETag: 'a', replicaETag: undefined })],
    ['copyPart()', (bucket) => bucket.copyPart({ key: KEY, id: 'u' }, { number: 1, sourceETag: 'a' })],
    [
      'completeUpload()',
      (bucket) => bucket.completeUpload({ key: KEY, id: 'u' }, { parts: [], replicaETag: undefined, size: 1 }),
    ],
  ])('%s: nothing can land of it, which is certain', async (_, ask) => {
    expect(await ask(destination(AbortSignal.abort()))).toEqual({
      answer: 'refused',
      reason: 'not sent, as the time of the invocation is up',
    });
    expect(s3.calls()).toHaveLength(0);
  });
});
