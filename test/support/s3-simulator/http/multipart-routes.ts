import { contentChecksum, contentOf } from '../content.ts';
import { beginComplete, type ChosenPart } from '../complete-upload.ts';
import { abortUpload, beginPartCopy, createUpload, uploadOf, uploadPart } from '../multipart-upload.ts';
import type { UploadedPart } from '../upload.ts';
import { compareUtf8 } from '../key-order.ts';
import { S3Error } from '../s3-error.ts';
import { bucketNamed } from '../store.ts';
import { encoder, numberOf } from './listing-routes.ts';
import { attributesOf, checksumOf, unquoted } from './object-headers.ts';
import { empty, seconds, xml } from './answer.ts';
import type { S3Request } from './request.ts';
import type { Route } from './route.ts';
import { checksumHeaders, encryptionHeaders, writtenHeaders } from './show-object.ts';
import { bucketTarget, copySourceOf, isVersioned, requestedAlgorithm, targetOf, writeTarget } from './target.ts';
import { childrenNamed, element, optional, parseXml, textOf, type Node } from './xml.ts';

const create: Route = (store, request) => () => {
  const algorithm = requestedAlgorithm(request);
  const type = request.headers['x-amz-checksum-type'];
  if (type !== undefined && type !== 'FULL_OBJECT' && type !== 'COMPOSITE') throw new S3Error('InvalidRequest');
  const upload = createUpload(store, {
    ...targetOf(request),
    attributes: attributesOf(request.headers),
    checksum: { ...(algorithm && { algorithm }), ...(type && { type }) },
  });
  const root = element(
    'InitiateMultipartUploadResult',
    element('Bucket', request.bucket),
    element('Key', request.key),
    element('UploadId', upload.id),
  );
  const asked = algorithm && { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': upload.checksum.type };
  return xml(root, { ...asked, ...encryptionHeaders(upload.attributes) });
};

const put: Route = (store, request) => () => {
  const content = contentOf(request.body);
  const sent = checksumOf(request.headers);
  if (sent?.value !== undefined && sent.value !== contentChecksum(content, sent.algorithm))
    throw new S3Error('BadDigest');
  const part = uploadPart(store, partTarget(request), content);
  const echoed = sent && {
    [`x-amz-checksum-${sent.algorithm.toLowerCase()}`]: contentChecksum(content, sent.algorithm),
  };
  return empty(200, { etag: `"${part.etag}"`, ...echoed });
};

const copy: Route = (store, request) => {
  const header = request.headers['x-amz-copy-source-range'];
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header ?? '') ?? [];
  if (header !== undefined && first === undefined) {
    throw new S3Error('InvalidArgument', 'The x-amz-copy-source-range value must be of the form bytes=first-last');
  }
  const range = first === undefined ? {} : { range: { first: Number(first), last: Number(last) } };
  const target = partTarget(request);
  const commit = beginPartCopy(store, target, { ...copySourceOf(request), ...range });
  return () => {
    const part = commit();
    const { algorithm } = uploadOf(store, target).checksum;
    return xml(
      element(
        'CopyPartResult',
        element('ETag', `"${part.etag}"`),
        element('LastModified', seconds(part.modified)),
        element(`Checksum${algorithm}`, part.checksum),
      ),
    );
  };
};

const complete: Route = (store, request) => {
  const parts = childrenNamed(parseXml(request.body.toString()), 'Part').map(chosenPart);
  const size = request.headers['x-amz-mp-object-size'];
  const value = checksumOf(request.headers)?.value;
  const commit = beginComplete(store, {
    ...writeTarget(request),
    ...uploadTarget(request),
    parts,
    ...(size !== undefined && { size: Number(size) }),
    ...(value !== undefined && { value }),
  });
  return () => {
    const object = commit();
    const root = element(
      'CompleteMultipartUploadResult',
      element('Bucket', request.bucket),
      element('Key', request.key),
      element('ETag', `"${object.etag}"`),
      ...Object.entries(checksumHeaders(object)).map(([name, text]) =>
        element(name === 'x-amz-checksum-type' ? 'ChecksumType' : `Checksum${object.checksum.algorithm}`, text),
      ),
    );
    return xml(root, writtenHeaders(object, isVersioned(store, targetOf(request).bucket)));
  };
};

function chosenPart(part: Node): ChosenPart {
  const checksum = part.children.find(({ name }) => name.startsWith('Checksum'))?.text;
  const etag = unquoted(textOf(part, 'ETag') ?? '');
  return { number: Number(textOf(part, 'PartNumber')), etag, ...(checksum !== undefined && { checksum }) };
}

const abort: Route = (store, request) => () => {
  abortUpload(store, uploadTarget(request));
  return empty(204);
};

const listParts: Route = (store, request) => () => {
  const upload = uploadOf(store, uploadTarget(request));
  const marker = Number(request.query.get('part-number-marker') ?? '0');
  const rest = [...upload.parts.values()]
    .filter(({ number }) => number > marker)
    .toSorted((a, b) => a.number - b.number);
  const page = rest.slice(0, numberOf(request, 'max-parts'));
  return xml(
    element(
      'ListPartsResult',
      element('Bucket', request.bucket),
      element('Key', request.key),
      element('UploadId', upload.id),
      element('PartNumberMarker', marker),
      optional('NextPartNumberMarker', page.at(-1)?.number),
      element('IsTruncated', page.length < rest.length),
      element('ChecksumAlgorithm', upload.checksum.algorithm),
      element('ChecksumType', upload.checksum.type),
      ...page.map((part: UploadedPart) =>
        element(
          'Part',
          element('PartNumber', part.number),
          element('LastModified', seconds(part.modified)),
          element('ETag', `"${part.etag}"`),
          element('Size', part.content.size),
          element(`Checksum${upload.checksum.algorithm}`, part.checksum),
        ),
      ),
    ),
  );
};

const listUploads: Route = (store, request) => () => {
  const { bucket, expectedOwner } = bucketTarget(request);
  const text = encoder(request);
  const prefix = request.query.get('prefix') ?? '';
  const uploads = [...bucketNamed(store, bucket, expectedOwner).uploads.values()]
    .filter(({ key }) => key.startsWith(prefix))
    .toSorted((a, b) => compareUtf8(a.key, b.key) || a.initiated - b.initiated);
  if (uploads.length > numberOf(request, 'max-uploads'))
    throw new S3Error('NotImplemented', 'ListMultipartUploads in pages');
  return xml(
    element(
      'ListMultipartUploadsResult',
      element('Bucket', bucket),
      element('IsTruncated', false),
      ...uploads.map(({ key, id, initiated }) =>
        element('Upload', element('Key', text(key)), element('UploadId', id), element('Initiated', seconds(initiated))),
      ),
    ),
  );
};

export const MULTIPART_ROUTES = {
  CreateMultipartUpload: create,
  UploadPart: put,
  UploadPartCopy: copy,
  CompleteMultipartUpload: complete,
  AbortMultipartUpload: abort,
  ListParts: listParts,
  ListMultipartUploads: listUploads,
};

function uploadTarget(request: S3Request): ReturnType<typeof targetOf> & { readonly uploadId: string } {
  return { ...targetOf(request), uploadId: request.query.get('uploadId') ?? '' };
}

function partTarget(request: S3Request): ReturnType<typeof uploadTarget> & { readonly number: number } {
  return { ...uploadTarget(request), number: Number(request.query.get('partNumber')) };
}
