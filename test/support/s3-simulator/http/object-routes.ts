import { assertTags, changeObject } from '../change-object.ts';
import { contentOf, contentMd5 } from '../content.ts';
import { beginCopy } from '../copy-object.ts';
import { beginDelete } from '../delete-object.ts';
import { beginPut } from '../put-object.ts';
import { findObject } from '../read-object.ts';
import { S3Error } from '../s3-error.ts';
import { bucketNamed } from '../store.ts';
import { checksumValue, type StoredObject, type Tag } from '../stored-object.ts';
import { empty, seconds, xml } from './answer.ts';
import { attributesOf, checksumOf, describing, encryptionOf, tagsOf } from './object-headers.ts';
import { readRoute } from './read-route.ts';
import type { S3Request } from './request.ts';
import type { Route } from './route.ts';
import { checksumHeaders, writtenHeaders } from './show-object.ts';
import { copySourceOf, isVersioned, requestedAlgorithm, targetOf, writeTarget } from './target.ts';
import { childrenNamed, element, parseXml, textOf, type Xml } from './xml.ts';

const putObject: Route = (store, request) => {
  const content = contentOf(request.body);
  assertMd5(request);
  const checksum = checksumOf(request.headers);
  const attributes = attributesOf(request.headers);
  const commit = beginPut(store, { ...writeTarget(request), content, attributes, ...(checksum && { checksum }) });
  return () => {
    const object = commit();
    const headers = { etag: `"${object.etag}"`, ...checksumHeaders(object) };
    return empty(200, { ...headers, ...writtenHeaders(object, isVersioned(store, targetOf(request).bucket)) });
  };
};

const copyObject: Route = (store, request) => {
  const { headers } = request;
  const source = copySourceOf(request);
  const storageClass = headers['x-amz-storage-class'];
  const websiteRedirect = headers['x-amz-website-redirect-location'];
  const encryption = encryptionOf(headers);
  const checksumAlgorithm = requestedAlgorithm(request);
  const commit = beginCopy(store, {
    ...writeTarget(request),
    source,
    ...(replaces(headers['x-amz-metadata-directive']) && { replace: describing(headers) }),
    ...(replaces(headers['x-amz-tagging-directive']) && { tags: tagsOf(headers) }),
    ...(storageClass !== undefined && { storageClass }),
    ...(websiteRedirect !== undefined && { websiteRedirect }),
    ...(encryption && { encryption }),
    ...(checksumAlgorithm && { checksumAlgorithm }),
  });
  return () => {
    const { object, sourceVersionId } = commit();
    const shown = writtenHeaders(object, isVersioned(store, targetOf(request).bucket));
    const from = isVersioned(store, source.bucket) ? { 'x-amz-copy-source-version-id': sourceVersionId } : {};
    return xml(copied(object), { ...shown, ...from });
  };
};

const deleteObject: Route = (store, request) => {
  const commit = beginDelete(store, writeTarget(request));
  return () => {
    const { versionId, deleteMarker } = commit();
    return empty(204, {
      ...(versionId !== undefined && { 'x-amz-version-id': versionId }),
      ...(deleteMarker && { 'x-amz-delete-marker': 'true' }),
    });
  };
};

const getObjectTagging: Route = (store, request) => () => {
  const target = targetOf(request);
  const object = findObject(bucketNamed(store, target.bucket, target.expectedOwner), target);
  const tags = object.tags.map(({ key, value }) => element('Tag', element('Key', key), element('Value', value)));
  const versioned = isVersioned(store, target.bucket);
  return xml(element('Tagging', element('TagSet', ...tags)), versioned ? { 'x-amz-version-id': object.versionId } : {});
};

const putObjectTagging: Route = (store, request) => {
  const [set] = childrenNamed(parseXml(request.body.toString()), 'TagSet');
  if (!set) throw new S3Error('MalformedXML');
  const tags = assertTags(
    childrenNamed(set, 'Tag').map((tag): Tag => {
      return { key: textOf(tag, 'Key') ?? '', value: textOf(tag, 'Value') ?? '' };
    }),
  );
  return () => {
    const object = changeObject(store, targetOf(request), { tags });
    return empty(200, isVersioned(store, targetOf(request).bucket) ? { 'x-amz-version-id': object.versionId } : {});
  };
};

export const OBJECT_ROUTES = {
  PutObject: putObject,
  CopyObject: copyObject,
  GetObject: readRoute,
  HeadObject: readRoute,
  DeleteObject: deleteObject,
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
};

function copied(object: StoredObject): Xml {
  return element(
    'CopyObjectResult',
    element('ETag', `"${object.etag}"`),
    element('LastModified', seconds(object.modified)),
    element(`Checksum${object.checksum.algorithm}`, checksumValue(object)),
    element('ChecksumType', 'FULL_OBJECT'),
  );
}

function replaces(directive: string | undefined): boolean {
  if (directive === undefined || directive === 'COPY') return false;
  if (directive !== 'REPLACE') throw new S3Error('InvalidArgument', `Unknown directive ${directive}`);
  return true;
}

function assertMd5({ body, headers }: S3Request): void {
  const md5 = headers['content-md5'];
  if (md5 !== undefined && Buffer.from(md5, 'base64').toString('hex') !== contentMd5(contentOf(body))) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
}
