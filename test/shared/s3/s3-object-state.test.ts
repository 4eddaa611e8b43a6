import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { objectState } from '../../../shared/s3/s3-object-state.ts';

const HEAD = { ETag: '"e"', ContentLength: 1, LastModified: new Date(0), $metadata: {} };

it.each<[Partial<HeadObjectCommandOutput>, object]>([
  [{ ServerSideEncryption: 'AES256' }, { kms: false, archived: false }],
  [
    { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'arn:k' },
    { kms: true, kmsKeyArn: 'arn:k', archived: false },
  ],
  [
    { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: 'arn:k' },
    { kms: true, kmsKeyArn: 'arn:k', dsse: true, archived: false },
  ],
  [
    { StorageClass: 'INTELLIGENT_TIERING', ArchiveStatus: 'DEEP_ARCHIVE_ACCESS' },
    { kms: false, archived: true, archiveStatus: 'DEEP_ARCHIVE_ACCESS' },
  ],
  [{ StorageClass: 'DEEP_ARCHIVE' }, { kms: false, archived: true }],
  [
    { StorageClass: 'GLACIER', Restore: 'ongoing-request="false"' },
    { kms: false, archived: false },
  ],
])('%j tells of encryption and archive', (head, expected) => {
  const {
    etag: _,
    size: _size,
    lastModified: _date,
    description: _words,
    ...state
  } = objectState({ ...HEAD, ...head });
  expect(state).toEqual(expected);
});
