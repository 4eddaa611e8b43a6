import type { CopiedPart, DestinationBucket, PartAnswer, TagsAnswer } from '../../../shared/objects/bucket.ts';
import { checksumAlgorithm, type ChecksumAlgorithm } from './checksum.ts';
import { changeObject } from './change-object.ts';
import { beginComplete } from './complete-upload.ts';
import { stateOf } from './object-state.ts';
import { answering, translating } from './in-process-answers.ts';
import { wireOf } from './wire.ts';
import type { InProcessDestination } from './wire.ts';
import { abortUpload, beginPartCopy, createUpload, uploadOf } from './multipart-upload.ts';
import type { Upload, UploadedPart } from './upload.ts';
import { S3Error } from './s3-error.ts';
import { SYSTEM_HEADERS } from './stored-object.ts';

type Uploads = Pick<
  DestinationBucket,
  'beginUpload' | 'copyPart' | 'doneParts' | 'completeUpload' | 'abortUpload' | 'setTags'
>;

/** The part of the port that copies in parts, on a store, without HTTP. */
export function inProcessUploads(options: InProcessDestination): Uploads {
  const { store, name, owner, source, unconditional = false } = options;
  const target = { bucket: name, expectedOwner: owner };
  const wire = wireOf(options);
  const at = (operation: Parameters<typeof wire>[0]['operation'], key: string) => ({ operation, bucket: name, key });
  return {
    beginUpload: ({ key, description, tags, checksum }) =>
      translating(`begin an upload of "${key}"`, () =>
        wire(at('CreateMultipartUpload', key), async (step) => {
          await step('commit');
          const { metadata, websiteRedirect } = description;
          const named: Record<string, string | undefined> = {
            'content-type': description.contentType,
            'content-encoding': description.contentEncoding,
            'content-language': description.contentLanguage,
            'content-disposition': description.contentDisposition,
            'cache-control': description.cacheControl,
            expires: description.expires,
          };
          const headers = Object.fromEntries(
            SYSTEM_HEADERS.flatMap((header) => (named[header] === undefined ? [] : [[header, named[header]]])),
          );
          const attributes = { headers, metadata, tags, ...(websiteRedirect !== undefined && { websiteRedirect }) };
          const { id, attributes: made } = createUpload(store, {
            ...target,
            key,
            attributes,
            ...(checksum && { checksum: { ...checksum, algorithm: computable(checksum.algorithm) } }),
          });
          return { key, id, kms: made.encryption.type === 'aws:kms' };
        }),
      ),
    async copyPart({ key, id }, { number, sourceETag, range }): Promise<PartAnswer> {
      const answer = await answering(() =>
        wire(at('UploadPartCopy', key), async (step) => {
          await step('begin');
          const from = {
            bucket: source.name,
            key,
            expectedOwner: source.owner,
            ...(source.versionId !== undefined && { versionId: source.versionId }),
            condition: { ifMatch: sourceETag },
          };
          const commit = beginPartCopy(
            store,
            { ...target, key, uploadId: id, number },
            { ...from, ...(range && { range }) },
          );
          const upload = uploadOf(store, { ...target, key, uploadId: id });
          await step('commit');
          return { part: copiedPart(commit(), upload) };
        }),
      );
      return 'answer' in answer ? answer : { answer: 'copied', ...answer };
    },
    doneParts: ({ key, id }) =>
      translating(`list the parts of "${key}"`, () =>
        wire(at('ListParts', key), async (step) => {
          await step('commit');
          try {
            const upload = uploadOf(store, { ...target, key, uploadId: id });
            const parts = [...upload.parts.values()].toSorted((one, other) => one.number - other.number);
            return parts.map((part) => copiedPart(part, upload));
          } catch (error) {
            if (error instanceof S3Error && error.code === 'NoSuchUpload') return undefined;
            throw error;
          }
        }),
      ),
    async completeUpload({ key, id }, { parts, replicaETag, size }) {
      const condition = replicaETag === undefined ? { ifNoneMatch: '*' } : { ifMatch: replicaETag };
      const answer = await answering(() =>
        wire(at('CompleteMultipartUpload', key), async (step) => {
          await step('begin');
          const commit = beginComplete(store, {
            ...target,
            key,
            uploadId: id,
            size,
            parts: parts.map(({ number, etag, checksum }) => ({
              number,
              etag,
              ...(checksum && { checksum: checksum.value }),
            })),
            condition: unconditional ? {} : condition,
          });
          await step('commit');
          return commit();
        }),
      );
      if ('answer' in answer) {
        const crossed = answer.reason.startsWith('ConditionalRequestConflict');
        return crossed ? { answer: 'moved', reason: answer.reason } : answer;
      }
      const { etag, versionId } = stateOf(store, answer, name);
      return { answer: 'copied', etag, ...(versionId !== undefined && { versionId }) };
    },
    abortUpload: ({ key, id }) =>
      translating(`end an upload of "${key}"`, () =>
        wire(at('AbortMultipartUpload', key), async (step) => {
          await step('commit');
          try {
            abortUpload(store, { ...target, key, uploadId: id });
          } catch (error) {
            if (!(error instanceof S3Error && error.code === 'NoSuchUpload')) throw error;
          }
        }),
      ),
    setTags: (key, { versionId, tags }) =>
      answering<TagsAnswer>(() =>
        wire(at('PutObjectTagging', key), async (step) => {
          await step('commit');
          changeObject(store, { ...target, key, ...(versionId !== undefined && { versionId }) }, { tags });
          return { answer: 'set' };
        }),
      ),
  };
}

function copiedPart({ number, etag, checksum }: UploadedPart, { checksum: { algorithm } }: Upload): CopiedPart {
  return { number, etag, checksum: { algorithm, value: checksum } };
}

function computable(name: string): ChecksumAlgorithm {
  const algorithm = checksumAlgorithm(name);
  if (algorithm === undefined) throw new S3Error('NotImplemented', `The simulator does not compute ${name}`);
  return algorithm;
}
