import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { ListPage } from '../listing/list-page.ts';
import { listingPage } from '../listing/listed-rows.ts';
import { decodeForm } from '../objects/object-key.ts';
import { given } from './given.ts';
import { unquoted } from './s3-wire.ts';

/**
 * The columns of an answer that the SDK has read into rows.
 *
 * @throws {SyntaxError} if something is missing in it.
 */
export function pageOfRows(output: ListObjectsV2CommandOutput): ListPage {
  const { Contents = [], CommonPrefixes = [], IsTruncated, NextContinuationToken, EncodingType } = output;
  const decoded = (text: string) => (EncodingType === 'url' ? decodeForm(text) : text);
  return {
    rows: listingPage(
      Contents.map(({ Key, ETag, Size, LastModified, StorageClass }) => ({
        key: decoded(given(Key, 'Key')),
        etag: unquoted(given(ETag, 'ETag')),
        size: given(Size, 'Size'),
        modified: given(LastModified, 'LastModified').toISOString(),
        storageClass: StorageClass ?? 'STANDARD',
      })),
    ),
    commonPrefixes: CommonPrefixes.map(({ Prefix }) => decoded(given(Prefix, 'Prefix'))),
    isTruncated: given(IsTruncated, 'IsTruncated'),
    nextContinuationToken: NextContinuationToken,
    encodingType: EncodingType,
  };
}
