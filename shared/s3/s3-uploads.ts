import { setTimeout } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  PutObjectTaggingCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart, CopyPartResult, Part } from '@aws-sdk/client-s3';
import { backOff } from '../back-off.ts';
import { CHECKSUM_ALGORITHMS } from '../objects/bucket.ts';
import type { Checksum, CopiedPart, Description, DestinationBucket, PartCopy, Tag } from '../objects/bucket.ts';
import { copySource } from '../objects/object-key.ts';
import { answerOfError, errorCode, statusOf } from './s3-answer.ts';
import type { BucketAccess, Replication } from './s3-access.ts';
import { copiedAs, destinationCondition, explained, isKms, present, quoted, sentOnce, unquoted } from './s3-wire.ts';

type Uploads = Pick<
  DestinationBucket,
  'beginUpload' | 'copyPart' | 'doneParts' | 'completeUpload' | 'abortUpload' | 'setTags'
>;

/** The part of a destination that copies in parts, through the AWS SDK. */
export function s3Uploads(access: BucketAccess, { source, settings, commitClient }: Replication): Uploads {
  const { name, client } = access;
  const input = { Bucket: name, ExpectedBucketOwner: access.owner };
  const options = { abortSignal: access.signal };
  return {
    async beginUpload({ key, description, tags, checksum }) {
      const command = new CreateMultipartUploadCommand({
        ...input,
        Key: key,
        ...headersOf(description),
        ...(tags.length > 0 && { Tagging: tagging(tags) }),
        ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
        ...settings,
      });
      withExpires(command, description.expires);
      return explained(`Cannot begin to copy "${key}" in parts to "${name}"`, async () => {
        const { UploadId, ServerSideEncryption } = await client.send(command, options);
        if (UploadId === undefined) throw new TypeError('S3 began an upload without an id');
        return { key, id: UploadId, kms: isKms(ServerSideEncryption) };
      });
    },
    async copyPart({ key, id }, part) {
      const command = new UploadPartCopyCommand({
        ...input,
        Key: key,
        UploadId: id,
        PartNumber: part.number,
        CopySource: copySource(source.name, key, source.versionId),
        ExpectedSourceBucketOwner: source.owner,
        CopySourceIfMatch: quoted(part.sourceETag),
        ...rangeOf(part),
      });
      return sentOnce(access.signal, async () => {
        const { CopyPartResult } = await commitClient.send(command, options);
        if (CopyPartResult?.ETag === undefined)
          return { answer: 'unclear', reason: 'S3 answered 200 without a result' };
        return { answer: 'copied', part: copiedPart(part.number, CopyPartResult) };
      });
    },
    async doneParts({ key, id }) {
      const parts: CopiedPart[] = [];
      const page = async (PartNumberMarker?: string): Promise<string | undefined> => {
        const command = new ListPartsCommand({ ...input, Key: key, UploadId: id, ...present({ PartNumberMarker }) });
        const { Parts = [], IsTruncated, NextPartNumberMarker } = await client.send(command, options);
        for (const part of Parts) parts.push(copiedPart(part.PartNumber ?? 0, part));
        return IsTruncated === true ? NextPartNumberMarker : undefined;
      };
      return explained(`Cannot list the parts of "${key}" in "${name}"`, async () => {
        try {
          for (let marker = await page(); marker !== undefined; marker = await page(marker));
          return parts;
        } catch (error) {
          if (errorCode(error) === 'NoSuchUpload') return undefined;
          throw error;
        }
      });
    },
    async completeUpload({ key, id }, { parts, replicaETag, size }) {
      const command = new CompleteMultipartUploadCommand({
        ...input,
        Key: key,
        UploadId: id,
        MultipartUpload: { Parts: parts.map(completedPart) },
        MpuObjectSize: size,
        ...destinationCondition(replicaETag),
      });
      return sentOnce(
        access.signal,
        async () => {
          const { ETag, VersionId } = await commitClient.send(command, options);
          return copiedAs(ETag, { versionId: VersionId });
        },
        answerOfCompletion,
      );
    },
    async abortUpload({ key, id }) {
      const command = new AbortMultipartUploadCommand({ ...input, Key: key, UploadId: id });
      // Also when the time of the invocation is up.
      const abortSignal = AbortSignal.timeout(PATIENCE_MS);
      await explained(`Cannot end the upload of "${key}" to "${name}"`, () =>
        patiently(abortSignal, () =>
          client.send(command, { abortSignal }).catch((error: unknown) => {
            if (errorCode(error) !== 'NoSuchUpload') throw error;
          }),
        ),
      );
    },
    async setTags(Key, { versionId, tags }) {
      const TagSet = tags.map((tag) => ({ Key: tag.key, Value: tag.value }));
      const command = new PutObjectTaggingCommand({
        ...input,
        Key,
        Tagging: { TagSet },
        ...present({ VersionId: versionId }),
      });
      return sentOnce(access.signal, async () => {
        await commitClient.send(command, options);
        return { answer: 'set' };
      });
    },
  };
}

