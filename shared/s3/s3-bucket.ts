import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CopyObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { Bucket, DestinationBucket } from '../objects/bucket.ts';
import { copySource } from '../objects/object-key.ts';
import { withItsReason } from './s3-denied.ts';
import { sendHead } from './s3-head.ts';
import { objectState } from './s3-object-state.ts';
import { s3Uploads } from './s3-uploads.ts';
import { copiedAs, destinationCondition, explained, present, quoted, sentOnce, unlessStatus } from './s3-wire.ts';
import type { BucketAccess, PinnedAccess, Replication } from './s3-access.ts';

/** A bucket seen through the AWS SDK. */
export function s3Bucket(access: PinnedAccess): Bucket {
  const { name, owner, client, signal } = access;
  const bucket = { Bucket: name, ExpectedBucketOwner: owner };
  const pinned = present({ VersionId: access.versionId });
  const input = { ...bucket, ...pinned };
  const options = { abortSignal: signal };
  let seen = false;
  return {
    name,
    async head(Key, { checksum } = { checksum: false }) {
      const asked = { ...input, Key, ...(checksum && { ChecksumMode: 'ENABLED' as const }) };
      return unlessStatus(404, `Cannot look at "${Key}" in "${name}"`, async () =>
        // Without s3:ListBucket a missing key answers 403: only a 404 means that there is nothing.
        objectState(await sendHead(client, asked, options)),
      ).catch(async (error: unknown) => {
        throw await withItsReason(access, { error, key: Key });
      });
    },
    async headPart(Key, { etag, number }) {
      const command = new HeadObjectCommand({ ...input, Key, PartNumber: number, IfMatch: quoted(etag) });
      return unlessStatus(412, `Cannot look at part ${number} of "${Key}" in "${name}"`, async () => {
        const { ContentLength, PartsCount } = await client.send(command, options);
        return { size: ContentLength ?? 0, count: PartsCount ?? 1 };
      });
    },
    async tags(Key, VersionId) {
      const command = new GetObjectTaggingCommand({
        ...bucket,
        Key,
        ...(VersionId === undefined ? pinned : { VersionId }),
      });
      return explained(`Cannot read the tags of "${Key}" in "${name}"`, async () => {
        const { TagSet = [] } = await client.send(command, options);
        return TagSet.map((tag) => ({ key: tag.Key ?? '', value: tag.Value ?? '' }));
      });
    },
    async digest(Key, { etag, algorithm }) {
      const command = new GetObjectCommand({ ...input, Key, IfMatch: quoted(etag) });
      const doing = `Cannot read "${Key}" in "${name}"`;
      const ask = async () => {
        const { Body } = await client.send(command, options);
        const hash = createHash(algorithm);
        if (!(Body instanceof Readable)) throw new TypeError('S3 answered a GET without a body');
        await pipeline(Body, hash, { signal });
        return hash.digest('hex');
      };
      return unlessStatus(412, doing, () => unlessStatus(404, doing, ask));
    },
    async look() {
      if (seen) return;
      await explained(`Cannot look at the bucket "${name}"`, () => client.send(new HeadBucketCommand(bucket), options));
      seen = true;
    },
  };
}

/** A destination seen through the AWS SDK. */
export function s3DestinationBucket(access: BucketAccess, replicas: Replication): DestinationBucket {
  const { source, settings, commitClient } = replicas;
  return {
    ...s3Bucket(access),
    ...s3Uploads(access, replicas),
    async copy(request) {
      const command = new CopyObjectCommand({
        Bucket: access.name,
        ExpectedBucketOwner: access.owner,
        Key: request.key,
        CopySource: copySource(source.name, request.key, source.versionId),
        ExpectedSourceBucketOwner: source.owner,
        CopySourceIfMatch: quoted(request.sourceETag),
        ...destinationCondition(request.replicaETag),
        ...present({ WebsiteRedirectLocation: request.websiteRedirect }),
        ...settings,
      });
      return sentOnce(access.signal, async () => {
        const { CopyObjectResult, VersionId, CopySourceVersionId } = await commitClient.send(command, {
          abortSignal: access.signal,
        });
        return copiedAs(CopyObjectResult?.ETag, { versionId: VersionId, sourceVersionId: CopySourceVersionId });
      });
    },
  };
}

/** A client for reading, or (`attempts: 1`) for requests that must not be sent twice. Made once, used by all invocations. */
export function s3Client(
  region: string,
  { attempts, sockets, endpoint, credentials, asTheyAre, proxyEnv }: ClientOptions,
): S3Client {
  const agent = { maxSockets: sockets, ...(proxyEnv && { proxyEnv }) };
  return new S3Client({
    region,
    ...(credentials && { credentials }),
    maxAttempts: attempts,
    ...(asTheyAre && { responseChecksumValidation: 'WHEN_REQUIRED' }),
    // Behind an endpoint of one's own there is no wildcard name for each bucket.
    forcePathStyle: endpoint !== undefined,
    requestHandler: {
      connectionTimeout: 5_000,
      // A copy may rightly take minutes; the invocation's signal ends it.
      ...(attempts === 1 ? {} : { requestTimeout: 30_000, throwOnRequestTimeout: true }),
      httpsAgent: agent,
      httpAgent: agent,
    },
  } satisfies S3ClientConfig);
}

export interface ClientOptions {
  readonly attempts: number;
  /** Connections kept open; as many as requests are in flight. */
  readonly sockets: number;
  /** `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, which the SDK reads for itself. */
  readonly endpoint: string | undefined;
  /** Bytes that do not fit the checksum that S3 keeps are read as they are, and are no error of the SDK's. */
  readonly asTheyAre?: boolean;
  /** Whose requests they are; absent: those of the function's role. */
  readonly credentials?: S3ClientConfig['credentials'];
  /** Variables that name a proxy, as Node's agents read them; absent: none, as in a function. */
  readonly proxyEnv?: Readonly<Record<string, string>>;
}
