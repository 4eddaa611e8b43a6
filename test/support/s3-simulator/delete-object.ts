import { S3Error } from './s3-error.ts';
import { bucketNamed, currentVersion, keyState, type BucketState, type Store } from './store.ts';
import { addVersion, admit, beginWrite, newVersionId, type Commit, type Target } from './write.ts';

/**
 * Begins to delete: the current object (a delete marker takes its place where versions are kept), or one version for good.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */
export function beginDelete(store: Store, target: DeleteTarget): Commit<Deleted> {
  const { key, versionId, condition } = target;
  if (condition?.ifNoneMatch !== undefined) throw new S3Error('NotImplemented');
  if (versionId !== undefined) {
    if (condition?.ifMatch !== undefined) throw new S3Error('NotImplemented');
    bucketNamed(store, target.bucket, target.expectedOwner);
    return () => removeVersion(bucketNamed(store, target.bucket, target.expectedOwner), { key, versionId });
  }
  // `*` asks for any object: the ETag that is there now, whichever it is.
  const any = condition?.ifMatch === '*';
  const pending = beginWrite(store, any ? { ...target, condition: {} } : target);
  return () => {
    const bucket = admit(store, pending);
    if (any && currentVersion(bucket, key)?.kind !== 'object') throw new S3Error('PreconditionFailed');
    return remove(store, bucket, key);
  };
}

export function deleteObject(store: Store, target: DeleteTarget): Deleted {
  return beginDelete(store, target)();
}

export interface DeleteTarget extends Target {
  readonly versionId?: string;
}

export interface Deleted {
  readonly versionId?: string;
  /** True if a delete marker was made, or was what has been removed. */
  readonly deleteMarker: boolean;
}

/** Only `enabled` keeps the version `null`; a suspended bucket replaces it by the marker. */
function remove(store: Store, bucket: BucketState, key: string): Deleted {
  if (bucket.versioning === 'off') return removeVersion(bucket, { key, versionId: 'null' }, false);
  const versionId = bucket.versioning === 'enabled' ? newVersionId(store) : 'null';
  addVersion(bucket, key, { kind: 'delete marker', versionId, modified: store.now() });
  return { versionId, deleteMarker: true };
}

function removeVersion(
  bucket: BucketState,
  { key, versionId }: { key: string; versionId: string },
  named = true,
): Deleted {
  const state = keyState(bucket, key);
  const found = state.versions.find((version) => version.versionId === versionId);
  if (found) {
    state.versions = state.versions.filter((version) => version !== found);
    state.writes += 1;
  }
  return { ...(named && { versionId }), deleteMarker: found?.kind === 'delete marker' };
}
