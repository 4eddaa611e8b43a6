import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../../functions/restore/settings-of.ts';

const KMS = { kms: true, kmsKeyArn: 'arn:key' };
const PLAIN = { kms: false };

describe('how a restored object is written', () => {
  it.each([
    { encryption: { as: 'as-is' }, version: PLAIN, is: { ServerSideEncryption: 'AES256' } },
    {
      encryption: { as: 'as-is' },
      version: KMS,
      is: { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'arn:key', BucketKeyEnabled: true },
    },
    {
      encryption: { as: 'as-is' },
      version: { ...KMS, dsse: true },
      is: { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: 'arn:key' },
    },
    { encryption: { as: 'sse-s3' }, version: KMS, is: { ServerSideEncryption: 'AES256' } },
    {
      encryption: { as: 'sse-kms' },
      version: PLAIN,
      is: { ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true },
    },
    {
      encryption: { as: 'sse-kms', kmsKeyArn: 'arn:other' },
      version: KMS,
      is: { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'arn:other', BucketKeyEnabled: true },
    },
  ] as const)('$encryption of $version', ({ encryption, version, is }) => {
    expect(settingsOf({ encryption }, version)).toEqual(is);
    expect(settingsOf({ encryption, storageClass: 'STANDARD_IA' }, version)).toEqual({
      StorageClass: 'STANDARD_IA',
      ...is,
    });
  });
});
