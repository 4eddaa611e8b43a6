import { createHash } from 'node:crypto';
import {
  BucketError,
  type Bucket,
  type CopyAnswer,
  type DestinationBucket,
  type ObjectState,
  type PartState,
} from '../../../shared/bucket.ts';
import { bytesOf } from './content.ts';
import type { WriteCondition } from './conditions.ts';
import { beginCopy } from './copy-object.ts';
import { getObject, headObject } from './read-object.ts';
import type { Operation } from './http/operation.ts';
import { inProcessUploads } from './in-process-uploads.ts';
import { S3Error } from './s3-error.ts';
import { bucketNamed, type Store } from './store.ts';
import { checksumValue, isArchived, type StoredObject } from './stored-object.ts';

/** The port of `shared/bucket.ts`, on a store, without HTTP: what to read the source through. */
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

export interface InProcessDestination extends InProcess {
  readonly source: Owned;
  /** Leaves the destination's condition out, for a test that proves that it is needed. */
  readonly unconditional?: boolean;
}

export interface Owned {
  readonly name: string;
  readonly owner: string;
  /** Of every key that version; absent: the current one. */
  readonly versionId?: string;
}

export interface InProcess extends Owned {
  readonly store: Store;
  /** What lies between the caller and S3; absent: nothing. */
  readonly wire?: Wire;
}

/**
 * Carries a call to S3, and the answer back. `serve` is what S3 does; it awaits `step` before it looks at the source (`begin`) and
 * before it looks at the destination and writes (`commit`; for a read: before it looks).
 *
 * A wire that throws {@link LostAnswer} leaves its caller without a clear answer, whatever becomes of the call.
 */
export type Wire = <Result>(call: Call, serve: (step: ServerStep) => Promise<Result>) => Promise<Result>;
export type ServerStep = (at: 'begin' | 'commit') => Promise<void>;

export interface Call {
  readonly operation: Operation;
  readonly bucket: string;
  readonly key: string;
}

export class LostAnswer extends Error {
  override readonly name = 'TimeoutError';
}

export function wireOf({ wire = directWire }: Pick<InProcess, 'wire'>): Wire {
  return wire;
}

const directWire: Wire = (_, serve) => serve(() => Promise.resolve());

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

export async function translating<Result>(what: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw bucketError(what, error);
  }
}

export async function answering<T extends object>(
  ask: () => Promise<T>,
): Promise<T | Exclude<CopyAnswer, { answer: 'copied' }>> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LostAnswer) return { answer: 'unclear', reason: error.message };
    if (!(error instanceof S3Error)) throw error;
    const answer = answerOf(error);
    const reason = `${error.code}: ${error.message}`;
    return answer === 'later'
      ? { answer, reason, ...(error.status !== 409 && { slowDown: true }) }
      : { answer, reason };
  }
}

/** What the port makes of a refusal; the contract suite holds this one and the real adapter to the same answers. */
function answerOf({ code, status }: S3Error): 'moved' | 'later' | 'unclear' | 'refused' {
  if (code === 'PreconditionFailed' || code === 'NoSuchKey' || code === 'NoSuchVersion') return 'moved';
  if (code === 'SlowDown' || status === 409 || status === 429) return 'later';
  return status >= 500 ? 'unclear' : 'refused';
}

function bucketError(what: string, cause: unknown): unknown {
  if (cause instanceof S3Error) return new BucketError(`Cannot ${what}: ${cause.message}`, { code: cause.code, cause });
  if (cause instanceof LostAnswer) return new BucketError(`Cannot ${what}: no answer`, { code: cause.name, cause });
  return cause;
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

export function stateOf(store: Store, object: StoredObject, bucket: string): ObjectState {
  const versioned = bucketNamed(store, bucket).versioning !== 'off';
  const { headers, websiteRedirect } = object;
  const named = {
    contentType: headers['content-type'],
    contentEncoding: headers['content-encoding'],
    contentLanguage: headers['content-language'],
    contentDisposition: headers['content-disposition'],
    cacheControl: headers['cache-control'],
    expires: headers.expires,
    websiteRedirect,
  };
  return {
    etag: object.etag,
    size: object.content.size,
    lastModified: new Date(Math.floor(object.modified / 1000) * 1000),
    ...(versioned && { versionId: object.versionId }),
    kms: object.encryption.type === 'aws:kms',
    ...(object.encryption.type === 'aws:kms' && { kmsKeyArn: object.encryption.keyId }),
    archived: isArchived(object),
    ...(object.archiveStatus !== undefined && { archiveStatus: object.archiveStatus }),
    description: {
      ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
      metadata: object.metadata,
      tagCount: object.tags.length,
    },
  };
}
