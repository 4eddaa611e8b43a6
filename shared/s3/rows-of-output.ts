import type { DeleteMarkerEntry, ListObjectVersionsCommandOutput, ObjectVersion } from '@aws-sdk/client-s3';
import { compareKeys } from '../objects/key-order.ts';
import { decodeForm } from '../objects/object-key.ts';
import { given } from './given.ts';
import { present, unquoted } from './s3-wire.ts';
import type { VersionRow, VersionRows } from '../listing/version-rows.ts';

/**
 * The rows of an answer to ListObjectVersions that the SDK has read. It has versions and delete markers in two lists, each in S3's order: of those of one second, the
 * marker counts as the newer one.
 *
 * @throws {SyntaxError} if something is missing in it.
 */
export function rowsOfOutput(output: ListObjectVersionsCommandOutput): VersionRows {
  const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker, EncodingType } = output;
  const decoded = (text: string) => (EncodingType === 'url' ? decodeForm(text) : text);
  const versions = Versions.map((version) => versionOf(version, decoded));
  const markers = DeleteMarkers.map((marker) => markerOf(marker, decoded));
  return {
    entries: inOneOrder(versions, markers),
    isTruncated: given(IsTruncated, 'IsTruncated'),
    nextKey: NextKeyMarker === undefined ? undefined : decoded(NextKeyMarker),
    nextVersion: NextVersionIdMarker || undefined,
    encodingType: EncodingType,
  };
}

function versionOf(row: ObjectVersion, decoded: (text: string) => string): VersionRow {
  return {
    ...commonOf(row, decoded),
    deleteMarker: false,
    etag: unquoted(given(row.ETag, 'ETag')),
    size: given(row.Size, 'Size'),
    ...present({ storageClass: row.StorageClass }),
  };
}

function markerOf(row: DeleteMarkerEntry, decoded: (text: string) => string): VersionRow {
  return { ...commonOf(row, decoded), deleteMarker: true, etag: '', size: 0 };
}

function commonOf(
  { Key, VersionId, LastModified, IsLatest }: DeleteMarkerEntry,
  decoded: (text: string) => string,
): Pick<VersionRow, 'key' | 'versionId' | 'lastModified' | 'isLatest'> {
  return {
    key: decoded(given(Key, 'Key')),
    versionId: given(VersionId, 'VersionId'),
    lastModified: given(LastModified, 'LastModified'),
    isLatest: given(IsLatest, 'IsLatest'),
  };
}

function inOneOrder(versions: readonly VersionRow[], markers: readonly VersionRow[]): readonly VersionRow[] {
  if (markers.length === 0) return versions;
  const entries: VersionRow[] = [];
  let next = 0;
  for (const version of versions) {
    for (let marker = markers[next]; marker && isAbove(marker, version); marker = markers[++next]) entries.push(marker);
    entries.push(version);
  }
  for (const marker of markers.slice(next)) entries.push(marker);
  return entries;
}

function isAbove(marker: VersionRow, version: VersionRow): boolean {
  if (marker.key !== version.key) return compareKeys(marker.key, version.key) < 0;
  if (marker.isLatest || version.isLatest) return marker.isLatest;
  return marker.lastModified >= version.lastModified;
}
