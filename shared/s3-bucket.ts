import { CopyObjectCommand, HeadBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { CopyObjectCommandInput, HeadObjectCommandOutput, S3ClientConfig } from '@aws-sdk/client-s3';
import { BucketError } from './bucket.ts';
import type { Bucket, CopyAnswer, CopyRequest, Description, DestinationBucket, ObjectState } from './bucket.ts';
import { copySource } from './object-key.ts';
import { answerOfError, errorCode, statusOf } from './s3-answer.ts';

/** Which bucket, whose it must be, and how to reach it. */
export interface BucketAccess {
  readonly name: string;
  /** The account that must own the bucket: a name that changed hands gets an error, never data. */
  readonly owner: string;
  /** For requests that only read; the SDK repeats them. */
  readonly client: S3Client;
  /** Ends every request of one invocation before the invocation itself ends. */
  readonly signal: AbortSignal;
}

/** A bucket seen through the AWS SDK. */
export function s3Bucket({ name, owner, client, signal }: BucketAccess): Bucket {
  const input = { Bucket: name, ExpectedBucketOwner: owner };
  let seen = false;
  return {
    name,
    async head(key) {
      try {
        return objectState(await client.send(new HeadObjectCommand({ ...input, Key: key }), { abortSignal: signal }));
      } catch (cause) {
        // Without s3:ListBucket a missing key answers 403: only a 404 means that there is nothing.
        if (statusOf(cause) === 404) return undefined;
        throw bucketError(`Cannot look at "${key}" in "${name}"`, cause);
      }
    },
    async look() {
      if (seen) return;
      try {
        await client.send(new HeadBucketCommand(input), { abortSignal: signal });
        seen = true;
      } catch (cause) {
        throw bucketError(`Cannot look at the bucket "${name}"`, cause);
      }
    },
  };
}

/** What the destination chooses for its replicas; what is left out is S3's or the bucket's default. */
export type ReplicaSettings = Pick<
  CopyObjectCommandInput,
  'StorageClass' | 'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'
>;

/** A destination seen through the AWS SDK. */
export function s3DestinationBucket(
  access: BucketAccess,
  replicas: {
    readonly source: { readonly name: string; readonly owner: string };
    readonly settings: ReplicaSettings;
    /** For the requests that commit: a client that sends everything once. */
    readonly commitClient: S3Client;
  },
): DestinationBucket {
  const { source, settings, commitClient } = replicas;
  return {
    ...s3Bucket(access),
    async copy(request) {
      const command = new CopyObjectCommand({
        Bucket: access.name,
        ExpectedBucketOwner: access.owner,
        Key: request.key,
        CopySource: copySource(source.name, request.key),
        ExpectedSourceBucketOwner: source.owner,
        CopySourceIfMatch: quoted(request.sourceETag),
        ...destinationCondition(request),
        ...present({ WebsiteRedirectLocation: request.websiteRedirect }),
        ...settings,
      });
      try {
        const { CopyObjectResult, VersionId, CopySourceVersionId } = await commitClient.send(command, {
          abortSignal: access.signal,
        });
        return copied(CopyObjectResult?.ETag, { versionId: VersionId, sourceVersionId: CopySourceVersionId });
      } catch (error) {
        return answerOfError(error);
      }
    },
  };
}

/** A client for reading, or (`attempts: 1`) for requests that must not be sent twice. Made once, used by all invocations. */
export function s3Client(region: string, { attempts, sockets, endpoint }: ClientOptions): S3Client {
  return new S3Client({
    region,
    maxAttempts: attempts,
    // Behind an endpoint of one's own there is no wildcard name for each bucket.
    forcePathStyle: endpoint !== undefined,
    requestHandler: {
      connectionTimeout: 5_000,
      // A copy may rightly take minutes; the invocation's signal ends it.
      ...(attempts === 1 ? {} : { requestTimeout: 30_000, throwOnRequestTimeout: true }),
      httpsAgent: { maxSockets: sockets },
      httpAgent: { maxSockets: sockets },
    },
  } satisfies S3ClientConfig);
}

export interface ClientOptions {
  readonly attempts: number;
  /** Connections kept open; as many as requests are in flight. */
  readonly sockets: number;
  /** `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, which the SDK reads for itself. */
  readonly endpoint: string | undefined;
}

function destinationCondition({ replicaETag }: CopyRequest) {
  return replicaETag === undefined ? { IfNoneMatch: '*' } : { IfMatch: quoted(replicaETag) };
}

/** An answer 200 without an ETag is not S3's: the SDK has been seen to take an error body with a trailing newline for a result. */
function copied(
  etag: string | undefined,
  versions: { readonly versionId: string | undefined; readonly sourceVersionId: string | undefined },
): CopyAnswer {
  if (etag === undefined) return { answer: 'unclear', reason: 'S3 answered 200 without a result' };
  return { answer: 'copied', etag: unquoted(etag), ...present(versions) };
}

function objectState(head: HeadObjectCommandOutput): ObjectState {
  const { ETag, ContentLength, LastModified, VersionId } = head;
  if (ETag === undefined || ContentLength === undefined || LastModified === undefined) {
    throw new TypeError('S3 answered a HEAD without ETag, length or date');
  }
  return {
    etag: unquoted(ETag),
    size: ContentLength,
    lastModified: LastModified,
    ...present({ versionId: VersionId }),
    archived: isArchived(head),
    description: description(head),
  };
}

function description(head: HeadObjectCommandOutput): Description {
  return {
    ...present({
      contentType: head.ContentType,
      contentEncoding: head.ContentEncoding,
      contentLanguage: head.ContentLanguage,
      contentDisposition: head.ContentDisposition,
      cacheControl: head.CacheControl,
      expires: head.ExpiresString,
      websiteRedirect: head.WebsiteRedirectLocation,
    }),
    metadata: head.Metadata ?? {},
    tagCount: head.TagCount ?? 0,
  };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (x-amz-restore, x-amz-archive-status) */
function isArchived({ StorageClass, ArchiveStatus, Restore }: HeadObjectCommandOutput): boolean {
  const restored = Restore?.includes('ongoing-request="false"') ?? false;
  if (restored) return false;
  return ArchiveStatus !== undefined || StorageClass === 'GLACIER' || StorageClass === 'DEEP_ARCHIVE';
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

function quoted(etag: string): string {
  return `"${etag}"`;
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that have a value: absent and `undefined` must not compare as different. */
function present<T extends object>(fields: T): Present<T> {
  const result: Present<T> = { ...fields };
  for (const name in result) if (result[name] === undefined) delete result[name];
  return result;
}
