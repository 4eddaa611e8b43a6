import type { ChecksumAlgorithm } from './checksum.ts';
import { contentChecksum, type Content } from './content.ts';

/** One version of an object, as S3 keeps it. Never changed in place: what changes is replaced. */
export interface StoredObject extends Attributes {
  readonly kind: 'object';
  /** `null` for what was written while the bucket was not versioned. */
  readonly versionId: string;
  /** Milliseconds since 1970; S3 shows whole seconds. */
  readonly modified: number;
  readonly content: Content;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum: StoredChecksum;
  /** Only of an object that was uploaded in parts. */
  readonly parts?: readonly StoredPart[];
}

export interface DeleteMarker {
  readonly kind: 'delete marker';
  readonly versionId: string;
  readonly modified: number;
}

/** What a writer says of an object beside its bytes. */
export interface Attributes {
  /** By the header's name in lower case: content-type, content-encoding, … `expires` is the string that was sent. */
  readonly headers: Readonly<Partial<Record<SystemHeader, string>>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly websiteRedirect?: string;
  readonly storageClass: string;
  /** Of the Intelligent-Tiering archive tiers: ARCHIVE_ACCESS or DEEP_ARCHIVE_ACCESS. */
  readonly archiveStatus?: string;
  /** Of an archived object: a restore that is under way, or the temporary copy that it made. */
  readonly restore?: 'ongoing' | 'restored';
  readonly encryption: Encryption;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export type Encryption =
  | { readonly type: 'AES256' }
  | { readonly type: 'aws:kms'; readonly keyId: string; readonly bucketKey: boolean }
  /** With a key of the customer, which S3 does not keep. */
  | { readonly type: 'SSE-C' };

export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Of a checksum made from the parts' checksums; otherwise it is computed from the content. */
  readonly composite?: string;
  /** Of bytes that went bad: what was computed while they were good. */
  readonly kept?: string;
}

export interface StoredPart {
  readonly number: number;
  readonly size: number;
  /** Base64, by the object's algorithm. */
  readonly checksum: string;
}

export type SystemHeader = (typeof SYSTEM_HEADERS)[number];

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
export const SYSTEM_HEADERS = [
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
  'cache-control',
  'expires',
] as const;

/** True if the bytes cannot be read before somebody restores them. */
export function isArchived(object: StoredObject): boolean {
  const cold = object.storageClass === 'GLACIER' || object.storageClass === 'DEEP_ARCHIVE' || object.archiveStatus;
  return cold ? object.restore !== 'restored' : false;
}

/** Base64, with `-N` behind it if it was made from N parts' checksums. */
export function checksumValue(object: StoredObject): string {
  return (
    object.checksum.composite ?? object.checksum.kept ?? contentChecksum(object.content, object.checksum.algorithm)
  );
}

export const PLAIN: Attributes = {
  headers: { 'content-type': 'binary/octet-stream' },
  metadata: {},
  tags: [],
  storageClass: 'STANDARD',
  encryption: { type: 'AES256' },
};
