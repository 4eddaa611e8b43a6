import { listObjects, type Listed } from '../list-objects.ts';
import { listVersions, type ListedVersion } from '../list-versions.ts';
import type { StoredObject } from '../stored-object.ts';
import { S3Error } from '../s3-error.ts';
import { seconds, xml } from './answer.ts';
import type { S3Request } from './request.ts';
import type { Route } from './route.ts';
import { bucketTarget } from './target.ts';
import { element, optional, type Xml } from './xml.ts';

const objects: Route = (store, request) => () => {
  const text = encoder(request);
  const { query } = request;
  if (query.get('list-type') !== '2') throw new S3Error('NotImplemented', 'The simulator lists by ListObjectsV2 only');
  const { prefix, delimiter, token, startAfter } = {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? undefined,
    token: query.get('continuation-token') ?? undefined,
    startAfter: query.get('start-after') ?? undefined,
  };
  const maxKeys = numberOf(request, 'max-keys');
  const page = listObjects(store, {
    ...bucketTarget(request),
    prefix,
    maxKeys,
    ...(delimiter !== undefined && { delimiter }),
    ...(token !== undefined && { token }),
    ...(startAfter !== undefined && { startAfter }),
  });
  return xml(
    element(
      'ListBucketResult',
      element('Name', request.bucket),
      element('Prefix', text(prefix)),
      optional('Delimiter', delimiter === undefined ? undefined : text(delimiter)),
      optional('StartAfter', startAfter === undefined ? undefined : text(startAfter)),
      optional('ContinuationToken', token),
      optional('NextContinuationToken', page.nextToken),
      optional('EncodingType', query.get('encoding-type') ?? undefined),
      element('KeyCount', page.objects.length + page.commonPrefixes.length),
      element('MaxKeys', maxKeys),
      element('IsTruncated', page.nextToken !== undefined),
      ...page.objects.map(({ key, object }: Listed) =>
        element('Contents', element('Key', text(key)), ...facts(object)),
      ),
      ...page.commonPrefixes.map((group) => element('CommonPrefixes', element('Prefix', text(group)))),
    ),
  );
};

const versions: Route = (store, request) => () => {
  const text = encoder(request);
  const { query } = request;
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const versionIdMarker = query.get('version-id-marker') ?? undefined;
  const maxKeys = numberOf(request, 'max-keys');
  const page = listVersions(store, {
    ...bucketTarget(request),
    prefix,
    keyMarker,
    maxKeys,
    ...(versionIdMarker !== undefined && { versionIdMarker }),
  });
  return xml(
    element(
      'ListVersionsResult',
      element('Name', request.bucket),
      element('Prefix', text(prefix)),
      element('KeyMarker', text(keyMarker)),
      element('VersionIdMarker', versionIdMarker),
      optional('NextKeyMarker', page.next && text(page.next.keyMarker)),
      optional('NextVersionIdMarker', page.next?.versionIdMarker),
      optional('EncodingType', query.get('encoding-type') ?? undefined),
      element('MaxKeys', maxKeys),
      element('IsTruncated', page.next !== undefined),
      ...page.versions.map((listed) => versionElement(listed, text)),
    ),
  );
};

export const LISTING_ROUTES = { ListObjectsV2: objects, ListObjectVersions: versions };

function versionElement({ key, version, isLatest }: ListedVersion, text: (key: string) => string): Xml {
  const head = [element('Key', text(key)), element('VersionId', version.versionId), element('IsLatest', isLatest)];
  if (version.kind === 'object') return element('Version', ...head, ...facts(version));
  return element('DeleteMarker', ...head, element('LastModified', seconds(version.modified)));
}

function facts(object: StoredObject): readonly Xml[] {
  const { checksum } = object;
  return [
    element('LastModified', seconds(object.modified)),
    element('ETag', `"${object.etag}"`),
    element('ChecksumAlgorithm', checksum.algorithm),
    element('ChecksumType', checksum.composite === undefined ? 'FULL_OBJECT' : 'COMPOSITE'),
    element('Size', object.content.size),
    element('StorageClass', object.storageClass),
  ];
}

/** Under `encoding-type=url` keys come form-encoded, with slashes as they are: the space is a plus sign. */
export function encoder({ query }: S3Request): (text: string) => string {
  const encoding = query.get('encoding-type');
  if (encoding === null) return (text) => text;
  if (encoding !== 'url') throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return (text) =>
    encodeURIComponent(text)
      .replaceAll('%20', '+')
      .replaceAll('%2F', '/')
      .replace(/[!'()]/g, percent);
}

/** @throws {S3Error} InvalidArgument */
export function numberOf({ query }: S3Request, name: string): number {
  const text = query.get(name) ?? '1000';
  if (!/^\d+$/.test(text))
    throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`);
  return Math.min(Number(text), 1000);
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
