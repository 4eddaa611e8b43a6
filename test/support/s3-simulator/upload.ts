import type { ChecksumAlgorithm } from './checksum.ts';
import type { Content } from './content.ts';
import type { Attributes } from './stored-object.ts';

/** An upload in parts that is under way. Everything but the bytes is said when it is created. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly initiated: number;
  readonly attributes: Attributes;
  readonly checksum: UploadChecksum;
  readonly parts: Map<number, UploadedPart>;
  /** After a 409 of Complete nothing but a new upload helps. */
  conflicted: boolean;
}

export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface UploadedPart {
  readonly number: number;
  readonly content: Content;
  readonly etag: string;
  readonly modified: number;
  /** Base64, by the upload's algorithm. */
  readonly checksum: string;
}
