import { createHash } from 'node:crypto';
import type { Bucket, DestinationBucket, ObjectState, PartState } from '../../../shared/objects/bucket.ts';
import { bytesOf } from './content.ts';
import type { WriteCondition } from './conditions.ts';
import { beginCopy } from './copy-object.ts';
import { getObject, headObject } from './read-object.ts';
import { inProcessUploads } from './in-process-uploads.ts';
import { S3Error } from './s3-error.ts';
import { bucketNamed } from './store.ts';
import { checksumValue } from './stored-object.ts';
import type { StoredObject } from './stored-object.ts';
import { directWire } from './wire.ts';
import type { Call, InProcess, InProcessDestination } from './wire.ts';
import { answering, translating } from './in-process-answers.ts';
import { stateOf } from './object-state.ts';

/** The port of `shared/objects/bucket.ts`, on a store, without HTTP: what to read the source through. */
export function inProcessBucket({ store, name, owner, versionId: pinnedTo, wire = directWire }: InProcess): Bucket {
  const pinned = pinnedTo === undefined ? {} : { versionId: pinnedTo };
  const ask = <Result>(operation: Call['operation'], key: string, look: () => Result): Promise<Result> =>
    translating(`${operation} "${key}" in "${name}"`, () =>
      wire({ operation, bucket: name, key }, async (step) => {
        await step('commit');
        return look();
      }),
    );
  return {
    name,
    head: (key, { checksum } = { checksum: false }) =>
      ask('HeadObject', key, () =>
        orAbsent(() => {
          const object = headObject(store, { bucket: name, key, expectedOwner: owner, ...pinned });
          return { ...stateOf(store, object, name), ...(checksum && checksumOf(object)) };
        }),
      ),
    headPart: (key, { etag, number }) =>
      ask('HeadObject', key, () =>
        orAbsent(
          () =>
            partOf(
              headObject(store, {
                bucket: name,
                key,
                expectedOwner: owner,
                ...pinned,
                condition: { ifMatch: etag },
              }),
              number,
            ),
          412,
        ),
      ),
    tags: (key, versionId) =>
      ask(
        'GetObjectTagging',
        key,
        () =>
          headObject(store, {
            bucket: name,
            key,
            expectedOwner: owner,
            ...(versionId === undefined ? pinned : { versionId }),
          }).tags,
      ),
    digest: (key, { etag, algorithm }) =>
      ask('GetObject', key, () =>
        orAbsent(
          () =>
            orAbsent(() => {
              const read = { bucket: name, key, expectedOwner: owner, ...pinned, condition: { ifMatch: etag } };
              return createHash(algorithm)
                .update(bytesOf(getObject(store, read).content))
                .digest('hex');
            }),
          412,
        ),
      ),
    look: () => ask('HeadBucket', '', () => void bucketNamed(store, name, owner)),
  };
}

/** The same for what is written to, by copies out of `source`. */
export function inProcessDestination(options: InProcessDestination): DestinationBucket {
  const { store, name, owner, source, unconditional = false, wire = directWire } = options;
  return {
    ...inProcessBucket(options),
    ...inProcessUploads(options),
    async copy({ key, sourceETag, replicaETag, websiteRedirect }) {
      const carried = answering(() =>
        wire({ operation: 'CopyObject', bucket: name, key }, async (step) => {
          await step('begin');
          const commit = beginCopy(store, {
            bucket: name,
            key,
            expectedOwner: owner,
            condition: unconditional ? {} : destinationCondition(replicaETag),
            source: {
              bucket: source.name,
              key,
              expectedOwner: source.owner,
              ...(source.versionId !== undefined && { versionId: source.versionId }),
              condition: { ifMatch: sourceETag },
            },
            ...(websiteRedirect !== undefined && { websiteRedirect }),
          });
          await step('commit');
          return commit();
        }),
      );
      const answer = await carried;
      if ('answer' in answer) return answer;
      const { etag, versionId } = stateOf(store, answer.object, name);
      const sourceVersioned = bucketNamed(store, source.name).versioning !== 'off';
      return {
        answer: 'copied',
        etag,
        ...(versionId !== undefined && { versionId }),
        ...(sourceVersioned && { sourceVersionId: answer.sourceVersionId }),
      };
    },
  };
}

function orAbsent<T>(look: () => T, status = 404): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof S3Error && error.status === status) return undefined;
    throw error;
  }
}

function destinationCondition(replicaETag: string | undefined): WriteCondition {
  return replicaETag === undefined ? { ifNoneMatch: '*' } : { ifMatch: replicaETag };
}

function checksumOf(object: StoredObject): Pick<ObjectState, 'checksum'> {
  const { algorithm, composite } = object.checksum;
  const type = composite === undefined ? 'FULL_OBJECT' : 'COMPOSITE';
  return { checksum: { algorithm, type, value: checksumValue(object) } };
}

function partOf({ parts, content }: StoredObject, number: number): PartState {
  if (parts === undefined) return { size: content.size, count: 1 };
  const part = parts[number - 1];
  if (part === undefined) throw new S3Error('InvalidPartNumber');
  return { size: part.size, count: parts.length };
}
