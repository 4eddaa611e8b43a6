import { globSync, readFileSync } from 'node:fs';
import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { beforeAll, expect, it } from 'vitest';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { s3Bucket, s3DestinationBucket } from '../../../shared/s3/s3-bucket.ts';
import { s3Canary, s3CanaryReplica } from '../../../shared/s3/s3-canary.ts';
import { s3Expiry } from '../../../shared/s3/s3-expiry.ts';
import { s3Files } from '../../../shared/s3/s3-files.ts';
import { s3GivenBack } from '../../../shared/s3/s3-given-back.ts';
import { s3ListedBucket } from '../../../shared/s3/s3-listing.ts';
import { s3Look } from '../../../shared/s3/s3-look.ts';
import { s3NewBuckets } from '../../../shared/s3/s3-new-bucket.ts';
import { s3Notification } from '../../../shared/s3/s3-notification.ts';
import { s3Thaw } from '../../../shared/s3/s3-thaw.ts';
import { s3VersionListing } from '../../../shared/s3/s3-version-listing.ts';
import { s3VersionedBucket } from '../../../shared/s3/s3-versions.ts';

const KEY = objectKey('k');
const OWNER = '111122223333';
const SOURCE_OWNER = '444455556666';

/** Answers to what is asked before something else; all else is refused. */
const ANSWERS: Readonly<Record<string, object>> = {
  HeadObjectCommand: { ETag: '"e"' },
  GetObjectTaggingCommand: {},
  CreateBucketCommand: {},
  GetBucketTaggingCommand: {},
  PutPublicAccessBlockCommand: {},
  PutBucketVersioningCommand: {},
};

const sent: { readonly name: string; readonly input: object }[] = [];

function clientThat({ refusesAll }: { readonly refusesAll: boolean }): S3Client {
  const client = new S3Client({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
  client.middlewareStack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => {
        sent.push({ name: commandName, input });
        const answer = ANSWERS[commandName];
        if (answer !== undefined && !refusesAll) return { response: {}, output: { $metadata: {}, ...answer } };
        const $metadata = { httpStatusCode: 403 };
        throw new S3ServiceException({ name: 'AccessDenied', message: 'denied', $fault: 'client', $metadata });
      },
    { step: 'initialize', priority: 'high', name: 'S3' },
  );
  return client;
}

/** Each thing that can be asked of S3, once. */
function askAll(client: S3Client): readonly (() => Promise<unknown>)[] {
  const access = { name: 'photos', owner: OWNER, client, signal: new AbortController().signal };
  const bucket = s3Bucket(access);
  const source = { name: 'source', owner: SOURCE_OWNER };
  const replicas = s3DestinationBucket(access, { source, settings: {}, commitClient: client });
  const upload = { key: KEY, id: 'id' };
  const files = s3Files(access);
  const canary = { content: '', metadata: {}, tag: { key: 'k', value: 'v' } };
  const buckets = s3NewBuckets({ owner: OWNER, region: 'us-east-1', client, signal: access.signal });
  const notification = s3Notification(client, { bucket: 'photos', owner: OWNER });
  const archived = { versionId: 'v', storageClass: 'GLACIER', archiveStatus: undefined, tier: 'bulk' } as const;
  return [
    () => bucket.head(KEY),
    () => bucket.headPart(KEY, { etag: 'e', number: 1 }),
    () => bucket.tags(KEY, undefined),
    () => bucket.digest(KEY, { etag: 'e', algorithm: 'md5' }),
    () => bucket.look(),
    () => replicas.copy({ key: KEY, sourceETag: 'e', replicaETag: undefined }),
    () => replicas.beginUpload({ key: KEY, description: { metadata: {}, tagCount: 0 }, tags: [] }),
    () => replicas.copyPart(upload, { number: 1, sourceETag: 'e' }),
    () => replicas.doneParts(upload),
    () => replicas.completeUpload(upload, { parts: [], replicaETag: undefined, size: 1 }),
    () => replicas.abortUpload(upload),
    () => replicas.setTags(KEY, { versionId: undefined, tags: [] }),
    () => files.read('file'),
    () => files.write('file', ''),
    () => files.list('folder/'),
    () => s3Look(access, KEY),
    () => s3Canary(access).put(canary),
    () => s3CanaryReplica(access).look('another'),
    () => s3Expiry(access),
    () => s3GivenBack(access, {})({}),
    () => s3ListedBucket(access).level(''),
    () => s3ListedBucket(access).pages({})[Symbol.asyncIterator]().next(),
    () => s3VersionListing(access).page({}),
    () => s3VersionedBucket(access).versionsOf(KEY)[Symbol.asyncIterator]().next(),
    () => s3Thaw(access)(KEY, archived),
    () => buckets.find('photos'),
    () => buckets.make('photos', {}),
    () => buckets.keepsVersions('photos'),
    () => buckets.tellsIamOfTags('photos'),
    () => notification.read(),
    () => notification.replace({}, { tryOut: false }),
  ];
}

beforeAll(async () => {
  for (const refusesAll of [false, true])
    for (const ask of askAll(clientThat({ refusesAll }))) await ask().catch(() => undefined);
});

it('every request names the owner that it expects, and every copy also that of its source', () => {
  const unnamed = sent.filter(({ input }) => !('ExpectedBucketOwner' in input) || input.ExpectedBucketOwner !== OWNER);
  // It is not there yet.
  expect([...new Set(unnamed.map(({ name }) => name))]).toEqual(['CreateBucketCommand']);
  const copies = sent.filter(({ input }) => 'CopySource' in input);
  expect(copies.length).toBeGreaterThan(0);
  for (const { input } of copies) expect(input).toMatchObject({ ExpectedSourceBucketOwner: SOURCE_OWNER });
});

it('no request of the adapters is left out here', () => {
  const commands = globSync('{shared,functions}/**/s3-*.ts').flatMap((file) =>
    Array.from(readFileSync(file, 'utf8').matchAll(/new (\w+Command)\(/g), ([, name]) => name),
  );
  expect(commands.length).toBeGreaterThan(0);
  expect([...new Set(sent.map(({ name }) => name))]).toEqual(expect.arrayContaining([...new Set(commands)]));
});
