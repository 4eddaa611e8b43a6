import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { awaitReplicas } from '../../local/await-replicas.ts';

const s3 = new S3Client({ region: 'us-east-1' });
const answers = mockClient(s3);
beforeEach(() => answers.reset());

const put = { etag: 'new', at: 0 };
const puts = new Map([
  ['a', put],
  ['b c', put],
]);

function page(...objects: readonly (readonly [key: string, etag: string])[]) {
  return { Contents: objects.map(([Key, etag]) => ({ Key, ETag: `"${etag}"`, Size: 1, LastModified: new Date(0) })) };
}

describe('awaitReplicas()', () => {
  it('waits for every page to hold what was put, as it was put', async () => {
    answers
      .on(ListObjectsV2Command)
      .resolvesOnce(page(['a', 'old'], ['b+c', 'new']))
      .resolvesOnce({ ...page(['a', 'new']), IsTruncated: true, NextContinuationToken: 'next' })
      .resolvesOnce(page(['b%20c', 'new'], ['z', 'extra']));
    const seen: string[] = [];
    const listing = await awaitReplicas(
      { s3, bucket: 'photos-eu' },
      { puts, total: () => 2, onProgress: (said) => seen.push(said) },
    );
    expect([...listing.keys()]).toEqual(['a', 'b c', 'z']);
    expect(seen).toEqual(['photos-eu: 1 of 2', 'photos-eu: 2 of 2']);
  });

  it('gives up when nothing arrives any more, and tells what is absent', async () => {
    answers.on(ListObjectsV2Command).resolves(page(['a', 'new'], ['b+c', 'old']));
    await expect(awaitReplicas({ s3, bucket: 'photos-eu' }, { puts, total: () => 2, patienceMs: 100 })).rejects.toThrow(
      'Nothing has arrived in "photos-eu" for 0.1 s: 1 of 2 objects are there, among the absent are "b c".',
    );
  });
});
