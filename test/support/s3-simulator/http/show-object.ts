import type { S3Error } from '../s3-error.ts';
import { checksumValue, type StoredObject, type StoredPart } from '../stored-object.ts';
import { XML } from './answer.ts';
import { document, element } from './xml.ts';
import type { S3Response } from './request.ts';

/** The headers by which GET and HEAD tell of an object. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export function objectHeaders(object: StoredObject, shown: Shown): Readonly<Record<string, string>> {
  const metadata = Object.entries(object.metadata).map(([name, value]) => [
    `x-amz-meta-${name}`,
    encodeMetadata(value),
  ]);
  return {
    'accept-ranges': 'bytes',
    'last-modified': new Date(object.modified).toUTCString(),
    etag: `"${object.etag}"`,
    ...object.headers,
    ...Object.fromEntries(metadata),
    ...writtenHeaders(object, shown.versioned),
    ...(object.storageClass !== 'STANDARD' && { 'x-amz-storage-class': object.storageClass }),
    ...(object.archiveStatus !== undefined && { 'x-amz-archive-status': object.archiveStatus }),
    ...(object.restore && { 'x-amz-restore': RESTORE[object.restore] }),
    ...(object.websiteRedirect !== undefined && { 'x-amz-website-redirect-location': object.websiteRedirect }),
    ...(object.tags.length > 0 && { 'x-amz-tagging-count': String(object.tags.length) }),
    ...(shown.checksum && checksumHeaders(object, shown.part)),
    ...(shown.part && { 'x-amz-mp-parts-count': String(object.parts?.length) }),
  };
}

export interface Shown {
  /** The bucket is or was versioned. */
  readonly versioned: boolean;
  /** `x-amz-checksum-mode: ENABLED` */
  readonly checksum: boolean;
  readonly part?: StoredPart;
}

/** The headers by which the answer to a write tells of the object. */
export function writtenHeaders(object: StoredObject, versioned: boolean): Readonly<Record<string, string>> {
  return { ...(versioned && { 'x-amz-version-id': object.versionId }), ...encryptionHeaders(object) };
}

export function encryptionHeaders({ encryption }: Pick<StoredObject, 'encryption'>): Readonly<Record<string, string>> {
  return {
    ...(encryption.type !== 'SSE-C' && { 'x-amz-server-side-encryption': encryption.type }),
    ...(encryption.type === 'aws:kms' && { 'x-amz-server-side-encryption-aws-kms-key-id': encryption.keyId }),
    ...(encryption.type === 'aws:kms' &&
      encryption.bucketKey && { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' }),
  };
}

/** A composite checksum is of no use to who reads one part, so the part's own is shown. */
export function checksumHeaders(object: StoredObject, part?: StoredPart): Readonly<Record<string, string>> {
  const { algorithm, composite } = object.checksum;
  if (part && composite === undefined) return {};
  return {
    [`x-amz-checksum-${algorithm.toLowerCase()}`]: part ? part.checksum : checksumValue(object),
    'x-amz-checksum-type': composite === undefined ? 'FULL_OBJECT' : 'COMPOSITE',
  };
}

/** The answer that an error is. One to a HEAD has no body, and nothing that tells its code. */
export function errorResponse(error: S3Error, { resource, head }: { resource: string; head: boolean }): S3Response {
  const silent = head || error.status === 304;
  const body = document(
    element(
      'Error',
      element('Code', error.code),
      element('Message', error.message),
      element('Resource', resource),
      element('RequestId', 'SIMULATED0000000'),
      element('HostId', 'simulated'),
    ),
  );
  return { status: error.status, headers: { ...error.headers, ...(!silent && XML) }, body: silent ? '' : body };
}

const RESTORE = {
  ongoing: 'ongoing-request="true"',
  restored: 'ongoing-request="false", expiry-date="Fri, 21 Dec 2040 00:00:00 GMT"',
};

/** What US-ASCII cannot carry comes back as an encoded word. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
function encodeMetadata(value: string): string {
  return /^[\x20-\x7e\t]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}
