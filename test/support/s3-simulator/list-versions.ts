import { S3Error } from './s3-error.ts';
import { bucketNamed, keysAfter, type Store, type Version } from './store.ts';

/** One page of all versions, the newest of each key first. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export function listVersions(store: Store, list: ListVersions): VersionPage {
  const bucket = bucketNamed(store, list.bucket, list.expectedOwner);
  if (!bucket.mayList) throw new S3Error('AccessDenied');
  const room = Math.min(list.maxKeys ?? 1000, 1000, store.pageSize());
  const versions: ListedVersion[] = [];
  for (const key of keysFrom(list)) {
    if (!key.startsWith(list.prefix ?? '')) continue;
    const all = (bucket.keys.get(key)?.versions ?? []).toReversed();
    const seen = key === list.keyMarker ? all.findIndex(({ versionId }) => versionId === list.versionIdMarker) + 1 : 0;
    for (const [index, version] of all.entries()) {
      if (index < seen) continue;
      if (versions.length === room) return { versions, ...next(versions) };
      versions.push({ key, version, isLatest: index === 0 });
    }
  }
  return { versions };

  /** With both markers the listing goes on inside the key, with the key's alone behind it. */
  function* keysFrom({ keyMarker = '', versionIdMarker }: ListVersions): Generator<string> {
    if (keyMarker !== '' && versionIdMarker !== undefined) yield keyMarker;
    yield* keysAfter(bucket, keyMarker);
  }
}

export interface ListVersions {
  readonly bucket: string;
  readonly expectedOwner?: string;
  readonly prefix?: string;
  readonly keyMarker?: string;
  readonly versionIdMarker?: string;
  readonly maxKeys?: number;
}

export interface ListedVersion {
  readonly key: string;
  readonly version: Version;
  readonly isLatest: boolean;
}

export interface VersionPage {
  readonly versions: readonly ListedVersion[];
  /** Present if there is more. */
  readonly next?: { readonly keyMarker: string; readonly versionIdMarker: string };
}

function next(versions: readonly ListedVersion[]): Pick<VersionPage, 'next'> {
  const last = versions.at(-1);
  return last ? { next: { keyMarker: last.key, versionIdMarker: last.version.versionId } } : {};
}