/** An invocation ends some seconds after it gives S3 up. */
const PATIENCE_MS = 5_000;

/** Asks again, until the time is up, what S3 does not take now but may take later. */
async function patiently<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const { answer } = answerOfError(error);
      if (answer !== 'later' && answer !== 'unclear') throw error;
      await setTimeout(backOff(attempt, Math.random()), undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}

function answerOfCompletion(error: unknown): ReturnType<typeof answerOfError> {
  const answer = answerOfError(error);
  const crossed = statusOf(error) === 409 || errorCode(error) === 'ConditionalRequestConflict';
  return crossed ? { answer: 'moved', reason: answer.reason } : answer;
}

/** The SDK takes only a date, and writes it in its own way; S3 takes and tells any text, `0` and `never` included. */
function withExpires({ middlewareStack }: CreateMultipartUploadCommand, expires: string | undefined): void {
  if (expires === undefined) return;
  middlewareStack.add(
    (next) => (args) => {
      if (hasHeaders(args.request)) Object.assign(args.request.headers, { expires });
      return next(args);
    },
    // After the headers are written, before they are signed.
    { step: 'build', name: 'expiresAsItIs' },
  );
}

function hasHeaders(request: unknown): request is { readonly headers: object } {
  if (typeof request !== 'object' || request === null || !('headers' in request)) return false;
  return typeof request.headers === 'object' && request.headers !== null;
}

function tagging(tags: readonly Tag[]): string {
  const query = new URLSearchParams();
  for (const { key, value } of tags) query.append(key, value);
  return query.toString();
}

/** What an upload in parts does not take over by itself, as a copy does. */
function headersOf(description: Description) {
  return {
    ...present({
      ContentType: description.contentType,
      ContentEncoding: description.contentEncoding,
      ContentLanguage: description.contentLanguage,
      ContentDisposition: description.contentDisposition,
      CacheControl: description.cacheControl,
      WebsiteRedirectLocation: description.websiteRedirect,
    }),
    Metadata: { ...description.metadata },
  };
}

/** A range is refused for a source of up to 5 MiB: such an object is copied whole. */
function rangeOf({ range }: PartCopy) {
  return range === undefined ? {} : { CopySourceRange: `bytes=${range.first}-${range.last}` };
}

function copiedPart(number: number, result: CopyPartResult | Part): CopiedPart {
  const checksum = partChecksum(result);
  return { number, etag: unquoted(result.ETag ?? ''), ...(checksum && { checksum }) };
}

function partChecksum(result: CopyPartResult | Part): Pick<Checksum, 'algorithm' | 'value'> | undefined {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = result[`Checksum${algorithm}`];
    if (value !== undefined) return { algorithm, value };
  }
  return undefined;
}

function completedPart({ number, etag, checksum }: CopiedPart): CompletedPart {
  return {
    PartNumber: number,
    ETag: quoted(etag),
    ...(checksum && { [`Checksum${checksum.algorithm}`]: checksum.value }),
  };
}
