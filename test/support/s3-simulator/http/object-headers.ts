import { ALGORITHMS, checksumAlgorithm, type ChecksumAlgorithm } from '../checksum.ts';
import { assertTags } from '../change-object.ts';
import type { ReadCondition, WriteCondition } from '../conditions.ts';
import { S3Error } from '../s3-error.ts';
import { SYSTEM_HEADERS, type Attributes, type Encryption, type Tag } from '../stored-object.ts';

type Headers = Readonly<Record<string, string>>;

/** What the headers of a PUT, of a copy that replaces, or of a new upload say of the object. */
export function attributesOf(headers: Headers): Partial<Attributes> {
  const websiteRedirect = headers['x-amz-website-redirect-location'];
  const storageClass = headers['x-amz-storage-class'];
  const encryption = encryptionOf(headers);
  return {
    ...describing(headers),
    tags: tagsOf(headers),
    ...(websiteRedirect !== undefined && { websiteRedirect }),
    ...(storageClass !== undefined && { storageClass }),
    ...(encryption && { encryption }),
  };
}

export function describing(headers: Headers): Pick<Attributes, 'headers' | 'metadata'> {
  const system = SYSTEM_HEADERS.flatMap((name) => {
    const value = name === 'content-encoding' ? withoutChunks(headers[name]) : headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const prefix = 'x-amz-meta-';
  const metadata = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), decodeMetadata(value)] as const] : [],
  );
  const bytes = metadata.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0);
  if (bytes > 2048) throw new S3Error('MetadataTooLarge');
  return {
    headers: { 'content-type': 'binary/octet-stream', ...Object.fromEntries(system) },
    metadata: Object.fromEntries(metadata),
  };
}

export function tagsOf(headers: Headers): readonly Tag[] {
  const pairs = new URLSearchParams(headers['x-amz-tagging'] ?? '');
  return assertTags([...pairs].map(([key, value]) => ({ key, value })));
}

export function encryptionOf(headers: Headers): Encryption | undefined {
  const type = headers['x-amz-server-side-encryption'];
  if (type === undefined) return undefined;
  if (type === 'AES256') return { type };
  if (type !== 'aws:kms') throw new S3Error('NotImplemented', `The simulator does not know the encryption ${type}`);
  const keyId = headers['x-amz-server-side-encryption-aws-kms-key-id'] ?? 'alias/aws/s3';
  return { type, keyId, bucketKey: headers['x-amz-server-side-encryption-bucket-key-enabled'] === 'true' };
}

export function writeCondition(headers: Headers): WriteCondition {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  return {
    ...(ifMatch !== undefined && { ifMatch: unquoted(ifMatch) }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch: unquoted(ifNoneMatch) }),
  };
}

/** Of a GET or HEAD, or with the prefix `x-amz-copy-source-` of a copy's source. */
export function readCondition(headers: Headers, prefix = ''): ReadCondition {
  const ifModifiedSince = headers[`${prefix}if-modified-since`];
  const ifUnmodifiedSince = headers[`${prefix}if-unmodified-since`];
  const own = Object.fromEntries(
    ['if-match', 'if-none-match'].flatMap((name) => {
      const value = headers[prefix + name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    ...writeCondition(own),
    ...(ifModifiedSince !== undefined && { ifModifiedSince: Date.parse(ifModifiedSince) }),
    ...(ifUnmodifiedSince !== undefined && { ifUnmodifiedSince: Date.parse(ifUnmodifiedSince) }),
  };
}

/** The algorithm that was asked for, and the checksum if one came along. */
export function checksumOf(
  headers: Headers,
): { readonly algorithm: ChecksumAlgorithm; readonly value?: string } | undefined {
  const sent = ALGORITHMS.find((algorithm) => headers[`x-amz-checksum-${algorithm.toLowerCase()}`] !== undefined);
  if (sent) return { algorithm: sent, value: headers[`x-amz-checksum-${sent.toLowerCase()}`] ?? '' };
  const name = headers['x-amz-checksum-algorithm'] ?? headers['x-amz-sdk-checksum-algorithm'];
  if (name === undefined) return undefined;
  const algorithm = checksumAlgorithm(name);
  if (!algorithm) throw new S3Error('NotImplemented', `The simulator does not know the checksum algorithm ${name}`);
  return { algorithm };
}

export function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/, '$1');
}

function withoutChunks(encoding: string | undefined): string | undefined {
  const kept = (encoding ?? '').split(',').map((part) => part.trim());
  return kept.filter((part) => part !== '' && part !== 'aws-chunked').join(',') || undefined;
}

/** S3 takes the bytes of a header for ISO 8859-1, unless they are encoded words (RFC 2047). @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
function decodeMetadata(value: string): string {
  return value.replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=(?:\s+(?==\?))?/gi, (_, kind: string, text: string) =>
    kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString() : decodeQ(text),
  );
}

function decodeQ(text: string): string {
  return decodeURIComponent(text.replaceAll('_', ' ').replaceAll('%', '%25').replaceAll('=', '%'));
}
