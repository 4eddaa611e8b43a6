import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { BegunUpload, ObjectState } from '../objects/bucket.ts';
import { objectKey, type ObjectKey } from '../objects/object-key.ts';
import type { ReplicaSeen } from '../ledger/seen.ts';
import { S3_LIMITS } from '../objects/s3-limits.ts';
import type { Sides } from './sides.ts';
import { partsOfSize } from './plan-copy.ts';

/**
 * A copy that several invocations make together: what it is of, what it replaces, and the upload it goes into. Which parts are done is not
 * carried along, as S3 knows it.
 */
export interface LongCopy {
  readonly key: ObjectKey;
  readonly sourceETag: string;
  /** Tells the state of the source that is copied from every other, also from one with the same bytes: see `fingerprint`. */
  readonly source: string;
  /** Absent: the destination held no object. */
  readonly replicaETag?: string | undefined;
  /** Bytes of every part but the last. Absent: the parts are as large as the source's are, each of which is asked for. */
  readonly partSize?: number | undefined;
  /** Absent until the upload has been begun. */
  readonly uploadId?: string | undefined;
  /** That upload is encrypted by KMS. */
  readonly kms?: boolean | undefined;
  /** What the upload has become, and when, in milliseconds since 1970. */
  readonly completed?: (ReplicaSeen & { readonly at?: number | undefined }) | undefined;
  /** When S3 says the key changed, in milliseconds since 1970. Absent: no event told of it. */
  readonly changedAt?: number | undefined;
  /** The number in the name of the execution. */
  readonly attempt: number;
  /** Invocations that have worked on it. */
  readonly rounds: number;
  /** Those of them that got no clear answer. */
  readonly unclear?: number | undefined;
}

/** The copy of an object in parts of these sizes (bytes), for others to make. */
export function longCopyOf(
  key: ObjectKey,
  {
    source,
    replica,
    changedAt,
    sizes,
    upload,
  }: Sides & { readonly sizes: readonly number[]; readonly upload?: BegunUpload },
): LongCopy {
  const [partSize = 0] = sizes;
  const even = partsOfSize(source.size, partSize);
  const isEven = even?.length === sizes.length && even.every((size, index) => size === sizes[index]);
  return {
    key,
    sourceETag: source.etag,
    source: fingerprint(source),
    ...(replica && { replicaETag: replica.etag }),
    ...(isEven && { partSize }),
    ...(upload && { uploadId: upload.id, kms: upload.kms }),
    ...(changedAt && { changedAt: changedAt.getTime() }),
    attempt: 1,
    rounds: 0,
  };
}

/** The same for the same state of an object: an object that is written again differs, even if its bytes are the same. */
export function fingerprint({ etag, size, lastModified, versionId, description }: ObjectState): string {
  const { metadata, ...rest } = description;
  const facts = [etag, size, lastModified, versionId, sorted(rest), sorted(metadata)];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** S3 tells metadata in any order. */
function sorted(fields: object): readonly (readonly [string, unknown])[] {
  return Object.entries(fields).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

const etag = v.pipe(v.string(), v.regex(/^[\x21\x23-\x7e]{1,128}$/));
const id = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,2048}$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));

/** Of a copy that comes back from where it was kept. */
export const longCopySchema = v.strictObject({
  key: v.pipe(v.string(), v.transform(objectKey)),
  sourceETag: etag,
  source: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  replicaETag: v.optional(etag),
  partSize: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(S3_LIMITS.largestPart))),
  uploadId: v.optional(id),
  kms: v.optional(v.boolean()),
  completed: v.optional(v.strictObject({ etag, versionId: v.optional(id), at: v.optional(v.number()) })),
  changedAt: v.optional(v.number()),
  attempt: count,
  rounds: count,
  unclear: v.optional(count),
});
